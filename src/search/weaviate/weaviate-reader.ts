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
  toHit,
  toShownPassage,
} from './weaviate-objects.ts';

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
/** Passages that are kept for `readShown`: some 2 kB each. */
const MOST_KEPT = 2_000;
/**
 * Words that are weighed at once: right after a load each takes a busy server a second, and a call has ten of
 * them.
 */
const WORDS_A_CALL = 8;
/** Weaviate's QUERY_MAXIMUM_RESULTS. */
const MOST_RESULTS = 10_000;

/** What a search is narrowed to, and what it answers of each object. */
interface Narrowed {
  where: FilterValue;
  returnProperties: (keyof ChunkObject)[];
}

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
  /** Of the last searches, by id, so that what they bring is not asked for once more. */
  readonly #brought = new Map<string, Pick<ChunkObject, 'passage' | 'facts'>>();

  constructor({ chunks, conditions, analyzer, findLost }: WeaviateReaderOptions) {
    this.#chunks = chunks;
    this.#conditions = conditions;
    this.#analyzer = analyzer;
    this.#findLost = findLost;
  }

  async search(query: ChunkQuery, options: ReadOptions): Promise<ChunkHit[]> {
    if (query.limit > MOST_RESULTS)
      throw new TypeError(`a search answers at most ${MOST_RESULTS} chunks of a kind`);
    const lost = await this.#findLost(options);
    const where = this.#conditions.toFilter(query.filters, query.membership, lost);
    const narrowed = { where, returnProperties: this.#hitProperties };
    if (query.mode === 'bm25') {
      const byWords = await this.#byWords(query, narrowed, options);
      this.#keep(byWords);
      return byWords.map((found) => toHit(found, { bm25: toBm25(found), asked: null }));
    }
    const asked = toAskedVector(query);
    // Both bring all that ranking needs, since an answer that another request waits for comes later than one
    // that brings some objects twice.
    const [byWords, byVector] = await Promise.all([
      query.mode === 'hybrid' ? this.#byWords(query, narrowed, options) : [],
      this.#byVector(asked, { ...narrowed, limit: query.limit }, options),
    ]);
    const bm25 = new Map(byWords.map((found) => [found.uuid, toBm25(found)]));
    const known = new Set(byVector.map(({ uuid }) => uuid));
    const byWordsAlone = byWords.filter(({ uuid }) => !known.has(uuid));
    const all = [...byVector, ...byWordsAlone];
    this.#keep(all);
    return all.map((found) => toHit(found, { bm25: bm25.get(found.uuid) ?? null, asked }));
  }

  async readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>> {
    const passages = new Map<string, ShownPassage>();
    for (const chunkId of chunkIds) {
      const brought = this.#brought.get(chunkId);
      if (brought !== undefined) passages.set(chunkId, toShownPassage(brought));
    }
    const others = chunkIds.filter((chunkId) => !passages.has(chunkId));
    for (const portion of toPortions(others, IDS_A_FILTER)) {
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

  /** The best score of each token alone, in order; `null` where no passage holds it. */
  async findCeilings(
    tokens: readonly string[],
    { isYoung, ...options }: ReadOptions,
  ): Promise<(number | null)[]> {
    const limit = isYoung ? YOUNG_RESULTS : 1;
    const ask = { queryProperties: ['words' as const], limit, returnProperties: [] };
    const ceilings: (number | null)[] = [];
    for (const portion of toPortions(tokens, WORDS_A_CALL)) {
      const found = await this.#chunks.read(
        'weigh words',
        (chunks, abortSignal) =>
          Promise.all(
            portion.map((token) =>
              chunks.query.bm25(token, { ...ask, returnMetadata: ['score'] }, { abortSignal }),
            ),
          ),
        options,
      );
      ceilings.push(...found.map(({ objects: [best] }) => (best === undefined ? null : toBm25(best))));
    }
    return ceilings;
  }

  async #byWords(
    query: ChunkQuery,
    { where, returnProperties }: Narrowed,
    { isYoung, ...options }: ReadOptions,
  ): Promise<FoundObject[]> {
    const words = joinTokens(this.toAsked(query.text));
    if (words.trim() === '') {
      await this.#chunks.ping(options);
      return [];
    }
    const ask = {
      queryProperties: ['words' as const],
      filters: where,
      limit: query.limit,
      returnProperties,
      includeVector: query.mode === 'hybrid',
    };
    const askFor = async (limit: number, brought: Partial<typeof ask> = {}) => {
      const wanted = { ...ask, ...brought, limit, returnMetadata: ['score' as const] };
      const { objects } = await this.#chunks.read(
        'search by words',
        (chunks, abortSignal) => chunks.query.bm25(words, wanted, { abortSignal }),
        options,
      );
      return objects;
    };
    if (!isYoung || query.limit >= YOUNG_MATCHES) return askFor(query.limit);
    const matches = await askFor(YOUNG_MATCHES, { returnProperties: [], includeVector: false });
    const best = matches.slice(0, query.limit);
    const filters = this.#conditions.among(best.map(({ uuid }) => uuid));
    // Those alone, by the same words once more: for their scores, and in their order.
    return best.length === 0 ? [] : askFor(best.length, { filters });
  }

  get #hitProperties(): (keyof ChunkObject)[] {
    return this.#analyzer === FIRST_ANALYZER ? ['facts', 'passage'] : ['facts', 'passage', 'words'];
  }

  #keep(found: readonly FoundObject[]): void {
    const brought = this.#brought;
    for (const { uuid, properties } of found) {
      brought.delete(uuid);
      brought.set(uuid, { passage: properties.passage, facts: properties.facts });
    }
    for (const oldest of brought.keys()) {
      if (brought.size <= MOST_KEPT) return;
      brought.delete(oldest);
    }
  }

  async #byVector(
    vector: Float32Array,
    { where, returnProperties, limit }: Narrowed & Pick<ChunkQuery, 'limit'>,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const ask = { filters: where, limit, returnProperties, includeVector: true };
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
}

function toAskedVector({ vector, mode }: Pick<ChunkQuery, 'vector' | 'mode'>): Float32Array {
  if (vector === null) throw new TypeError(`a ${mode} search needs a vector`);
  return vector;
}
