import { type Answer, escapeXml, findAskedPmids, json, type Question, xml } from './answer.ts';
import { readBody } from './bodies.ts';
import type { LibraryRecord } from './record-library.ts';

export function answerSummary(question: Question): Answer {
  const isJson = question.params.get('retmode') === 'json';
  const pmids = findAskedPmids(question);
  if (pmids === null) return { type: 'application/json', body: readBody('esearch_200_expired_webenv.json') };
  if (pmids.length === 0) return { type: 'application/json', body: readBody('esummary_200_empty_ids.json') };
  const invalid = pmids.findIndex(Number.isNaN);
  const header = { type: 'esummary', version: '0.3' };
  if (invalid >= 0)
    return json({ header, error: `Invalid uid at position= ${invalid}`, result: { uids: [] } });
  if (!isJson) return toXml(question, pmids);
  const entries = pmids.map((pmid) => [String(pmid), toEntry(question, pmid)] as const);
  return json({ header, result: { uids: pmids.map(String), ...Object.fromEntries(entries) } });
}

/** Unknown and deleted PMIDs get the same word; a merged one answers with its survivor's summary. */
function toEntry({ library }: Question, pmid: number): object {
  const departure = library.findDeparture(pmid);
  const record = library.find(departure?.kind === 'merged' ? departure.into : pmid);
  return record === null
    ? { uid: String(pmid), error: 'cannot get document summary' }
    : toDocumentSummary(record);
}

function toDocumentSummary({ pmid, facts, edat }: LibraryRecord): object {
  const own = facts.ids.filter(({ type }) => type !== 'pubmed');
  return {
    uid: String(pmid),
    pubdate: facts.publishedVerbatim,
    epubdate: '',
    source: facts.isBook ? '' : facts.journal.abbreviation,
    authors: facts.authors.map((name) => ({ name: escapeXml(name), authtype: 'Author', clusterid: '' })),
    lastauthor: facts.authors.at(-1) ?? '',
    title: escapeXml(facts.title),
    sorttitle: facts.title.toLowerCase(),
    volume: facts.volume,
    issue: facts.issue,
    pages: facts.pages,
    lang: facts.languages,
    nlmuniqueid: facts.journal.nlmId,
    issn: facts.journal.issn,
    essn: '',
    pubtype: facts.publicationTypes,
    recordstatus: 'PubMed',
    articleids: [{ type: 'pubmed', value: String(pmid) }, ...own].map(({ type, value }) => ({
      idtype: type,
      idtypen: 1,
      value,
    })),
    history: [{ pubstatus: 'entrez', date: `${edat} 00:00` }],
    references: [],
    attributes: facts.abstract === '' ? [] : ['Has Abstract'],
    fulljournalname: escapeXml(facts.journal.title),
    doctype: facts.isBook ? 'chapter' : 'citation',
    booktitle: facts.isBook ? escapeXml(facts.journal.title) : '',
  };
}

function toXml({ library }: Question, pmids: number[]): Answer {
  const item = (name: string, text: string) =>
    `\t<Item Name="${name}" Type="String">${escapeXml(text)}</Item>\n`;
  const summaries = pmids.map((pmid) => {
    const record = library.find(pmid);
    if (record === null) return `<ERROR>UID=${pmid}: cannot get document summary</ERROR>\n`;
    const { title, journal, publishedVerbatim } = record.facts;
    const items =
      item('PubDate', publishedVerbatim) + item('Source', journal.abbreviation) + item('Title', title);
    return `<DocSum>\n\t<Id>${pmid}</Id>\n${items}</DocSum>\n`;
  });
  return xml(`<eSummaryResult>\n${summaries.join('')}</eSummaryResult>`);
}
