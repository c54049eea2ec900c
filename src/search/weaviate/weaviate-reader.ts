import type { FilterValue } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ChunkHit, ChunkQuery, ShownFacts, ShownPassage } from '../search-index.ts';
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
  toShownFacts,
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
/** Passages whose facts, and texts where they were brought, are kept for `readShown`: some 2 kB each. */
const MOST_KEPT = 2_000;
/** Of so many the texts come along, so that none is asked for once more; of more most are never shown. */
const MOST_WITH_TEXTS = 50;
/**
 * Words that are weighed at once: right after a load each takes a busy server a second, and a call has ten of
 * them.
 */
const WORDS_A_CALL = 8;
/** Weaviate's QUERY_MAXIMUM_RESULTS. */
const MOST_RESULTS = 10_000;

/** What is answered of each object. */
interface Wanted {
  returnProperties: (keyof ChunkObject)[];
  includeVector: boolean;
}

/** What a search is narrowed to, and what it answers. */
interface Narrowed extends Wanted {
  where: FilterValue;
}

/** Of an object that a search brought. */
interface Brought {
  facts: string;
  passage?: string | undefined;
}

const IDS_ALONE: Wanted = { returnProperties: [], includeVector: false };

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
  readonly #brought = new Map<string, Brought>();

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
    const returnProperties = this.#toHitProperties(query);
    if (query.mode === 'bm25') {
      const byWords = await this.#byWords(query, { where, returnProperties, includeVector: false }, options);
      this.#keep(byWords);
      return byWords.map((found) => toHit(found, { bm25: toBm25(found), asked: null }));
    }
    const asked = toAskedVector(query);
    const wanted = { returnProperties, includeVector: true };
    const [matches, byVector] = await Promise.all([
      query.mode === 'hybrid' ? this.#match(query, { where, ...IDS_ALONE }, options) : [],
      this.#byVector(asked, { where, ...wanted, limit: query.limit }, options),
    ]);
    const bm25 = new Map(matches.map((found) => [found.uuid, toBm25(found)]));
    const known = new Set(byVector.map(({ uuid }) => uuid));
    const byWordsAlone = matches.filter(({ uuid }) => !known.has(uuid));
    const all = [...byVector, ...(await this.#read(byWordsAlone, wanted, options))];
    this.#keep(all);
    return all.map((found) => toHit(found, { bm25: bm25.get(found.uuid) ?? null, asked }));
  }

  readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>> {
    const toShown = ({ facts, passage }: Brought) =>
      passage === undefined ? null : toShownPassage({ facts, passage });
    return this.#show(chunkIds, { properties: ['passage', 'facts'], toShown }, options);
  }

  readShownFacts(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownFacts>> {
    return this.#show(chunkIds, { properties: ['facts'], toShown: toShownFacts }, options);
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

  async #byWords(query: ChunkQuery, narrowed: Narrowed, options: ReadOptions): Promise<FoundObject[]> {
    if (!options.isYoung) return this.#match(query, narrowed, options);
    const { where } = narrowed;
    return this.#read(await this.#match(query, { where, ...IDS_ALONE }, options), narrowed, options);
  }

  /** The best by words, with their scores. */
  async #match(
    query: ChunkQuery,
    { where, returnProperties, includeVector }: Narrowed,
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
      limit: isYoung ? Math.max(query.limit, YOUNG_MATCHES) : query.limit,
      returnProperties,
      includeVector,
      returnMetadata: ['score' as const],
    };
    const { objects } = await this.#chunks.read(
      'search by words',
      (chunks, abortSignal) => chunks.query.bm25(words, ask, { abortSignal }),
      options,
    );
    return objects.slice(0, query.limit);
  }

  /** What is wanted of matches that are still there, in their order and with their scores. */
  async #read(matches: readonly FoundObject[], wanted: Wanted, options: CallOptions): Promise<FoundObject[]> {
    const ids = matches.map(({ uuid }) => uuid);
    const read = await this.#readObjects(ids, wanted, options);
    const byId = new Map(read.map((found) => [found.uuid, found]));
    return matches.flatMap(({ uuid, metadata }) => {
      const found = byId.get(uuid);
      return found === undefined ? [] : [{ ...found, metadata }];
    });
  }

  /** In any order. */
  async #readObjects(
    ids: readonly string[],
    { returnProperties, includeVector }: Wanted,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const read: FoundObject[] = [];
    for (const portion of toPortions(ids, IDS_A_FILTER)) {
      const ask = {
        filters: this.#conditions.among(portion),
        limit: portion.length,
        returnProperties,
        includeVector,
      };
      const { objects } = await this.#chunks.read(
        'read passages',
        (chunks, abortSignal) => chunks.query.fetchObjects(ask, { abortSignal }),
        options,
      );
      read.push(...objects);
    }
    return read;
  }

  async #show<T>(
    chunkIds: readonly string[],
    { properties, toShown }: { properties: (keyof Brought)[]; toShown: (brought: Brought) => T | null },
    options: CallOptions,
  ): Promise<Map<string, T>> {
    const shown = new Map<string, T>();
    const add = (chunkId: string, brought: Brought | undefined) => {
      const one = brought === undefined ? null : toShown(brought);
      if (one !== null) shown.set(chunkId, one);
    };
    for (const chunkId of chunkIds) add(chunkId, this.#brought.get(chunkId));
    const others = chunkIds.filter((chunkId) => !shown.has(chunkId));
    const wanted = { returnProperties: properties, includeVector: false };
    const read = await this.#readObjects(others, wanted, options);
    this.#keep(read);
    for (const { uuid, properties } of read) add(uuid, properties);
    return shown;
  }

  #toHitProperties({ limit }: Pick<ChunkQuery, 'limit'>): (keyof ChunkObject)[] {
    const properties: (keyof ChunkObject)[] = limit > MOST_WITH_TEXTS ? ['facts'] : ['facts', 'passage'];
    return this.#analyzer === FIRST_ANALYZER ? properties : [...properties, 'words'];
  }

  #keep(found: readonly FoundObject[]): void {
    const brought = this.#brought;
    for (const { uuid, properties } of found) {
      const passage = properties.passage ?? brought.get(uuid)?.passage;
      brought.delete(uuid);
      brought.set(uuid, { passage, facts: properties.facts });
    }
    for (const oldest of brought.keys()) {
      if (brought.size <= MOST_KEPT) return;
      brought.delete(oldest);
    }
  }

  async #byVector(
    vector: Float32Array,
    { where, ...wanted }: Narrowed & Pick<ChunkQuery, 'limit'>,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const ask = { filters: where, ...wanted };
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
