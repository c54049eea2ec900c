import { Piscina } from 'piscina';
import type { Embedder } from '../../embedding/embedder.ts';
import type { IncomingRecord, Preparer } from '../records.ts';
import { type PrepareResult, type PrepareTask, toPrepared, toTask } from './prepare-task.ts';

export interface PreparerPoolSettings {
  /** The threads' program; it exports `prepare(task)`. */
  program: URL;
  threads: number;
  /** What the program needs to know. */
  workerData: unknown;
  /** Asked for the vectors that the threads do not make. */
  embedder: Embedder;
}

/** About a tenth of a second of work: small enough to keep all threads busy to the end of a batch. */
const TASK_BYTES = 1024 * 1024;

/** Prepares on worker threads, which start with the first records and end when nothing comes for a while. */
export function createPreparerPool({
  program,
  threads,
  workerData,
  embedder,
}: PreparerPoolSettings): Preparer {
  let pool: Piscina<PrepareTask, PrepareResult> | null = null;
  const openPool = () =>
    new Piscina<PrepareTask, PrepareResult>({
      filename: program.href,
      name: 'prepare',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 5_000,
      resourceLimits: { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 512 },
      workerData,
    });
  return {
    async prepare(records) {
      pool ??= openPool();
      const running = pool;
      const answers = await Promise.all(
        toPortions(records).map(async (portion) => {
          const task = toTask(portion);
          const result = await running.run(task, { transferList: [task.bytes.block.buffer] });
          return toPrepared(result, embedder);
        }),
      );
      return answers.flat();
    },
    async [Symbol.asyncDispose]() {
      await pool?.destroy();
    },
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
