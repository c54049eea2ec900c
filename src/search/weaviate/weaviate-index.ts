import type { CallOptions } from '../../domain/call-options.ts';
import type {
  ChunkHit,
  ChunkQuery,
  EndedChunks,
  IndexBatch,
  NamesQuery,
  RollbackOptions,
  SearchIndex,
  ShownFacts,
  ShownPassage,
  WordWeights,
} from '../search-index.ts';
import { ANALYZER } from '../words/analyzer.ts';
import { weighWords } from '../words/word-weights.ts';
import { type CollectionState, WeaviateCeilings } from './weaviate-ceilings.ts';
import { type FindLostSequences, WeaviateChunks } from './weaviate-chunks.ts';
import type { WeaviateConnection } from './weaviate-connection.ts';
import { type ChunkConditions, createConditions } from './weaviate-filter.ts';
import { countDocuments, MOST_NAMED, NAMES } from './weaviate-names.ts';
import { WeaviateReader } from './weaviate-reader.ts';
import { WeaviateWriter } from './weaviate-writer.ts';

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

/** The index in a collection of a Weaviate server. It asks the server nothing before its first call. */
export function openWeaviateIndex(options: WeaviateIndexOptions): SearchIndex {
  return new WeaviateIndex(options);
}

const NONE_LOST: FindLostSequences = () => Promise.resolve([]);

/** Writing and searching have a class each; what is counted and weighed is here. */
class WeaviateIndex implements SearchIndex {
  readonly analyzer: number;
  /** Weaviate brings its indexes up to date by itself. */
  readonly isOptimizeDue = false;
  readonly #chunks: WeaviateChunks;
  readonly #conditions: ChunkConditions;
  readonly #findLost: FindLostSequences;
  readonly #writer: WeaviateWriter;
  readonly #reader: WeaviateReader;
  readonly #ceilings: WeaviateCeilings;

  constructor({
    connection,
    collection,
    dimensions,
    analyzer = ANALYZER,
    findLost = NONE_LOST,
  }: WeaviateIndexOptions) {
    const chunks = new WeaviateChunks(connection, collection);
    const conditions = createConditions(connection.weaviate);
    this.analyzer = analyzer;
    this.#chunks = chunks;
    this.#conditions = conditions;
    this.#findLost = findLost;
    this.#writer = new WeaviateWriter({ chunks, conditions, dimensions, analyzer, findLost });
    const reader = new WeaviateReader({ chunks, conditions, analyzer, findLost });
    this.#reader = reader;
    this.#ceilings = new WeaviateCeilings({
      ask: (tokens, options) => reader.findCeilings(tokens, options),
      findState: (options) => this.#findState(options),
      onChange: () => reader.forget(),
    });
  }

  write(batch: IndexBatch, options: CallOptions): Promise<void> {
    return this.#changing(this.#writer.write(batch, options));
  }

  /** Others write to it, too: what awaits its commit is found before. */
  async show({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    this.#chunks.requireOpen();
  }

  rollbackTo(sequence: number, options: RollbackOptions): Promise<void> {
    return this.#changing(this.#writer.rollbackTo(sequence, options));
  }

  removeEnded(ended: EndedChunks, options: CallOptions): Promise<void> {
    return this.#changing(this.#writer.removeEnded(ended, options));
  }

  async optimize({ signal }: CallOptions): Promise<void> {
    signal.throwIfAborted();
    this.#chunks.requireOpen();
  }

  /** As for `isOptimizeDue`. */
  async makeMissing({ signal }: CallOptions): Promise<boolean> {
    signal.throwIfAborted();
    return false;
  }

  weigh({ text }: Pick<ChunkQuery, 'text' | 'membership'>, options: CallOptions): Promise<WordWeights> {
    let passages = 0;
    return weighWords(this.#reader.toAsked(text), {
      findCeilings: async (tokens) => {
        const found = await this.#ceilings.find(tokens, options);
        passages = found.passages;
        return found.ceilings;
      },
      countPassages: async () => passages,
      highest: 1,
    });
  }

  /** The words are weighed meanwhile: where that tells that another process wrote, it is asked once more. */
  async search(query: ChunkQuery, options: CallOptions): Promise<ChunkHit[]> {
    const isYoung = this.#ceilings.isYoung;
    const hits = await this.#reader.search(query, { ...options, isYoung });
    if (isYoung || query.mode === 'semantic') return hits;
    await this.#ceilings.settle(options);
    return this.#ceilings.isYoung ? this.#reader.search(query, { ...options, isYoung: true }) : hits;
  }

  readShown(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownPassage>> {
    return this.#reader.readShown(chunkIds, options);
  }

  readShownFacts(chunkIds: readonly string[], options: CallOptions): Promise<Map<string, ShownFacts>> {
    return this.#reader.readShownFacts(chunkIds, options);
  }

  async countNames({ kind, pieces, membership }: NamesQuery, options: CallOptions) {
    const name = NAMES[kind];
    const where = this.#conditions.toNames(name, pieces, membership, await this.#findLost(options));
    const found = await this.#chunks.findKeys('count names', { name, where, limit: MOST_NAMED }, options);
    return countDocuments(found, pieces);
  }

  async countChunks(options: CallOptions): Promise<number> {
    const filters = this.#conditions.isLive(await this.#findLost(options));
    const { totalCount } = await this.#chunks.read(
      'count',
      (chunks) => chunks.aggregate.overAll({ filters }),
      options,
    );
    return totalCount;
  }

  /** The server keeps in its own memory what it will. */
  async warm(): Promise<void> {}

  ping(options: CallOptions): Promise<void> {
    return this.#chunks.ping(options);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.settle();
    this.#chunks.close();
  }

  /** What the words weigh is not remembered beyond a change of this process' own. */
  async #changing(change: Promise<void>): Promise<void> {
    try {
      await change;
    } finally {
      this.#ceilings.forget();
    }
  }

  async #findState(options: CallOptions): Promise<CollectionState> {
    const { totalCount, properties } = await this.#chunks.read(
      'count',
      (chunks) =>
        chunks.aggregate.overAll({
          returnMetrics: chunks.metrics.aggregate('entered').integer(['maximum']),
        }),
      options,
    );
    return { passages: totalCount, entered: properties.entered?.maximum ?? 0 };
  }
}
