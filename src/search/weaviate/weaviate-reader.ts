import type { FilterValue } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ChunkHit, ChunkQuery, ShownFacts, ShownPassage } from '../search-index.ts';
import { FIRST_ANALYZER } from '../words/analyzer.ts';
import { type AskedWord, joinTokens, toAskedWords } from '../words/asked-words.ts';
import { toFirstAskedWords, toFirstIndexWord } from '../words/first-analyzer.ts';
import { BroughtPassages } from './brought-passages.ts';
import type { FindLostSequences, WeaviateChunks } from './weaviate-chunks.ts';
import { type ChunkConditions, IDS_A_FILTER, toPortions } from './weaviate-filter.ts';
import {
  type Brought,
  requireLength,
  toBrought,
  toHit,
  toShownFacts,
  toShownPassage,
} from './weaviate-objects.ts';
import type { Found, Query, Wanted } from './weaviate-query.ts';

/**
 * Before Weaviate (1.35) has written a segment, the first of fewer need not be the best; then one is enough,
 * and takes it a third as long.
 */
const YOUNG_RESULTS = 100;
/**
 * In that time it passes over the best passages where it is asked for fewer than match: of 370 that match, 30
 * and 100 brought the wrong first six, 250 the right ones. So many are looked for, and the best of them read.
 */
const YOUNG_MATCHES = 2_000;
/** Of more matches of a kind the ids come first: most of them were brought when fewer were asked for. */
const MOST_AT_ONCE = 250;
/** Of so many the texts come along, so that none is asked for once more; of more most are never shown. */
const MOST_WITH_TEXTS = 50;
/** Words that are weighed at once; a question has hardly ever more. */
const WORDS_A_CALL = 100;
/** Right after a load each takes a busy server a second, and a call has ten of them. */
const YOUNG_WORDS_A_CALL = 8;
/** Weaviate's QUERY_MAXIMUM_RESULTS. */
const MOST_RESULTS = 10_000;

/** What a search is narrowed to, and what it answers. */
interface Narrowed extends Wanted {
  where: FilterValue;
}

const IDS_ALONE: Wanted = { properties: [], hasVector: false };

/** `isYoung`: the collection changed a moment ago, for all that is known. */
type ReadOptions = CallOptions & { isYoung: boolean };

interface WeaviateReaderOptions {
  chunks: WeaviateChunks;
  conditions: ChunkConditions;
  analyzer: number;
  findLost: FindLostSequences;
}

/** What an index in Weaviate finds: by words, by vector, by both. */
export class WeaviateReader {
  readonly #chunks: WeaviateChunks;
  readonly #conditions: ChunkConditions;
  readonly #analyzer: number;
  readonly #findLost: FindLostSequences;
  /** Whoever began before a change keeps what comes in the one of before. */
  #brought = new BroughtPassages();
  /** Of a question's vector that found something. */
  #lengthOfVectors: number | null = null;

  constructor({ chunks, conditions, analyzer, findLost }: WeaviateReaderOptions) {
    this.#chunks = chunks;
    this.#conditions = conditions;
    this.#analyzer = analyzer;
    this.#findLost = findLost;
  }

  async search(query: ChunkQuery, options: ReadOptions): Promise<ChunkHit[]> {
    if (query.limit > MOST_RESULTS)
      throw new TypeError(`a search answers at most ${MOST_RESULTS} chunks of a kind`);
    const kept = this.#brought;
    const lost = await this.#findLost(options);
    const { mode, limit } = query;
    const where = this.#conditions.toFilter(query.filters, query.membership, lost);
    const asked = mode === 'bm25' ? null : toAskedVector(query);
    const wanted = { properties: this.#toHitProperties(query), hasVector: asked !== null };
    const ofWords = mode === 'bm25' && !options.isYoung ? wanted : IDS_ALONE;
    const ofVector = mode === 'hybrid' && limit > MOST_AT_ONCE ? IDS_ALONE : wanted;
    const [byWords, byVector] = await Promise.all([
      mode === 'semantic' ? [] : this.#match(query, { where, ...ofWords }, options),
      asked === null ? [] : this.#byVector(asked, { where, ...ofVector, limit }, options),
    ]);
    const bm25 = new Map(byWords.map(({ id, score }) => [id, score]));
    const ids = [...new Set([...byVector, ...byWords].map(({ id }) => id))];
    const come = [...(ofWords === wanted ? byWords : []), ...(ofVector === wanted ? byVector : [])];
    const brought = await this.#bring(ids, { come, kept, wanted }, options);
    return ids.flatMap((id) => {
      const one = brought.get(id);
      return one === undefined ? [] : [toHit(id, one, { bm25: bm25.get(id) ?? null, asked })];
    });
  }

  readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>> {
    return this.#show(chunkIds, { properties: ['passage', 'facts'], toShown: toShownPassage }, options);
  }

  readShownFacts(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownFacts>> {
    return this.#show(chunkIds, { properties: ['facts'], toShown: toShownFacts }, options);
  }

  /** The collection changed, so that what was brought may have gone, and others have come under its ids. */
  forget(): void {
    this.#brought = new BroughtPassages();
    this.#lengthOfVectors = null;
  }

  toAsked(question: string): AskedWord[] {
    if (this.#analyzer !== FIRST_ANALYZER) return toAskedWords(question, this.#analyzer);
    return toFirstAskedWords(question).map((word) => ({ asked: word, tokens: [toFirstIndexWord(word)] }));
  }

  /** The best score of each token alone, in order; `null` where no passage holds it. */
  async findCeilings(
    tokens: readonly string[],
    { isYoung, ...options }: ReadOptions,
  ): Promise<(number | null)[]> {
    const ask = { limit: isYoung ? YOUNG_RESULTS : 1, ...IDS_ALONE };
    const ceilings: (number | null)[] = [];
    for (const portion of toPortions(tokens, isYoung ? YOUNG_WORDS_A_CALL : WORDS_A_CALL)) {
      const queries = portion.map((words) => ({ ...ask, words }));
      const found = await this.#chunks.find('weigh words', queries, options);
      ceilings.push(...found.map(([best]) => best?.score ?? null));
    }
    return ceilings;
  }

  /** The best by words, with their scores. */
  async #match(
    query: ChunkQuery,
    narrowed: Narrowed,
    { isYoung, ...options }: ReadOptions,
  ): Promise<Found[]> {
    const words = joinTokens(this.toAsked(query.text));
    if (words.trim() === '') {
      await this.#chunks.ping(options);
      return [];
    }
    const limit = isYoung ? Math.max(query.limit, YOUNG_MATCHES) : query.limit;
    const found = await this.#find('search by words', { ...narrowed, words, limit }, options);
    return found.slice(0, query.limit);
  }

  /** By id: what has come, what an earlier question brought, and of the others what is still there. */
  async #bring(
    ids: readonly string[],
    { come, kept, wanted }: { come: readonly Found[]; kept: BroughtPassages; wanted: Wanted },
    options: CallOptions,
  ): Promise<Map<string, Brought>> {
    const brought = new Map(come.map((found) => [found.id, toBrought(found)]));
    const hasWords = wanted.properties.includes('words');
    const missing: string[] = [];
    for (const id of ids) {
      if (brought.has(id)) continue;
      const one = kept.get(id);
      const isEnough =
        one !== undefined && (one.words !== null || !hasWords) && (one.vector !== null || !wanted.hasVector);
      if (isEnough) brought.set(id, one);
      else missing.push(id);
    }
    for (const found of await this.#readObjects(missing, wanted, options))
      brought.set(found.id, toBrought(found));
    kept.keep(brought);
    return brought;
  }

  /** In any order. */
  async #readObjects(ids: readonly string[], wanted: Wanted, options: CallOptions): Promise<Found[]> {
    const read: Found[] = [];
    for (const portion of toPortions(ids, IDS_A_FILTER)) {
      const ask = { ...wanted, where: this.#conditions.among(portion), limit: portion.length };
      read.push(...(await this.#find('read passages', ask, options)));
    }
    return read;
  }

  async #show<T>(
    chunkIds: readonly string[],
    { properties, toShown }: { properties: Wanted['properties']; toShown: (brought: Brought) => T | null },
    options: CallOptions,
  ): Promise<Map<string, T>> {
    const kept = this.#brought;
    const shown = new Map<string, T>();
    const add = (chunkId: string, brought: Brought | undefined) => {
      const one = brought === undefined ? null : toShown(brought);
      if (one !== null) shown.set(chunkId, one);
    };
    for (const chunkId of chunkIds) add(chunkId, kept.get(chunkId));
    const others = chunkIds.filter((chunkId) => !shown.has(chunkId));
    const read = await this.#readObjects(others, { properties, hasVector: false }, options);
    const brought = new Map(read.map((found) => [found.id, toBrought(found)]));
    kept.keep(brought);
    for (const [id, one] of brought) add(id, one);
    return shown;
  }

  #toHitProperties({ limit }: Pick<ChunkQuery, 'limit'>): Wanted['properties'] {
    const properties: Wanted['properties'] = limit > MOST_WITH_TEXTS ? ['facts'] : ['facts', 'passage'];
    return this.#analyzer === FIRST_ANALYZER ? properties : [...properties, 'words'];
  }

  async #byVector(
    vector: Float32Array,
    narrowed: Narrowed & Pick<ChunkQuery, 'limit'>,
    options: CallOptions,
  ): Promise<Found[]> {
    const found = await this.#find('search by vector', { ...narrowed, vector }, options);
    if (found.length > 0) this.#lengthOfVectors = vector.length;
    else if (this.#lengthOfVectors !== vector.length) await this.#requireLength(vector.length, options);
    return found;
  }

  /** Nothing is near a vector of another length in a quantised index, and no failure is told. */
  async #requireLength(asked: number, options: CallOptions): Promise<void> {
    const ask = { limit: 1, properties: [], hasVector: true };
    const found = await this.#find('search by vector', ask, options);
    for (const { vector } of found) requireLength(vector, asked);
  }

  async #find(doing: string, query: Query, options: CallOptions): Promise<Found[]> {
    const [found = []] = await this.#chunks.find(doing, [query], options);
    return found;
  }
}

function toAskedVector({ vector, mode }: Pick<ChunkQuery, 'vector' | 'mode'>): Float32Array {
  if (vector === null) throw new TypeError(`a ${mode} search needs a vector`);
  return vector;
}
