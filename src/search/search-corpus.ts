import type { CallOptions } from '../domain/call-options.ts';
import type { Clock } from '../domain/clock.ts';
import type { Pmid } from '../domain/ids.ts';
import type { Embedder } from '../embedding/embedder.ts';
import {
  findRanked,
  hasAskedTitle,
  isRetracted,
  mayBeShown,
  type RankedFindings,
  type RankingServices,
} from './find-ranked.ts';
import { findLanguage } from './language/find-language.ts';
import { tellLanguage } from './language/tell-language.ts';
import { findAskedJournal, tellJournal } from './names/asked-journal.ts';
import { findNearHeadings } from './names/near-words.ts';
import { createPieceReader } from './passages.ts';
import { planSearch, type SearchPlan } from './plan-search.ts';
import type { RankedDocument } from './ranking.ts';
import type { SearchFilters } from './search-filters.ts';
import type { Membership, SearchIndex, SearchMode } from './search-index.ts';
import { listWarnings } from './search-warnings.ts';
import { type FoundDocument, showDocuments } from './show-documents.ts';
import { tellFloor } from './tell-floor.ts';

export interface CorpusSearchRequest {
  query: string;
  /** 1–50. */
  topK: number;
  mode: SearchMode;
  /** 0 only words … 1 only vectors; for `hybrid`. */
  alpha: number;
  filters: SearchFilters;
  /**
   * Only these are looked at, in place of `filters.pmids`. Nobody asked for them: those are found that a
   * search of all papers finds.
   */
  among?: readonly Pmid[];
  rerankByQuality: boolean;
  membership: Membership;
  /** Whether passages are read and scored. Default true. */
  withPassages?: boolean;
}

export interface CorpusSearchAnswer {
  /** Best first. */
  documents: FoundDocument[];
  /** How many retracted documents would have stood among the first `topK`. */
  excluded_retracted: number;
  /** Those, best first. */
  excluded: { pmid: Pmid; title: string }[];
  /** What was searched: `bm25` where the embedder knows no word of the question. */
  search_mode: SearchMode;
  /** What of the question was not done, and why. */
  warnings: string[];
}

export type CorpusSearch = (
  request: CorpusSearchRequest,
  options: CallOptions,
) => Promise<CorpusSearchAnswer>;

/**
 * Searches the corpus by ports alone. Throws what the index and the embedder throw: never an empty list
 * for a failure.
 */
export function createCorpusSearch({
  index,
  embedder,
  clock,
  note = null,
}: {
  index: SearchIndex;
  /** The one that made its vectors. */
  embedder: Embedder;
  clock: Clock;
  /** What every answer of this index is to say. */
  note?: string | null;
}): CorpusSearch {
  const readPiece = createPieceReader();
  return async (request, options) => {
    const plan = await planSearch(request, { index, embedder }, options);
    const now = clock.now();
    const services = { index, embedder, now };
    const beside = await findBeside({ ...request, mode: plan.mode }, services, options);
    const findings = await findRanked(plan, { ...services, beside }, options);
    const { topK, withPassages = true } = request;
    const { ranked } = findings;
    const shown = ranked.filter((document) => mayBeShown(document, plan)).slice(0, topK);
    const excluded = plan.excludeRetracted ? ranked.slice(0, topK).filter(isRetracted) : [];
    const asked = { question: plan.question.text, withPassages, readPiece, now };
    const [documents, warnings] = await Promise.all([
      showDocuments(index, shown, asked, options),
      listAllWarnings(index, { plan, findings, shown, note }, options),
    ]);
    return {
      documents,
      excluded_retracted: excluded.length,
      excluded: excluded.map(({ facts: { pmid, title } }) => ({ pmid, title })),
      search_mode: plan.mode,
      warnings,
    };
  };
}

/**
 * The best of all papers, where only some are looked at: whether the corpus answers is for it to say, in the
 * mode in which those are.
 */
async function findBeside(
  { among, ...request }: CorpusSearchRequest,
  services: RankingServices,
  options: CallOptions,
): Promise<RankedDocument[]> {
  if (among === undefined) return [];
  const plan = await planSearch({ ...request, topK: 1 }, services, options);
  return (await findRanked(plan, services, options)).ranked;
}

/** What the answer is not, and what would bring more. */
async function listAllWarnings(
  index: SearchIndex,
  {
    plan,
    findings: { named, apart, found, ordered, weights, near },
    shown,
    note,
  }: { plan: SearchPlan; findings: RankedFindings; shown: readonly RankedDocument[]; note: string | null },
  options: CallOptions,
): Promise<string[]> {
  const { question, words, narrowed } = plan;
  const { query, membership } = plan.request;
  const { unknown } = weights;
  const isNamedHere = plan.isById || shown.some(({ closeness }) => closeness === null);
  const language = isNamedHere
    ? null
    : await findLanguage(index, { ask: plan.query, asked: words, unknown }, options);
  const isForeign = language !== null;
  const isAnswered = shown.length > 0;
  const headings = isForeign || isAnswered ? [] : unknown.filter((word) => !near.has(word));
  const ask = { question: question.text, isAnswered, membership, vector: plan.vector };
  const isAsked = isNamedHere || narrowed.journals !== undefined;
  const [meant, ofLanguage, journal] = await Promise.all([
    findNearHeadings(index, { unknown: headings, membership }, options),
    language === null ? null : tellLanguage(index, { language, membership, isAnswered }, options),
    isAsked ? null : findAskedJournal(index, ask, options),
  ]);
  const ofWords = listWarnings(index, note, {
    ...{ question, named, apart, unknown, isForeign },
    isTitle: found.some((document) => hasAskedTitle(document, plan)),
    hasYears: narrowed.publishedFrom !== undefined || narrowed.publishedTo !== undefined,
    partly: isAnswered ? weights.partly : [],
    near: isForeign ? meant : new Map([...near, ...meant]),
  });
  const isNarrowed = Object.keys(narrowed).length > 0;
  const asked = { query, text: question.text, isNarrowed, unknown, isForeign, analyzer: index.analyzer };
  return [
    ...(ofLanguage === null ? [] : [ofLanguage]),
    ...(journal === null ? [] : [tellJournal(journal)]),
    ...ofWords,
    ...tellFloor({ ...ordered, shown }, asked),
  ];
}
