import type { Citation } from '../domain/document/document.ts';

/** A tie to another record that a reader of the citation has to know of. */
export interface Tie {
  /** NLM's words in front of the other's citation: "Retraction in". */
  label: string;
  /** Of the other record, without its last full stop; "" where NLM does not name it. */
  source: string;
  pmid: string | null;
}

/**
 * What is told in every style, in this order: what takes the work back or doubts it, what the work itself
 * takes back, and its other version (a preprint and its article, a review and its update). Comments and
 * errata are no part of a citation.
 */
const TOLD: Readonly<Record<string, string>> = {
  RetractionIn: 'Retraction in',
  RetractedandRepublishedIn: 'Retracted and republished in',
  PartialRetractionIn: 'Partial retraction in',
  ExpressionOfConcernIn: 'Expression of concern in',
  RetractionOf: 'Retraction of',
  PartialRetractionOf: 'Partial retraction of',
  RetractedandRepublishedFrom: 'Retracted and republished from',
  ExpressionOfConcernFor: 'Expression of concern for',
  CorrectedandRepublishedIn: 'Corrected and republished in',
  CorrectedandRepublishedFrom: 'Corrected and republished from',
  UpdateIn: 'Update in',
  UpdateOf: 'Update of',
};
const RETRACTED = new Set(['Retraction in', 'Retracted and republished in']);
const PREPRINT_UI = 'D000076942';
/**
 * The servers whose records NLM takes as preprints (https://pubmed.ncbi.nlm.nih.gov/help/#preprints), as it
 * abbreviates them.
 */
const PREPRINT_SERVER = /^(?:arxiv|bioRxiv|medRxiv|Res Sq|Preprints|SSRN|ChemRxiv)\b/i;

export function isPreprint({ publication_types: types }: Citation): boolean {
  return types.some(({ ui, name }) => ui === PREPRINT_UI || name === 'Preprint');
}

export function readTies(citation: Citation): Tie[] {
  const isRetracted = citation.retraction_status === 'retracted';
  const found = Object.entries(TOLD)
    .filter(([, label]) => isRetracted || !RETRACTED.has(label))
    .flatMap(([type, label]) => listOf(citation, type, label));
  return isRetracted && !found.some(({ label }) => RETRACTED.has(label))
    ? [{ label: 'Retracted publication', source: '', pmid: null }, ...found]
    : found;
}

function listOf(citation: Citation, type: string, label: string): Tie[] {
  return citation.corrections
    .filter((correction) => correction.type === type)
    .map(({ citation: text, pmid }) => toTie(citation, label, withoutLastMarks(text?.trim() ?? ''), pmid));
}

/** "Update of" a preprint is said to be one: the preprint and its article are two works with two DOIs. */
function toTie(citation: Citation, label: string, source: string, pmid: string | null): Tie {
  if (label === 'Update of' && PREPRINT_SERVER.test(source)) return { label: 'Preprint', source, pmid };
  if (label === 'Update in' && isPreprint(citation)) return { label: 'Published article', source, pmid };
  return { label, source, pmid };
}

/** "Retraction in: Biosci Rep. 2020 Mar 27;40(3). PMID: 32215574"; "Retraction" where NLM names no other. */
export function toTieText({ label, source, pmid }: Tie): string {
  const named = source === '' ? label : `${label}: ${source}`;
  if (pmid === null) return source === '' ? label.replace(/ (?:in|of|from|for)$/, '') : named;
  return `${named}${source === '' ? ': ' : '. '}PMID: ${pmid}`;
}

function withoutLastMarks(text: string): string {
  let end = text.length;
  while (end > 0 && '.:;'.includes(text[end - 1] ?? ' ')) end -= 1;
  return text.slice(0, end);
}
