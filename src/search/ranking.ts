import type { Mixing } from '../domain/corpus/mixing.ts';
import { dot } from './dot.ts';
import { type Closeness, toCloseness } from './floor.ts';
import { readPairs } from './pairs.ts';
import type { ChunkHit, HitFacts, SearchMode } from './search-index.ts';

/**
 * Both mean the same in every answer; `null`: not asked for, or not among the best. 0 … 1, but for what an
 * index that is being written to tells of its best passages too late: see `toShown`.
 */
export interface ScoreParts {
  /** The share of `best`: 1 is a passage that holds each word of the question as well as any passage does. */
  bm25: number | null;
  /** The cosine to the question as feedback has moved it; see `Mixing` for models. */
  vector: number | null;
}

export interface RankedChunk extends ScoreParts {
  hit: ChunkHit;
  /** 0 … 1; compares with that of every answer in the same mode. */
  score: number;
}

export interface RankedDocument extends ScoreParts {
  facts: HitFacts;
  revision: number;
  /** That of its best chunk: a long document gains nothing by its length. */
  score: number;
  /** `null`: the question names it, so that no closeness decides about it. */
  closeness: Closeness | null;
  /** Best first. */
  chunks: RankedChunk[];
}

export interface RankingRequest {
  mode: SearchMode;
  /** 0 only words … 1 only vectors; 0.5 is the balance that is measured best for the embedder. */
  alpha: number;
  /** Of the embedder that made the vectors. */
  mixing: Mixing;
  /** The question, for its neighbouring words. */
  text: string;
  /** Of the index that the hits are from. Default: today's. */
  analyzer?: number;
  vector: Float32Array | null;
  /** See `WordWeights`. */
  best: number;
}

/** What all neighbouring words of a question standing side by side add, beside words and vectors. */
const PAIRS_SHARE = 0.2;
/** Neighbours are looked for in the passages that are best without them. */
const PASSAGES_WITH_PAIRS = 50;
/** Passages that are taken to answer the question, and how far their vectors move its own. */
const FEEDBACK = { passages: 2, share: 0.6 } as const;

interface Candidate {
  hit: ChunkHit;
  bm25: number | null;
  vector: number | null;
  pairs: number;
  score: number;
}

/**
 * Documents, best first. A passage scores by its share of the best possible BM25, its cosine, and the
 * neighbouring words of the question that are neighbours in it. In `hybrid` the vectors of the two best
 * passages then move the question's own, and the cosines are taken anew: what these answers speak of comes up
 * too. Ties go to the later year, then the higher PMID, so the same hits always give the same order. Formulas
 * and what each step brings: docs/search.md, docs/benchmarks.md.
 */
export function rankDocuments(hits: readonly ChunkHit[], request: RankingRequest): RankedDocument[] {
  const { mode, best } = request;
  const toShare = (bm25: number | null) =>
    mode === 'semantic' || bm25 === null ? null : best > 0 ? bm25 / best : 0;
  const candidates = hits.map((hit): Candidate => {
    return { hit, bm25: toShare(hit.bm25), vector: null, pairs: 0, score: 0 };
  });
  weigh(candidates, request, ({ cosine }) => cosine);
  if (mode !== 'semantic') addPairs(candidates, request);
  const moved = mode === 'hybrid' ? moveQuestion(candidates, request.vector) : null;
  if (moved !== null)
    weigh(candidates, request, ({ vector, cosine }) => (vector === null ? cosine : dot(vector, moved)));
  return toDocuments(candidates).map((document) => {
    return { ...document, closeness: toCloseness(document.chunks, request) };
  });
}

/** Sets vector and score of each. */
function weigh(
  candidates: readonly Candidate[],
  { mode, alpha, mixing }: RankingRequest,
  toCosine: (hit: ChunkHit) => number | null,
): void {
  const cosines = mode === 'bm25' ? candidates.map(() => null) : candidates.map(({ hit }) => toCosine(hit));
  const toScale = mixing.isCentred ? (cosine: number) => Math.max(0, cosine) : toRange(cosines);
  const ofVector = { hybrid: toVectorShare(alpha, mixing), semantic: 1, bm25: 0 }[mode];
  const most = mode === 'semantic' ? 1 : 1 + PAIRS_SHARE;
  for (const [at, candidate] of candidates.entries()) {
    const cosine = cosines[at] ?? null;
    candidate.vector = cosine === null ? null : toScale(cosine);
    const mixed = (1 - ofVector) * (candidate.bm25 ?? 0) + ofVector * (candidate.vector ?? 0);
    candidate.score = (mixed + PAIRS_SHARE * candidate.pairs) / most;
  }
}

/** 0 at 0, 1 at 1, and the embedder's own balance at 0.5. */
function toVectorShare(alpha: number, { balance }: Mixing): number {
  return alpha ** (Math.log(balance) / Math.log(0.5));
}

/** From the lowest to the highest of an answer: cosines of such a model mean nothing by themselves. */
function toRange(cosines: readonly (number | null)[]): (cosine: number) => number {
  const given = cosines.filter((cosine) => cosine !== null);
  const min = given.reduce((least, cosine) => Math.min(least, cosine), Number.POSITIVE_INFINITY);
  const max = given.reduce((most, cosine) => Math.max(most, cosine), Number.NEGATIVE_INFINITY);
  return (cosine) => (max > min ? (cosine - min) / (max - min) : 1);
}

function addPairs(candidates: readonly Candidate[], { text, analyzer }: RankingRequest): void {
  const countPairs = readPairs(text, analyzer);
  for (const candidate of candidates.toSorted(byScoreAndHit).slice(0, PASSAGES_WITH_PAIRS)) {
    candidate.pairs = countPairs(candidate.hit.words);
    candidate.score += (PAIRS_SHARE * candidate.pairs) / (1 + PAIRS_SHARE);
  }
}

/** Rocchio's feedback; `null` where there is nothing to move it by. */
function moveQuestion(candidates: readonly Candidate[], question: Float32Array | null): Float32Array | null {
  if (question === null) return null;
  const answers = candidates.toSorted(byScoreAndHit).slice(0, FEEDBACK.passages);
  const sum = new Float32Array(question.length);
  for (const { hit, score } of answers) {
    hit.vector?.forEach((value, at) => {
      sum[at] = (sum[at] ?? 0) + score * value;
    });
  }
  const direction = toUnit(sum);
  return direction && toUnit(question.map((value, at) => value + FEEDBACK.share * (direction[at] ?? 0)));
}

function toUnit(vector: Float32Array): Float32Array | null {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? null : vector.map((value) => value / length);
}

function toDocuments(candidates: readonly Candidate[]): Omit<RankedDocument, 'closeness'>[] {
  const documents = new Map<string, RankedChunk[]>();
  for (const { hit, bm25, vector, score } of candidates) {
    const known = documents.get(hit.facts.pmid);
    if (known === undefined) documents.set(hit.facts.pmid, [{ hit, bm25, vector, score }]);
    else known.push({ hit, bm25, vector, score });
  }
  return [...documents.values()].map(toDocument).sort(byScore);
}

/** Best first: score down, then year down, PMID down. */
export function byScore(
  a: { score: number; facts: HitFacts },
  b: { score: number; facts: HitFacts },
): number {
  return (
    b.score - a.score ||
    (b.facts.year ?? 0) - (a.facts.year ?? 0) ||
    Number(b.facts.pmid) - Number(a.facts.pmid)
  );
}

/** As `byScore`, passage by passage. */
function byScoreAndHit(a: Candidate, b: Candidate): number {
  return (
    byScore({ score: a.score, facts: a.hit.facts }, { score: b.score, facts: b.hit.facts }) ||
    a.hit.position - b.hit.position
  );
}

function toDocument(chunks: readonly RankedChunk[]): Omit<RankedDocument, 'closeness'> {
  const sorted = chunks.toSorted((a, b) => b.score - a.score || a.hit.position - b.hit.position);
  const [best] = sorted;
  if (best === undefined) throw new TypeError('a document needs a chunk');
  const { hit, score, bm25, vector } = best;
  return { facts: hit.facts, revision: hit.revision, score, bm25, vector, chunks: sorted };
}

/** A score as it is told: 0 … 1, to six digits. */
export function toShown(score: number): number {
  return Math.round(Math.min(1, Math.max(0, score)) * 1e6) / 1e6;
}
