import type { Piscina } from 'piscina';
import type { PrepareResult, PrepareTask } from './prepare-task.ts';

/** Threads that start with the first task and end when none comes for a while. */
export interface IngestThreads extends AsyncDisposable {
  /** Disposing it has begun: what fails now fails for that. */
  readonly isClosed: boolean;
  /** Rejects where the thread that has the task ends before its answer; the next task gets another thread. */
  run(task: PrepareTask): Promise<PrepareResult>;
}

export interface IngestThreadsSettings {
  /** The threads' program; it exports `prepare(task)`. */
  program: URL;
  threads: number;
  /** What the program needs to know. */
  workerData: unknown;
  /** Of each thread, which ends when it needs more. Default 512. */
  heapMb?: number;
}

/**
 * V8 lets a thread that is at its limit have 16 MB more to end in (Node's `kExtraHeapAllowance`); what it
 * moves out of a larger young generation may not fit there, and then the whole process dies with it. 64 MB
 * would take 7 % less of the processor (docs/benchmarks.md), and one thread in six took the process along.
 */
const YOUNG_MB = 16;
/**
 * Servers elsewhere take half a minute for a batch, and a thread that starts anew takes three times the
 * processor's time for its first one.
 */
const IDLE_MS = 60_000;

export function createIngestThreads(settings: IngestThreadsSettings): IngestThreads {
  const { program, threads, workerData, heapMb = 512 } = settings;
  let current: Piscina<PrepareTask, PrepareResult> | null = null;
  let isClosed = false;
  const reasons = new WeakMap<object, unknown>();

  const open = (Pool: typeof Piscina) => {
    const pool = new Pool<PrepareTask, PrepareResult>({
      filename: program.href,
      name: 'prepare',
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: heapMb },
      workerData,
    });
    // A thread that ended without a task, as one that cannot start: what is queued would wait for
    // it for ever.
    pool.on('error', (error: unknown) => {
      reasons.set(pool, error);
      if (current === pool) current = null;
      void pool.destroy();
    });
    return pool;
  };

  return {
    get isClosed() {
      return isClosed;
    },
    async run(task) {
      // Loaded for the first task: most commands prepare nothing.
      const { Piscina: Pool } = await import('piscina');
      if (isClosed) throw new Error('terminated before the task began');
      current ??= open(Pool);
      const pool = current;
      try {
        return await pool.run(task, { transferList: [task.bytes.block.buffer] });
      } catch (error) {
        throw reasons.get(pool) ?? error;
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await current?.destroy();
    },
  };
}
