import type { FilterValue } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ChunkHit, ChunkQuery, ShownPassage } from '../search-index.ts';
import { FIRST_ANALYZER } from '../words/analyzer.ts';
import { type AskedWord, joinTokens, toAskedWords } from '../words/asked-words.ts';
import { toFirstAskedWords, toFirstIndexWord } from '../words/first-analyzer.ts';
import type { FindLostSequences, WeaviateChunks } from './weaviate-chunks.ts';
import { type ChunkConditions, IDS_A_FILTER, toPortions } from './weaviate-filter.ts';
import {
  type ChunkObject,
  type FoundObject,
  requireLength,
  toBm25,
  toCosine,
  toHit,
  toShownPassage,
} from './weaviate-objects.ts';

/**
 * Where fewer are asked for, the first of them need not be the best (Weaviate 1.35, before a segment
 * is written).
 */
const EXACT_RESULTS = 100;
/** Weaviate's QUERY_MAXIMUM_RESULTS. */
const MOST_RESULTS = 10_000;

/** What a search is narrowed to, and what it answers of each object. */
interface Narrowed {
  where: FilterValue;
  returnProperties: (keyof ChunkObject)[];
}

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

  constructor({ chunks, conditions, analyzer, findLost }: WeaviateReaderOptions) {
    this.#chunks = chunks;
    this.#conditions = conditions;
    this.#analyzer = analyzer;
    this.#findLost = findLost;
  }

  async search(query: ChunkQuery, options: CallOptions): Promise<ChunkHit[]> {
    if (query.limit > MOST_RESULTS)
      throw new TypeError(`a search answers at most ${MOST_RESULTS} chunks of a kind`);
    const lost = await this.#findLost(options);
    const where = this.#conditions.toFilter(query.filters, query.membership, lost);
    if (query.mode === 'bm25') {
      const byWords = await this.#byWords(query, { where, returnProperties: this.#hitProperties }, options);
      return byWords.map((found) => toHit(found, { bm25: toBm25(found), cosine: null }));
    }
    if (query.mode === 'semantic') {
      const byVector = await this.#byVector(query, { where, returnProperties: this.#hitProperties }, options);
      return byVector.map((found) =>
        toHit(found, { bm25: null, cosine: toCosine(found, toAskedVector(query)) }),
      );
    }
    return this.#byBoth(query, where, options);
  }

  async readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>> {
    const passages = new Map<string, ShownPassage>();
    for (const portion of toPortions(chunkIds, IDS_A_FILTER)) {
      const filters = this.#conditions.among(portion);
      const ask = {
        filters,
        limit: portion.length,
        returnProperties: ['passage' as const, 'facts' as const],
      };
      const { objects } = await this.#chunks.read(
        'read passages',
        (chunks) => chunks.query.fetchObjects(ask),
        options,
      );
      for (const { uuid, properties } of objects) passages.set(uuid, toShownPassage(properties));
    }
    return passages;
  }

  toAsked(question: string): AskedWord[] {
    if (this.#analyzer !== FIRST_ANALYZER) return toAskedWords(question, this.#analyzer);
    return toFirstAskedWords(question).map((word) => ({ asked: word, tokens: [toFirstIndexWord(word)] }));
  }

  /** `null` where no passage holds it. */
  async findCeiling(token: string, options: CallOptions): Promise<number | null> {
    const ask = { queryProperties: ['words' as const], limit: EXACT_RESULTS, returnProperties: [] };
    const { objects } = await this.#chunks.read(
      'weigh a word',
      (chunks, abortSignal) =>
        chunks.query.bm25(token, { ...ask, returnMetadata: ['score'] }, { abortSignal }),
      options,
    );
    const [best] = objects;
    return best === undefined ? null : toBm25(best);
  }

  /**
   * What the words found comes by id alone at first, since Weaviate reads the object of every hit that
   * is to have a property; then those that the vector did not find are compared with it too, which
   * reads the others once.
   */
  async #byBoth(query: ChunkQuery, where: FilterValue, options: CallOptions): Promise<ChunkHit[]> {
    const [byWords, byVector] = await Promise.all([
      this.#byWords(query, { where, returnProperties: [] }, options),
      this.#byVector(query, { where, returnProperties: this.#hitProperties }, options),
    ]);
    const bm25 = new Map(byWords.map((found) => [found.uuid, toBm25(found)]));
    const known = new Set(byVector.map(({ uuid }) => uuid));
    const alone = [...bm25.keys()].filter((id) => !known.has(id));
    const compared = await this.#compare(query, alone, options);
    const asked = toAskedVector(query);
    return [...byVector, ...compared].map((found) =>
      toHit(found, { bm25: bm25.get(found.uuid) ?? null, cosine: toCosine(found, asked) }),
    );
  }

  async #byWords(
    query: ChunkQuery,
    { where, returnProperties }: Narrowed,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const words = joinTokens(this.toAsked(query.text));
    if (words.trim() === '') {
      await this.#chunks.ping(options);
      return [];
    }
    const ask = { queryProperties: ['words' as const], filters: where, limit: query.limit, returnProperties };
    const { objects } = await this.#chunks.read(
      'search by words',
      (chunks, abortSignal) =>
        chunks.query.bm25(words, { ...ask, returnMetadata: ['score'] }, { abortSignal }),
      options,
    );
    return objects;
  }

  get #hitProperties(): (keyof ChunkObject)[] {
    return this.#analyzer === FIRST_ANALYZER ? ['facts'] : ['facts', 'words'];
  }

  async #byVector(
    query: Pick<ChunkQuery, 'vector' | 'mode' | 'limit'>,
    { where, returnProperties }: Narrowed,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const vector = toAskedVector(query);
    const ask = { filters: where, limit: query.limit, returnProperties, includeVector: true };
    const { objects } = await this.#chunks.read(
      'search by vector',
      (chunks, abortSignal) => chunks.query.nearVector([...vector], ask, { abortSignal }),
      options,
    );
    if (objects.length === 0) await this.#requireLength(vector.length, options);
    return objects;
  }

  /** Nothing is near a vector of another length in a quantised index, and no failure is told. */
  async #requireLength(asked: number, options: CallOptions): Promise<void> {
    const { objects } = await this.#chunks.read(
      'search by vector',
      (chunks) => chunks.query.fetchObjects({ limit: 1, returnProperties: [], includeVector: true }),
      options,
    );
    for (const { vectors } of objects) requireLength(vectors, asked);
  }

  /** Chunks that are known by their ids, with their distance. */
  async #compare(query: ChunkQuery, ids: readonly string[], options: CallOptions): Promise<FoundObject[]> {
    const found: FoundObject[] = [];
    for (const portion of toPortions(ids, IDS_A_FILTER)) {
      const among: Narrowed = {
        where: this.#conditions.among(portion),
        returnProperties: this.#hitProperties,
      };
      found.push(...(await this.#byVector({ ...query, limit: portion.length }, among, options)));
    }
    return found;
  }
}

function toAskedVector({ vector, mode }: Pick<ChunkQuery, 'vector' | 'mode'>): Float32Array {
  if (vector === null) throw new TypeError(`a ${mode} search needs a vector`);
  return vector;
}
