import { toSectionText } from '../../domain/document/section-text.ts';
import type { CitationsAnswer } from '../pubmed-cite.ts';
import type { RecordsAnswer, SelectedRecords } from '../pubmed-get.ts';
import type { RelatedSummaries } from '../pubmed-related.ts';
import type { FoundSummaries } from '../pubmed-search.ts';
import type { Reader } from './reader.ts';
import { tellDocument } from './tell-document.ts';
import { listTellingTypes } from './telling-types.ts';
import { toColumns, toParagraph, toPlainText } from './text-layout.ts';

type SummariesAnswer = FoundSummaries | RelatedSummaries;
type Summary = SummariesAnswer['results'][number];
type StoredRecord = RecordsAnswer['records'][number];
type Problem = RecordsAnswer['problems'][number];

const RECORD_AUTHORS = 3;

/** A result list of PubMed: found by words, or related to one article. */
export function renderSummaries(answer: SummariesAnswer, reader: Reader): string {
  const { results, warnings } = answer;
  const { width } = reader;
  const blocks = results.map((summary, at) => toSummaryBlock(summary, at + 1, reader));
  const head =
    'query_translation' in answer
      ? [
          `${answer.total.toLocaleString('en')} found, ${results.length} shown.`,
          toParagraph(`PubMed searched: ${answer.query_translation}`, width, '', '  '),
        ]
      : [`${toShare(results.length, answer.total)} ${RELATION_WORDS[answer.relation]} PMID ${answer.pmid}.`];
  const notes = warnings.map((warning) => toParagraph(`Note: ${warning}`, width, '', '  '));
  return [[...head, ...notes].join('\n'), ...blocks].map(toPlainText).join('\n\n');
}

/** "20 of 143", where not all are shown. */
function toShare(shown: number, total: number): string {
  return total > shown ? `${shown} of ${total.toLocaleString('en')}` : String(shown);
}

const RELATION_WORDS = { similar: 'similar to', cited_by: 'that cite', references: 'cited by' } as const;

function toSummaryBlock(summary: Summary, place: number, reader: Reader): string {
  const { title, pmid, doi, pmcid, journal, authors } = summary;
  const { width, namePaper } = reader;
  const names = toNames(authors, reader.authors);
  const facts = [names, journal, toPlace(summary), listTellingTypes(summary.publication_types)];
  const lines = [
    toParagraph(`${place}. ${title || '(no title)'}${toMarks(summary)}`, width, '', '   '),
    `   ${facts.filter((piece) => piece !== null && piece !== '').join(' · ')}`,
    `   ${[namePaper(pmid), doi && `doi:${doi}`, pmcid].filter((piece) => piece !== null).join('  ')}`,
  ];
  return lines.join('\n');
}

/** "2016 Sep;17(9):46", as NLM writes it. */
function toPlace({ published, volume, issue, pages }: Summary): string {
  const number = `${volume ?? ''}${issue ? `(${issue})` : ''}`;
  return [[published ?? '', number].filter(Boolean).join(';'), pages ?? ''].filter(Boolean).join(':');
}

function toMarks({ in_corpus, has_abstract, retraction_status: status }: Summary): string {
  const marks = [
    ...(status === 'none' ? [] : [status.replaceAll('_', ' ')]),
    ...(in_corpus ? ['stored'] : []),
    ...(has_abstract ? [] : ['no abstract']),
  ];
  return marks.length === 0 ? '' : `  [${marks.join(', ')}]`;
}

/** Of more than `most` the first ones and how many there are. */
function toNames(names: readonly string[], most: number): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown}, et al. (${names.length})` : shown;
}

export function renderRecords({ records, problems }: RecordsAnswer, width: number): string {
  const blocks = records.map((record) => toRecordBlock(record, width));
  return [...blocks, ...toProblemBlock(problems)].map(toPlainText).join('\n\n');
}

/** Every field that the answer has; what is wrong with the others comes first. */
export function tellRecords({ records, problems }: SelectedRecords): string {
  const blocks = [...toProblemBlock(problems).map(toPlainText), ...records.map(tellDocument)];
  return blocks.join('\n\n');
}

function toRecordBlock(record: StoredRecord, width: number): string {
  const { title, vernacular_title, journal, published, pmid, abstract, archive, ids } = record;
  const names = record.authors.map(
    (one) =>
      one.collective_name ??
      [one.last_name, one.initials, one.suffix].filter((piece) => piece !== null).join(' '),
  );
  const sections = abstract?.sections ?? [];
  const lines = [
    toParagraph(title ?? vernacular_title ?? '(no title)', width, '', ''),
    [toNames(names, RECORD_AUTHORS), journal?.title, published.verbatim].filter(Boolean).join(' · '),
    ...sections.map((section) => toParagraph(toSectionText(section), width, '  ', '  ')),
    ...toColumns([
      ['PubMed', `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`],
      ['DOI', ids.doi ?? '-'],
      ['status', record.retraction_status.replaceAll('_', ' ')],
      ['revision', String(record.revision)],
      ['raw', archive.s3_uri],
      ['sha256', archive.content_hash],
    ]),
  ];
  return lines.join('\n');
}

const REASON_WORDS: Record<Problem['reason'], string> = {
  not_found: 'PubMed has no such record.',
  deleted: 'PubMed withdrew it.',
  merged_into: 'It is now part of another record:',
  unreadable: 'It is archived and cannot be read or indexed.',
  unanswered: 'PubMed said nothing of it; ask again later.',
  not_in_checkpoint: 'The checkpoint does not hold it.',
};

function toProblemBlock(problems: readonly Problem[]): string[] {
  if (problems.length === 0) return [];
  const lines = problems.map(({ pmid, reason, merged_into }) =>
    `PMID ${pmid}: ${REASON_WORDS[reason]} ${merged_into === null ? '' : `PMID ${merged_into}.`}`.trim(),
  );
  return [lines.join('\n')];
}

/** As a reference manager takes them, blanks at the end of RIS' "ER  - " too; CSL-JSON is one list. */
export function renderCitations({ style, citations }: CitationsAnswer): string {
  const texts = citations.map(({ text }) => text);
  const all = style === 'csl-json' ? [`[\n${texts.join(',\n')}\n]`] : texts;
  return all.map(toPlainText).join('\n\n');
}

/**
 * What is missing, and what was retracted since, comes first. A citation without its PMID stands behind it.
 */
export function tellCitations(answer: CitationsAnswer): string {
  const citations = answer.citations.map((one) =>
    one.text.includes(one.pmid) ? one : { ...one, text: `PMID ${one.pmid}: ${one.text}` },
  );
  const told = [renderCitationNotes(answer).trimEnd(), renderCitations({ ...answer, citations })];
  return told.filter((piece) => piece !== '').join('\n\n');
}

/** What does not belong into a file of references; empty where nothing is missing. */
export function renderCitationNotes({ citations, problems }: CitationsAnswer): string {
  const since = citations.filter(({ retracted_since }) => retracted_since === true);
  const told = since.map(({ pmid }) => `PMID ${pmid}: it was retracted after the checkpoint.`);
  return [...told, ...toProblemBlock(problems)].map((block) => `${toPlainText(block)}\n`).join('');
}
