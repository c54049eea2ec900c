import type { SearchAnswer } from '../rag-search.ts';
import { listTellingTypes } from './telling-types.ts';
import { toPlainText } from './text-layout.ts';

type Found = SearchAnswer['documents'][number];

/**
 * The answer as a numbered list to read and to quote from: what a model gets that reads text alone. PMIDs and
 * statuses stand in it; places in the abstract are left to the structured content.
 */
export function listFound(answer: SearchAnswer): string {
  const { documents, warnings } = answer;
  const blocks = documents.map((document, at) => toPlainText(toBlock(document, at + 1)));
  const notes = [...warnings.map((warning) => `Note: ${warning}`), ...toRetractedNote(answer)];
  return [toPlainText([toHead(answer), ...notes].join('\n\n')), ...blocks].join('\n\n');
}

function toHead({ documents: { length }, search_mode: mode }: SearchAnswer): string {
  if (length === 0) return 'No stored paper was found.';
  return length === 1 ? `1 paper (${mode}).` : `${length} papers, best match first (${mode}).`;
}

function toRetractedNote({ excluded_retracted: count, excluded }: SearchAnswer): string[] {
  if (count === 0) return [];
  const papers = count === 1 ? '1 retracted paper was' : `${count} retracted papers were`;
  const named = excluded.map(({ pmid, title }) => `PMID ${pmid} ${toLine(title)}`).join('; ');
  return [`Note: ${papers} left out; filters {"exclude_retracted": false} brings them: ${named}`];
}

function toBlock(document: Found, place: number): string {
  const { title, passages } = document;
  return [
    `${place}. ${title || '(no title)'}`,
    `   ${listFacts(document).join(' · ')}`,
    ...passages.map(({ section, text }) => `   ${section === null ? '' : `${section}: `}“${toLine(text)}”`),
    ...listCorrections(document),
    ...explainScore(document),
  ].join('\n');
}

function listFacts(document: Found): string[] {
  const { pmid, journal, year, publication_types: types, score } = document;
  const source = [journal, year].filter((piece) => piece !== null).join(' ');
  const facts = [
    `PMID ${pmid}`,
    source,
    listTellingTypes(types),
    `score ${score}`,
    ...listStatuses(document),
  ];
  return facts.filter((fact) => fact !== '');
}

function listStatuses({ retraction_status: status, retracted_since: since }: Found): string[] {
  const own = status === 'none' ? [] : [status.replaceAll('_', ' ').toUpperCase()];
  return since === true ? [...own, 'RETRACTED SINCE THE CHECKPOINT'] : own;
}

function listCorrections({ corrections = [] }: Found): string[] {
  return corrections.map(
    ({ type, pmid, citation }) =>
      `   ${type}: ${[citation === null ? null : toLine(citation), pmid && `PMID ${pmid}`].filter(Boolean).join(' ')}`,
  );
}

/** Unless detail is brief. */
function explainScore({ score_parts: pieces }: Found): string[] {
  if (pieces === undefined) return [];
  const { bm25, vector, quality } = pieces;
  const { design, recency, journal, human, investment_relevance } = quality;
  const reasons = [design, recency, journal, human, investment_relevance].map(({ reason }) => reason);
  return [`   words ${bm25 ?? '-'}, vector ${vector ?? '-'}; quality ${quality.total}: ${reasons.join(' ')}`];
}

function toLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
