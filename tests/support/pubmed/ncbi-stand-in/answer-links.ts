import { type Answer, json, type Question, xml } from './answer.ts';
import type { LibraryRecord } from './record-library.ts';

/** Similar by shared MeSH terms; cited-by and references from the records' reference lists. */
export function answerLinks(question: Question): Answer {
  const { params, library } = question;
  const pmid = Number(params.get('id'));
  const linkName = params.get('linkname') ?? 'pubmed_pubmed';
  const record = library.find(pmid);
  const pmids = record === null ? [] : find(linkName, record, library.all());
  if (params.get('retmode') !== 'json') {
    const links = pmids.map((id) => `<Link><Id>${id}</Id></Link>`).join('');
    const database = `<LinkSetDb><DbTo>pubmed</DbTo><LinkName>${linkName}</LinkName>${links}</LinkSetDb>`;
    return xml(
      `<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>${pmid}</Id></IdList>` +
        `${pmids.length > 0 ? database : ''}</LinkSet></eLinkResult>`,
    );
  }
  const links =
    params.get('cmd') === 'neighbor_score'
      ? pmids.map((id, index) => ({ id: String(id), score: 30_000_000 - index }))
      : pmids.map(String);
  const database = { dbto: 'pubmed', linkname: linkName, links };
  return json({
    header: { type: 'elink', version: '0.3' },
    linksets: [
      { dbfrom: 'pubmed', ids: [String(pmid)], ...(links.length > 0 && { linksetdbs: [database] }) },
    ],
  });
}

function find(linkName: string, of: LibraryRecord, all: readonly LibraryRecord[]): number[] {
  if (linkName === 'pubmed_pubmed_refs') return of.facts.referencedPmids;
  if (linkName === 'pubmed_pubmed_citedin') {
    return all.filter(({ facts }) => facts.referencedPmids.includes(of.pmid)).map(({ pmid }) => pmid);
  }
  const terms = new Set(of.facts.mesh);
  const scored = all.map((record) => ({
    pmid: record.pmid,
    score:
      record.pmid === of.pmid
        ? Number.POSITIVE_INFINITY
        : record.facts.mesh.filter((term) => terms.has(term)).length,
  }));
  // The record itself comes first, as at NCBI.
  return scored
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .slice(0, 100)
    .map(({ pmid }) => pmid);
}
