import type { Compression } from '../../domain/corpus/archive-key.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import type { IncomingRecord, PreparedRecord, Preparer } from '../records.ts';
import { createIngestThreads, type IngestThreads, type IngestThreadsSettings } from './ingest-threads.ts';
import { toBody } from './prepare-record.ts';
import { toPrepared } from './prepare-task.ts';
import { createReadByHalves, type ReadAnswer } from './read-by-halves.ts';

export interface PreparerPoolSettings extends IngestThreadsSettings {
  /** Of the archive's objects; the threads know it by `workerData`. */
  compression: Compression;
  /** Asked for the vectors that the threads do not make. */
  embedder: Embedder;
  /** Hears of the vectors that a thread made, within the work that asked for them. Default: nobody does. */
  onEmbedded?: ((made: { passages: number; durationMs: number }) => void) | undefined;
}

/** About a tenth of a second of work: small enough to keep all threads busy to the end of a batch. */
const TASK_BYTES = 1024 * 1024;

/**
 * Prepares on worker threads. A record that ends the thread which reads it counts as one that cannot be read.
 */
export function createPreparerPool(
  { compression, embedder, onEmbedded, ...settings }: PreparerPoolSettings,
  startThreads: (settings: IngestThreadsSettings) => IngestThreads = createIngestThreads,
): Preparer {
  const threads = startThreads(settings);
  const finish = async (answer: ReadAnswer): Promise<PreparedRecord[]> => {
    if (answer.kind === 'read') {
      const { vectors, embeddedMs } = answer.result;
      if (vectors !== null) {
        onEmbedded?.({ passages: vectors.length / embedder.dimensions, durationMs: embeddedMs });
      }
      return toPrepared(answer.result, embedder);
    }
    const { record, reason } = answer;
    return [{ kind: 'unreadable', body: toBody(record, compression), reason }];
  };
  return {
    async prepare(records) {
      const read = createReadByHalves(threads);
      const answers = await Promise.all(
        toPortions(records).map(async (portion) => Promise.all((await read(portion)).map(finish))),
      );
      return answers.flat(2);
    },
    rest: () => threads.rest(),
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

function toPortions(records: readonly IncomingRecord[]): IncomingRecord[][] {
  const portions: IncomingRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    if (bytes >= TASK_BYTES) {
      portions.push([]);
      bytes = 0;
    }
    portions.at(-1)?.push(record);
    bytes += record.bytes.length;
  }
  return portions;
}
