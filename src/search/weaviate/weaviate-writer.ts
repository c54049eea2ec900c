import type { FilterValue } from 'weaviate-client';
import type { CallOptions } from '../../domain/call-options.ts';
import { createTurns } from '../../domain/concurrency/turns.ts';
import { ChunksRefusedError } from '../../errors/chunks-refused-error.ts';
import { requireNumbers } from '../require-numbers.ts';
import type { EndedChunks, IndexBatch, RollbackOptions } from '../search-index.ts';
import type { FindLostSequences, WeaviateChunks } from './weaviate-chunks.ts';
import { toWeaviateError } from './weaviate-errors.ts';
import { type ChunkConditions, PMIDS_A_FILTER, toPortions } from './weaviate-filter.ts';
import { LIVE, type ObjectToPut, toObjectId, toObjects, withUntil } from './weaviate-objects.ts';
import { OBJECTS_A_REQUEST, putObjects } from './weaviate-put.ts';

interface WeaviateWriterOptions {
  chunks: WeaviateChunks;
  conditions: ChunkConditions;
  dimensions: number;
  analyzer: number;
  findLost: FindLostSequences;
}

/** What changes an index in Weaviate: one writer at a time, and each can be told again after a crash. */
export class WeaviateWriter {
  readonly #chunks: WeaviateChunks;
  readonly #conditions: ChunkConditions;
  readonly #dimensions: number;
  readonly #analyzer: number;
  readonly #findLost: FindLostSequences;
  /** Writers take turns, so that what one ends another does not write anew. */
  readonly #turns = createTurns(1);

  constructor({ chunks, conditions, dimensions, analyzer, findLost }: WeaviateWriterOptions) {
    this.#chunks = chunks;
    this.#conditions = conditions;
    this.#dimensions = dimensions;
    this.#analyzer = analyzer;
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
      await this.#chunks.requireCollection(options);
      // A crash may have left a part of this very batch.
      await this.#delete('write', this.#conditions.enteredAt(sequence), options);
      for (const pmids of toPortions(superseded, PMIDS_A_FILTER)) {
        const replaced = this.#conditions.replacedAt(sequence, pmids.map(Number));
        await this.#setUntil('end what a batch replaces', replaced, sequence, options);
      }
      await this.#put(
        'write',
        toObjects(batch, { dimensions: this.#dimensions, analyzer: this.#analyzer }),
        options,
      ).catch(nameChunks(batch));
    });
  }

  rollbackTo(sequence: number, { upTo = LIVE, ...options }: RollbackOptions): Promise<void> {
    return this.#inTurn(options, async () => {
      await this.#chunks.requireCollection(options);
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

  /** Resolves when the last of those under way has ended. */
  async settle(): Promise<void> {
    await this.#turns.use(async () => {});
  }

  #put(doing: string, objects: readonly ObjectToPut[], options: CallOptions): Promise<void> {
    const insert = (portion: readonly ObjectToPut[]) => this.#chunks.put(doing, portion, options);
    return putObjects(objects, { doing, insert });
  }

  /**
   * In portions, since one call would delete as much as a query may answer, which takes longer than a
   * call may.
   */
  async #delete(doing: string, where: FilterValue, options: CallOptions): Promise<void> {
    for (;;) {
      const { objects } = await this.#chunks.change(
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
      const found = this.#chunks.connection.weaviate.Filters.and(where, among);
      const { failed } = await this.#chunks.change(doing, (chunks) => chunks.data.deleteMany(found), options);
      if (failed > 0) throw await this.#explainKept(doing, options);
    }
  }

  /**
   * Weaviate does not say why it keeps what it was told to delete; how its shards stand tells whether
   * they take writes.
   */
  async #explainKept(doing: string, options: CallOptions): Promise<unknown> {
    const said = await this.#chunks.readShards(options);
    return toWeaviateError(new Error(`it does not delete: ${said}`), doing);
  }

  /**
   * Weaviate changes no property of many objects at once: they are read with their vectors and written
   * again under their ids. `where` holds those alone that have another end yet, so that the next page is
   * what is left.
   */
  async #setUntil(doing: string, where: FilterValue, until: number, options: CallOptions): Promise<void> {
    for (;;) {
      const { objects } = await this.#chunks.change(
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

  #inTurn({ signal }: CallOptions, work: () => Promise<void>): Promise<void> {
    return this.#turns.use(() => {
      signal.throwIfAborted();
      this.#chunks.requireOpen();
      return work();
    });
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
