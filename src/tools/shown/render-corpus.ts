import { toSectionText } from '../../domain/document/section-text.ts';
import type { LoadAnswer } from '../pubmed-load.ts';
import type { DocumentAnswer } from '../rag-get.ts';
import type { SearchAnswer } from '../rag-search.ts';
import type { StatusAnswer } from '../schemas/status-schema.ts';
import type { TellOptions } from '../tell-options.ts';
import { toExcerpt } from './excerpt.ts';
import { toStatusWords } from './status.ts';
import { toProgressWords } from './tell-job.ts';
import { toColumns, toParagraph, toPlainText } from './text-layout.ts';

/** Where the raw record of an answer lies. */
export type RawRecords = ReadonlyMap<string, { s3_uri: string; content_hash: string }>;

const MOST_PROBLEMS_SHOWN = 10;
const YEARS_SHOWN = 5;
const JOURNALS_SHOWN = 5;
const AUTHORS_SHOWN = 6;

export function renderLoad(answer: LoadAnswer): string {
  const seconds = answer.duration_ms / 1000;
  const rate = answer.found / Math.max(seconds, 0.001);
  const lines = [`${toVerdict(answer)} ${seconds.toFixed(1)} s, ${count(Math.round(rate))} records/s.`];
  if (answer.deleted > 0) lines.push(`${count(answer.deleted)} documents left, because NLM withdrew them.`);
  if (answer.failed > 0) {
    lines.push(`${count(answer.failed)} records are archived but cannot be read or indexed (quarantined):`);
    for (const { file, pmid, reason } of answer.problems.slice(0, MOST_PROBLEMS_SHOWN)) {
      lines.push(`  ${file}${pmid === null ? '' : `, PMID ${pmid}`}: ${reason}`);
    }
    if (answer.problems.length > MOST_PROBLEMS_SHOWN) lines.push('  … and more: the manifest has them all');
  }
  return lines.map(toPlainText).join('\n');
}

function toVerdict({ found, archived, skipped, indexed, failed, files }: LoadAnswer): string {
  if (files.length === 0) return 'Every file was loaded before: nothing to do. Took';
  if (found === 0) return 'No record found in';
  if (skipped === found)
    return `All ${count(found)} records were here already and are skipped: nothing to do. Took`;
  const pieces = [`${count(archived)} archived`, `${count(indexed)} made searchable`];
  if (skipped > 0) pieces.push(`${count(skipped)} skipped (here already)`);
  if (failed > 0) pieces.push(`${count(failed)} failed`);
  return `${count(found)} records: ${pieces.join(', ')}. Took`;
}

interface ShownSearch {
  question: string;
  /** The passages are whole ones, best first; else they are the sentences that answer. */
  isWhole: boolean;
  raw: RawRecords;
  width: number;
}

export function renderSearch(answer: SearchAnswer, { question, isWhole, raw, width }: ShownSearch): string {
  if (answer.documents.length === 0) {
    const told = ['Nothing in the corpus matches.', ...answer.warnings.map(toPlainText)];
    return `${told.join(' ')}${toRetractedNote(answer)}`;
  }
  const blocks = answer.documents.map((document, at) => {
    const { title, journal, year, pmid, doc_id } = document;
    const words = toStatusWords(document);
    const status = words === 'none' ? '' : `  [${words}]`;
    const lines = [
      toParagraph(`${at + 1}. ${title || '(no title)'}${status}`, width, '', '   '),
      `   ${[journal, year].filter((piece) => piece !== null).join(', ')}`,
      `   https://pubmed.ncbi.nlm.nih.gov/${pmid}/`,
    ];
    for (const { section, text } of isWhole ? document.passages.slice(0, 1) : document.passages) {
      const label = section === null ? '' : `${section}: `;
      lines.push(toParagraph(`${label}“${toExcerpt(text, question)}”`, width, '   │ ', '   │ '));
    }
    const record = raw.get(doc_id);
    if (record !== undefined) lines.push(`   raw     ${record.s3_uri}`, `   sha256  ${record.content_hash}`);
    return lines.map(toPlainText).join('\n');
  });
  const notes = answer.warnings.map(
    (text) => `\n\n${toParagraph(`Note: ${toPlainText(text)}`, width, '', '  ')}`,
  );
  return `${blocks.join('\n\n')}${notes.join('')}${toRetractedNote(answer)}`;
}

function toRetractedNote({ excluded_retracted: count, excluded }: SearchAnswer): string {
  if (count === 0) return '';
  const named = excluded.map(({ pmid, title }) => toPlainText(`\n  PMID ${pmid}: ${title}`));
  return `\n\n${count} retracted ${count === 1 ? 'paper was' : 'papers were'} left out:${named.join('')}`;
}

export function renderDocument(document: DocumentAnswer, width: number): string {
  const { title, journal, published, pmid, abstract, archive, quality, ids } = document;
  const names = document.authors.map(
    (one) => one.collective_name ?? [one.fore_name, one.last_name].filter(Boolean).join(' '),
  );
  const more = names.length > AUTHORS_SHOWN ? `, and ${names.length - AUTHORS_SHOWN} more` : '';
  const sections = abstract?.sections ?? [];
  const lines = [
    toParagraph(title ?? document.vernacular_title ?? '(no title)', width, '', ''),
    toParagraph(`${names.slice(0, AUTHORS_SHOWN).join(', ')}${more}`, width, '', ''),
    [journal?.title, published.verbatim].filter(Boolean).join(', '),
    '',
    ...sections.flatMap((section) => [toParagraph(toSectionText(section), width, '', ''), '']),
    ...toColumns([
      ['PubMed', `https://pubmed.ncbi.nlm.nih.gov/${pmid}/`],
      ['DOI', ids.doi ?? '-'],
      ['status', toStatusWords(document)],
      ['revision', String(document.revision)],
      ['quality', `${quality.total} (${quality.design.reason} ${quality.human.reason})`],
      ['raw', archive.s3_uri],
      ['sha256', archive.content_hash],
    ]),
  ];
  return lines.map(toPlainText).join('\n');
}

export function renderStatus(status: StatusAnswer): string {
  const years = status.by_year
    .slice(-YEARS_SHOWN)
    .map(({ year, documents }) => `${year}: ${count(documents)}`);
  const journals = status.top_journals
    .slice(0, JOURNALS_SHOWN)
    .map((one) => `${one.journal} (${count(one.documents)})`);
  const lines = toColumns([
    ...toCountRows(status),
    ['latest years', years.join(', ') || '-'],
    ['top journals', journals.join(', ') || '-'],
    ...toPartRows(status),
    ...status.last_syncs
      .slice(0, 3)
      .map((run): [string, string] => [run.tool, `${run.started_at} ${run.state}`]),
  ]);
  return lines.map(toPlainText).join('\n');
}

/** The same, with every year, journal, run and quarantined record that the answer has. */
export function tellStatus(status: StatusAnswer, { toListed }: Pick<TellOptions, 'toListed'>): string {
  const years = status.by_year.map(({ year, documents }) => `${year}: ${count(documents)}`);
  const journals = status.top_journals.map((one) => `${one.journal} (${count(one.documents)})`);
  const rows: Row[] = [
    ...toCountRows(status),
    ['years', years.join(', ') || '-'],
    ['top journals', journals.join(', ') || '-'],
    ['languages', toNames(status.top_languages.map((one) => [toLanguage(one), one.documents]))],
    ['types', toNames(status.top_publication_types.map((one) => [one.publication_type, one.documents]))],
    ['growth', status.growth.map((one) => `${one.day}: ${count(one.documents)}`).join(', ') || '-'],
    ...toPartRows(status),
    ...status.last_syncs.map((run): Row => [toListed(run.tool), toRunWords(run)]),
    ...status.quarantined.map(
      ({ pmid, reason, content_hash }): Row => [
        'quarantined',
        `${pmid === null ? 'a record' : `PMID ${pmid}`}: ${reason} (SHA-256 ${content_hash})`,
      ],
    ),
  ];
  return rows.map(([name, value]) => toPlainText(`${name}: ${value}`)).join('\n');
}

type LastSync = StatusAnswer['last_syncs'][number];
type Row = [name: string, value: string];

function toCountRows({ documents, chunks, retracted, quarantined_total }: StatusAnswer): Row[] {
  return [
    ['documents', count(documents)],
    ['passages', count(chunks)],
    ['retracted', count(retracted)],
    ['quarantined', count(quarantined_total)],
  ];
}

function toLanguage({ language, name }: StatusAnswer['top_languages'][number]): string | null {
  return name === null ? language : `${name}, ${language}`;
}

function toNames(counts: readonly (readonly [name: string | null, documents: number])[]): string {
  return counts.map(([name, documents]) => `${name ?? 'none told'} (${count(documents)})`).join(', ') || '-';
}

function toPartRows({ archive, index, watermarks }: StatusAnswer): Row[] {
  return [
    ['archive', archive.reason ?? archive.state],
    ['index', index.reason ?? `${index.state}, vectors by ${index.embedder ?? '-'}`],
    ...watermarks.map(({ term, complete_to }): Row => ['complete to', `${complete_to}: ${term}`]),
  ];
}

function toRunWords({ run_id, state, started_at, finished_at, progress, term }: LastSync): string {
  const ended = finished_at === null ? '' : ` to ${finished_at}`;
  return `${state}, ${started_at}${ended}, ${toProgressWords(progress)} (job ${run_id})${term === null ? '' : `: ${term}`}`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
