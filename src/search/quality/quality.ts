import type { Citation } from '../../domain/document/document.ts';
import { type AbstractFacts, readAbstract } from './quality-abstract.ts';
import { toDesign } from './quality-design.ts';
import { toInvestmentRelevance } from './quality-investment.ts';

/** One factor of the quality: 0 … 1, and what in the record it rests on, in one sentence. */
export interface QualityFactor {
  value: number;
  reason: string;
}

/** The factors that do not change with the day of the question. */
export interface QualityFacts {
  design: QualityFactor;
  journal: QualityFactor;
  human: QualityFactor;
  investment_relevance: QualityFactor;
}

export interface Quality extends QualityFacts {
  /** The factors' weighted mean, see `QUALITY_WEIGHTS`. */
  total: number;
  recency: QualityFactor;
}

/**
 * Sums to 1. Design leads because it says most about how far a finding can be trusted; docs/quality.md
 * has the rules.
 */
export const QUALITY_WEIGHTS = {
  design: 0.35,
  recency: 0.2,
  journal: 0.1,
  human: 0.15,
  investment_relevance: 0.2,
} as const satisfies Record<Exclude<keyof Quality, 'total'>, number>;

/** After so many years a finding counts half in `recency`. */
const HALF_LIFE_YEARS = 8;

/** Computed once, when the document is indexed: from the record alone, no outside list. */
export function toQualityFacts(citation: Citation): QualityFacts {
  const told = readAbstract(citation);
  return {
    design: toDesign(citation, told),
    journal: toJournal(citation),
    human: toHuman(citation, told),
    investment_relevance: toInvestmentRelevance(citation, told),
  };
}

/** `now` is the day of the question; `year` that of publication. */
export function toQuality(facts: QualityFacts, year: number | null, now: Date): Quality {
  const factors = { ...facts, recency: toRecency(year, now.getUTCFullYear()) };
  const total =
    QUALITY_WEIGHTS.design * factors.design.value +
    QUALITY_WEIGHTS.recency * factors.recency.value +
    QUALITY_WEIGHTS.journal * factors.journal.value +
    QUALITY_WEIGHTS.human * factors.human.value +
    QUALITY_WEIGHTS.investment_relevance * factors.investment_relevance.value;
  return { total: round(total), ...factors };
}

function toRecency(year: number | null, thisYear: number): QualityFactor {
  if (year === null) return { value: 0.3, reason: 'The record gives no year of publication.' };
  const age = Math.max(0, thisYear - year);
  const value = round(0.5 ** (age / HALF_LIFE_YEARS));
  const ago = age === 0 ? 'this year' : `${age} ${age === 1 ? 'year' : 'years'} ago`;
  return { value, reason: `Published in ${year}, ${ago}.` };
}

/** No impact factors: what the record says about who vouches for the place of publication. */
function toJournal({ kind, journal, mesh, publication_types }: Citation): QualityFactor {
  if (publication_types.some(({ name }) => name === 'Preprint')) {
    return { value: 0.2, reason: 'A preprint: no journal has reviewed it.' };
  }
  if (kind === 'book') return { value: 0.6, reason: 'A chapter of a book that NLM keeps in its bookshelf.' };
  if (mesh.length > 0)
    return { value: 0.9, reason: 'Indexed with MeSH, so the journal passed the selection for MEDLINE.' };
  if (journal?.nlm_id)
    return { value: 0.5, reason: 'In a journal that NLM catalogues; the record bears no MeSH (yet).' };
  return { value: 0.3, reason: 'The record names no journal that NLM catalogues.' };
}

function toHuman(
  { mesh, publication_types }: Citation,
  { speaksOfPeople, speaksOfAnimals }: AbstractFacts,
): QualityFactor {
  const humans = mesh.some(({ name }) => name === 'Humans');
  const animals = mesh.some(({ name }) => name === 'Animals');
  if (humans && animals) return { value: 0.7, reason: 'MeSH says Humans and Animals.' };
  if (humans) return { value: 1, reason: 'MeSH says Humans.' };
  if (animals) return { value: 0.2, reason: 'MeSH says Animals, not Humans.' };
  if (
    publication_types.some(({ name }) =>
      /clinical trial|randomized controlled trial|case reports/i.test(name),
    )
  ) {
    return { value: 1, reason: 'The publication type implies human subjects.' };
  }
  if (mesh.length > 0 || speaksOfPeople === speaksOfAnimals)
    return { value: 0.5, reason: 'The record does not say whether humans were studied.' };
  return speaksOfPeople
    ? { value: 0.9, reason: 'The abstract speaks of people, and of no animals.' }
    : { value: 0.3, reason: 'The abstract speaks of animals, and of no people.' };
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
