import type { CallOptions } from '../domain/call-options.ts';
import { MODEL_MIXING } from '../domain/corpus/mixing.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { findNamed, mayBeWhole } from './find-named.ts';
import { type HeldWords, SMALL_CORPUS } from './floor.ts';
import { keepAllowed, leaveOutExcluded } from './hold-conditions.ts';
import { readLanguage } from './language/asked-language.ts';
import { hasTitleKey, putNamedFirst } from './named-title.ts';
import { findNearAmong, type NearWords } from './names/near-words.ts';
import { type OrderedDocuments, orderDocuments } from './order-documents.ts';
import type { SearchPlan } from './plan-search.ts';
import { type RankedDocument, rankDocuments } from './ranking.ts';
import type { ChunkHit, SearchIndex, SearchMode, WordWeights } from './search-index.ts';

export interface RankedFindings {
  /** What the question names by id or author. */
  named: RankedDocument[];
  /** See `NamedDocuments`. */
  apart: string | null;
  /** Those first, then all that may answer, also what is too far from the question. */
  found: RankedDocument[];
  ordered: Pick<OrderedDocuments, 'isTooFar' | 'isThin'>;
  /** What answers, best first, retracted or not; more than was asked for, where more was found. */
  ranked: RankedDocument[];
  weights: WordWeights;
  near: NearWords;
}

export interface RankingServices {
  index: SearchIndex;
  embedder: Embedder;
  now: Date;
}

/**
 * Candidates of each kind: for `hybrid` enough that the mixing settles, else enough for several
 * chunks a document.
 */
const CANDIDATES = {
  hybrid: { least: 100, aDocument: 5 },
  semantic: { least: 30, aDocument: 2 },
  bm25: { least: 30, aDocument: 2 },
} as const satisfies Record<SearchMode, { least: number; aDocument: number }>;
/**
 * When retracted documents or many chunks of few documents fill the candidates, ask again for so
 * many times more.
 */
const WIDEN = 4;
const MOST_CANDIDATES = 10_000;

/**
 * Asks for more candidates until as many documents as were asked for may be shown, or no more are there.
 * `beside`: as `keepClose` takes it.
 */
export async function findRanked(
  plan: SearchPlan,
  { index, embedder, now, beside = [] }: RankingServices & { beside?: readonly RankedDocument[] },
  options: CallOptions,
): Promise<RankedFindings> {
  const { question, conditions, mode, query } = plan;
  const { topK, alpha, rerankByQuality, membership } = plan.request;
  const { mixing = MODEL_MIXING } = embedder;
  const { least, aDocument } = CANDIDATES[rerankByQuality ? 'hybrid' : mode];
  const first = Math.max(least, topK * aDocument);
  const lookFor = (limit: number) => index.search({ ...query, limit }, options);
  const begin = () => {
    const weighing = mode === 'semantic' ? NO_WORDS : index.weigh(query, options);
    return Promise.all([lookFor(first), weighing]);
  };
  const asked = { query: question.tagged, vector: plan.vector, filters: plan.narrowed, membership };
  // What it names is looked for meanwhile, unless that may be all that answers.
  const [{ documents: named, isWhole, apart }, begun] = await Promise.all([
    findNamed(index, asked, options),
    mayBeWhole(asked) ? null : begin(),
  ]);
  const namedPmids = new Set(named.map(({ facts }) => facts.pmid));
  const isNamed = ({ facts }: RankedDocument) => namedPmids.has(facts.pmid);
  const isShown = (document: RankedDocument) => mayBeShown(document, plan);
  const leftOut = new Set(question.excludedPmids);
  let [hits, weights] = isWhole ? NOTHING : (begun ?? (await begin()));
  for (let limit = first; ; limit = Math.min(limit * WIDEN, MOST_CANDIDATES)) {
    if (limit > first) hits = await lookFor(limit);
    const { analyzer } = index;
    const ranking = { mode, alpha, mixing, analyzer, best: weights.best };
    const allowed =
      conditions === null ? hits : keepAllowed(hits, conditions, (hit) => hasAskedTitle(hit, plan));
    const relevant = putNamedFirst(
      rankDocuments(allowed, { ...ranking, text: query.text, vector: query.vector }),
      plan.request.query,
    );
    const near = await findNearAmong(index, { unknown: weights.unknown, hits }, options);
    const candidates = [...named, ...relevant.filter((document) => !isNamed(document))];
    const found = candidates.filter(({ facts }) => !leftOut.has(facts.pmid));
    const held = toHeldWords(plan, { unknown: weights.unknown, near });
    const floor = plan.hasFloor ? { ...held, beside, isSmall: () => isSmall(index, options) } : null;
    const ordered = await orderDocuments(found, { mode, now, isShown, isNamed, rerankByQuality, floor });
    const ranked = await leaveOut(index, ordered.ranked, { plan, isNamed }, options);
    // What is further away than what was found is not close enough either.
    const tooFar = found.length - ordered.ranked.length;
    const isEnough = ranked.filter(isShown).length + tooFar >= topK;
    if (isEnough || limit >= MOST_CANDIDATES || !mayHoldMore(hits, plan, limit)) {
      return { named, apart, found, ordered, ranked, weights, near };
    }
  }
}

/** Not retracted, or retracted ones are wanted. */
export function mayBeShown(document: RankedDocument, { excludeRetracted }: SearchPlan): boolean {
  return !excludeRetracted || !isRetracted(document);
}

export function isRetracted({ facts }: RankedDocument): boolean {
  return facts.retractionStatus === 'retracted';
}

/** The paper that the question names by its title is kept, whatever signs stand in the title. */
export function hasAskedTitle({ facts }: Pick<ChunkHit, 'facts'>, { titleKey }: SearchPlan): boolean {
  return hasTitleKey(facts.title, titleKey);
}

async function leaveOut(
  index: SearchIndex,
  found: RankedDocument[],
  { plan, isNamed }: { plan: SearchPlan; isNamed: (document: RankedDocument) => boolean },
  options: CallOptions,
): Promise<RankedDocument[]> {
  const { conditions, request, isById, vector, query } = plan;
  if (conditions === null || !conditions.hasExcluded) return found;
  const isKept = (document: RankedDocument) => (isById && isNamed(document)) || hasAskedTitle(document, plan);
  const isEnough = (left: readonly RankedDocument[]) =>
    left.filter((document) => mayBeShown(document, plan)).length >= request.topK;
  return leaveOutExcluded(
    index,
    found,
    { conditions, query: { ...query, vector }, isKept, isEnough },
    options,
  );
}

/**
 * In another language most words are in no text; papers whose own title is in it answer all the same. Where
 * no word is known, the vectors of its letters alone answer nothing.
 */
function toHeldWords(
  { question, words }: SearchPlan,
  { unknown, near }: { unknown: readonly string[]; near: NearWords },
): HeldWords {
  const unheld = unknown.filter((word) => !near.has(word)).length / words.length;
  const isForeign =
    unheld > 0 && readLanguage(question.text, { asked: words.length, unknown: unknown.length }) !== null;
  const knowsWord = unknown.length < words.length;
  return { knowsWord, unheld: isForeign && knowsWord ? 0 : unheld };
}

async function isSmall(index: SearchIndex, options: CallOptions): Promise<boolean> {
  return (await index.countChunks(options)) < SMALL_CORPUS;
}

const NO_WORDS: WordWeights = { best: 0, unknown: [], partly: [] };
const NOTHING: [hits: ChunkHit[], weights: WordWeights] = [[], NO_WORDS];

/** A kind of match that filled its limit may have more behind it; phrases are found by words alone. */
function mayHoldMore(hits: readonly ChunkHit[], { mode, hasPhrases }: SearchPlan, limit: number): boolean {
  const kind = hasPhrases ? 'bm25' : mode;
  const byWords = kind !== 'semantic' && hits.filter(({ bm25 }) => bm25 !== null).length >= limit;
  return byWords || (kind !== 'bm25' && hits.length >= limit);
}
