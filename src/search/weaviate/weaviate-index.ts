import type { Collection, DataObject, FilterValue, WeaviateClient } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { ChunksRefusedError } from '../../errors/chunks-refused-error.ts';
import { requireNumbers } from '../require-numbers.ts';
import type {
  ChunkHit,
  ChunkQuery,
  EndedChunks,
  IndexBatch,
  NamesQuery,
  RollbackOptions,
  SearchIndex,
  WordWeights,
} from '../search-index.ts';
import { ANALYZER, FIRST_ANALYZER } from '../words/analyzer.ts';
import { type AskedWord, joinTokens, toAskedWords } from '../words/asked-words.ts';
import { toFirstAskedWords, toFirstIndexWord } from '../words/first-analyzer.ts';
import { weighWords } from '../words/word-weights.ts';
import type { WeaviateConnection } from './weaviate-connection.ts';
import { missingCollection, toWeaviateError } from './weaviate-errors.ts';
import { type ChunkConditions, createConditions } from './weaviate-filter.ts';
import { countDocuments, MOST_NAMED, NAMES } from './weaviate-names.ts';
import {
  type ChunkObject,
  type FoundObject,
  LIVE,
  toBm25,
  toCosine,
  toHit,
  toObjectId,
  toObjects,
  withUntil,
} from './weaviate-objects.ts';
import { OBJECTS_A_REQUEST, putObjects } from './weaviate-put.ts';
import { hasCollection } from './weaviate-schema.ts';

export interface WeaviateIndexOptions {
  /** The caller's own, and open for longer. */
  connection: WeaviateConnection;
  /** `makeCollection` made it. */
  collection: string;
  /** Of the corpus' vectors. */
  dimensions: number;
  /** Who made its words; default: the one of this release. */
  analyzer?: number;
  /**
   * Numbers that a writer may have been using when it lost its turn, and that nobody gets any more. A
   * request of such a writer may arrive at any time later: what bears its number is never found, and
   * goes with `removeEnded`.
   */
  findLost?: FindLostSequences;
}

export type FindLostSequences = (options: CallOptions) => Promise<readonly number[]>;

/** The index in a collection of a Weaviate server. It asks the server nothing before its first call. */
export function openWeaviateIndex(options: WeaviateIndexOptions): SearchIndex {
  return new WeaviateIndex(options);
}

/** A short tool's caller waits for it. */
const SEARCH_MS = 10_000;
/** PMIDs in one filter. */
const PMIDS_A_FILTER = 500;
/** Ids in one filter. */
const IDS_A_FILTER = 1_000;
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

const NONE_LOST: FindLostSequences = () => Promise.resolve([]);

type Chunks = Collection<ChunkObject, string, undefined>;

class WeaviateIndex implements SearchIndex {
  readonly analyzer: number;
  readonly #connection: WeaviateConnection;
  readonly #collection: string;
  readonly #dimensions: number;
  readonly #conditions: ChunkConditions;
  readonly #findLost: FindLostSequences;
  #isClosed = false;
  /** Writers take turns, so that what one ends another does not write anew. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor({
    connection,
    collection,
    dimensions,
    analyzer = ANALYZER,
    findLost = NONE_LOST,
  }: WeaviateIndexOptions) {
    this.analyzer = analyzer;
    this.#connection = connection;
    this.#collection = collection;
    this.#dimensions = dimensions;
    this.#conditions = createConditions(connection.weaviate);
    this.#findLost = findLost;
  }

  write(batch: IndexBatch, options: CallOptions): Promise<void> {
    const { sequence, chunks, vectors, superseded } = batch;
    if (vectors.length !== chunks.length * this.#dimensions) {
      throw new TypeError(
        `${chunks.length} chunks of ${this.#dimensions} dimensions do not have ${vectors.length} numbers`,
      );
    }
    requireNumbers(batch, this.#dimensions);
    return this.#inTurn(options, async () => {
      await this.#requireCollection(options);
      // A crash may have left a part of this very batch.
      await this.#delete('write', this.#conditions.enteredAt(sequence), options);
      for (const pmids of toParts(superseded, PMIDS_A_FILTER)) {
        const replaced = this.#conditions.replacedAt(sequence, pmids.map(Number));
        await this.#setUntil('end what a batch replaces', replaced, sequence, options);
      }
      await this.#put(
        'write',
        toObjects(batch, { dimensions: this.#dimensions, analyzer: this.analyzer }),
        options,
      ).catch(nameChunks(batch));
    });
  }

  rollbackTo(sequence: number, { upTo = LIVE, ...options }: RollbackOptions): Promise<void> {
    return this.#inTurn(options, async () => {
      await this.#requireCollection(options);
      await this.#delete('roll back', this.#conditions.enteredAbove(sequence, upTo), options);
      await this.#setUntil('roll back', this.#conditions.endedAbove(sequence, upTo), LIVE, options);
    });
  }

  removeEnded(ended: EndedChunks, options: CallOptions): Promise<void> {
    return this.#inTurn(options, async () => {
      const lost = await this.#findLost(options);
      for (const sequence of lost) {
        await this.#delete('remove what came late', this.#conditions.enteredAt(sequence), options);
        await this.#setUntil('undo what came late', this.#conditions.endedAt(sequence), LIVE, options);
      }
      for (const removable of this.#conditions.toRemovable(ended, lost)) {
        await this.#delete('remove ended chunks', removable, options);
      }
    });
  }

  /** Weaviate brings its indexes up to date by itself. */
  async optimize({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    this.#requireOpen();
  }

  weigh({ text }: Pick<ChunkQuery, 'text'>, options: CallOptions): Promise<WordWeights> {
    return weighWords(this.#toAsked(text), {
      findCeiling: (token) => this.#findCeiling(token, options),
      countPassages: () => this.#countAll(options),
      highest: 1,
    });
  }

  async #countAll(options: CallOptions): Promise<number> {
    const { totalCount } = await this.#read('count', (chunks) => chunks.aggregate.overAll(), options);
    return totalCount;
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
      return byVector.map((found) => toHit(found, { bm25: null, cosine: toCosine(found) }));
    }
    return this.#byBoth(query, where, options);
  }

  async readTexts(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, string>> {
    const texts = new Map<string, string>();
    for (const part of toParts(chunkIds, IDS_A_FILTER)) {
      const filters = this.#conditions.among(part);
      const ask = { filters, limit: part.length, returnProperties: ['passage' as const] };
      const { objects } = await this.#read('read texts', (chunks) => chunks.query.fetchObjects(ask), options);
      for (const { uuid, properties } of objects) texts.set(uuid, properties.passage);
    }
    return texts;
  }

  async countNames({ kind, parts, membership }: NamesQuery, options: CallOptions) {
    const property = NAMES[kind];
    const filters = this.#conditions.toNames(property, parts, membership, await this.#findLost(options));
    const ask = { filters, limit: MOST_NAMED, returnProperties: [property, 'pmid' as const] };
    const { objects } = await this.#read('count names', (chunks) => chunks.query.fetchObjects(ask), options);
    return countDocuments(
      objects.map(({ properties }) => properties),
      property,
      parts,
    );
  }

  async countChunks(options: CallOptions): Promise<number> {
    const filters = this.#conditions.isLive(await this.#findLost(options));
    const { totalCount } = await this.#read(
      'count',
      (chunks) => chunks.aggregate.overAll({ filters }),
      options,
    );
    return totalCount;
  }

  async ping(options: CallOptions): Promise<void> {
    // By gRPC, as searches go: it tells of a missing collection too.
    await this.#read(
      'answer',
      (chunks) => chunks.query.fetchObjects({ limit: 1, returnProperties: ['pmid'] }),
      options,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn;
    this.#isClosed = true;
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
    return [...byVector, ...compared].map((found) =>
      toHit(found, { bm25: bm25.get(found.uuid) ?? null, cosine: toCosine(found) }),
    );
  }

  async #byWords(
    query: ChunkQuery,
    { where, returnProperties }: Narrowed,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const words = joinTokens(this.#toAsked(query.text));
    if (words.trim() === '') {
      await this.ping(options);
      return [];
    }
    const ask = { queryProperties: ['words' as const], filters: where, limit: query.limit, returnProperties };
    const { objects } = await this.#read(
      'search by words',
      (chunks, abortSignal) =>
        chunks.query.bm25(words, { ...ask, returnMetadata: ['score'] }, { abortSignal }),
      options,
    );
    return objects;
  }

  get #hitProperties(): (keyof ChunkObject)[] {
    return this.analyzer === FIRST_ANALYZER ? ['facts'] : ['facts', 'words'];
  }

  #toAsked(question: string): AskedWord[] {
    if (this.analyzer !== FIRST_ANALYZER) return toAskedWords(question);
    return toFirstAskedWords(question).map((word) => ({ asked: word, tokens: [toFirstIndexWord(word)] }));
  }

  /** `null` where no passage holds it. */
  async #findCeiling(token: string, options: CallOptions): Promise<number | null> {
    const ask = { queryProperties: ['words' as const], limit: EXACT_RESULTS, returnProperties: [] };
    const { objects } = await this.#read(
      'weigh a word',
      (chunks, abortSignal) =>
        chunks.query.bm25(token, { ...ask, returnMetadata: ['score'] }, { abortSignal }),
      options,
    );
    const [best] = objects;
    return best === undefined ? null : toBm25(best);
  }

  async #byVector(
    query: Pick<ChunkQuery, 'vector' | 'mode' | 'limit'>,
    { where, returnProperties }: Narrowed,
    options: CallOptions,
  ): Promise<FoundObject[]> {
    const { vector, limit } = query;
    if (vector === null) throw new TypeError(`a ${query.mode} search needs a vector`);
    const ask = { filters: where, limit, returnProperties, includeVector: true };
    const { objects } = await this.#read(
      'search by vector',
      (chunks, abortSignal) =>
        chunks.query.nearVector([...vector], { ...ask, returnMetadata: ['distance'] }, { abortSignal }),
      options,
    );
    return objects;
  }

  /** Chunks that are known by their ids, with their distance. */
  async #compare(query: ChunkQuery, ids: readonly string[], options: CallOptions): Promise<FoundObject[]> {
    const found: FoundObject[] = [];
    for (const part of toParts(ids, IDS_A_FILTER)) {
      const among: Narrowed = { where: this.#conditions.among(part), returnProperties: this.#hitProperties };
      found.push(...(await this.#byVector({ ...query, limit: part.length }, among, options)));
    }
    return found;
  }

  /**
   * Weaviate would make a collection of its own guess out of the first object that is written to
   * a missing one.
   */
  async #requireCollection(options: CallOptions): Promise<void> {
    const exists = await this.#ask(
      'look for its collection',
      (client) => hasCollection(client, this.#collection),
      SEARCH_MS,
      options,
    );
    if (!exists) throw missingCollection(this.#collection);
  }

  #put(doing: string, objects: readonly DataObject<ChunkObject>[], options: CallOptions): Promise<void> {
    const insert = (part: DataObject<ChunkObject>[]) =>
      this.#onCollection(doing, (chunks) => chunks.data.insertMany(part), options);
    return putObjects(objects, { doing, insert });
  }

  /**
   * In parts, since one call would delete as much as a query may answer, which takes longer than a
   * call may.
   */
  async #delete(doing: string, where: FilterValue, options: CallOptions): Promise<void> {
    for (;;) {
      const { objects } = await this.#onCollection(
        doing,
        (chunks, abortSignal) =>
          chunks.query.fetchObjects(
            { filters: where, limit: OBJECTS_A_REQUEST, returnProperties: [] },
            { abortSignal },
          ),
        options,
      );
      if (objects.length === 0) return;
      // Not by their ids alone: another writer may have written one anew since.
      const among = this.#conditions.among(objects.map(({ uuid }) => uuid));
      const found = this.#connection.weaviate.Filters.and(where, among);
      const { failed } = await this.#onCollection(doing, (chunks) => chunks.data.deleteMany(found), options);
      if (failed > 0) throw await this.#explainKept(doing, options);
    }
  }

  /**
   * Weaviate does not say why it keeps what it was told to delete; how its shards stand tells whether
   * they take writes.
   */
  async #explainKept(doing: string, { signal }: CallOptions): Promise<unknown> {
    const shards = await this.#ask(
      'look for its shards',
      (client) => client.collections.use(this.#collection).config.getShards(),
      SEARCH_MS,
      { signal },
    );
    const said = shards.map(({ name, status }) => `shard ${name} is ${status}`).join(', ');
    return toWeaviateError(new Error(`it does not delete: ${said}`), doing);
  }

  /**
   * Weaviate changes no property of many objects at once: they are read with their vectors and written
   * again under their ids. `where` holds those alone that have another end yet, so that the next page is
   * what is left.
   */
  async #setUntil(doing: string, where: FilterValue, until: number, options: CallOptions): Promise<void> {
    for (;;) {
      const { objects } = await this.#onCollection(
        doing,
        (chunks, abortSignal) =>
          chunks.query.fetchObjects(
            { filters: where, limit: OBJECTS_A_REQUEST, includeVector: true },
            { abortSignal },
          ),
        options,
      );
      if (objects.length === 0) return;
      await this.#put(
        doing,
        objects.map((found) => withUntil(found, until)),
        options,
      );
    }
  }

  #read<T>(
    doing: string,
    call: (chunks: Chunks, signal: AbortSignal) => Promise<T>,
    options: CallOptions,
  ): Promise<T> {
    return this.#ask(
      doing,
      (client, signal) => call(client.collections.use<string, ChunkObject>(this.#collection), signal),
      SEARCH_MS,
      options,
    );
  }

  #onCollection<T>(
    doing: string,
    call: (chunks: Chunks, signal: AbortSignal) => Promise<T>,
    { signal }: CallOptions,
  ): Promise<T> {
    this.#requireOpen();
    return this.#connection.ask(
      (client, given) => call(client.collections.use<string, ChunkObject>(this.#collection), given),
      { doing, deadlineMs: this.#connection.silenceMs, signal, isWrite: true },
    );
  }

  async #ask<T>(
    doing: string,
    call: (client: WeaviateClient, signal: AbortSignal) => Promise<T>,
    deadlineMs: number,
    { signal }: CallOptions,
  ): Promise<T> {
    this.#requireOpen();
    return this.#connection.ask(call, { doing, deadlineMs, signal });
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new BioMcpError('INDEX_UNAVAILABLE', 'The search index is closed.');
  }

  #inTurn({ signal }: CallOptions, work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(() => {
      signal.throwIfAborted();
      this.#requireOpen();
      return work();
    });
    // The caller gets the failure; the next writer only waits for the end.
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Of objects that were refused, whose chunks they are. */
function nameChunks({ chunks, sequence }: IndexBatch): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof ChunksRefusedError)) throw error;
    const refused = chunks.flatMap(({ chunkId }): [string, string][] => {
      const why = error.refused.get(toObjectId(chunkId, sequence));
      return why === undefined ? [] : [[chunkId, why]];
    });
    throw new ChunksRefusedError(new Map(refused), { cause: error });
  };
}

function toParts<T>(items: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, at) =>
    items.slice(at * length, (at + 1) * length),
  );
}
