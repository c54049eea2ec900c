import { setFlagsFromString } from 'node:v8';
import type { Piscina } from 'piscina';
import type { PrepareResult, PrepareTask } from './prepare-task.ts';

/** Threads that start with the first task and end when none comes for a while, or soon after `rest`. */
export interface IngestThreads extends AsyncDisposable {
  /** Disposing it has begun: what fails now fails for that. */
  readonly isClosed: boolean;
  /** Rejects where the thread that has the task ends before its answer; the next task gets another thread. */
  run(task: PrepareTask): Promise<PrepareResult>;
  /** No task follows for now: what the threads hold is wanted elsewhere, as to bring an index up to date. */
  rest(): void;
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
 * What lives on may grow to this before V8 looks through all of it for the first time; left to itself it does
 * so each few MB (docs/benchmarks.md).
 */
const OLD_MB = 48;
/**
 * Servers elsewhere take half a minute for a batch, and a thread that starts anew takes three times the
 * processor's time for its first one.
 */
const IDLE_MS = 60_000;
/** Calls that fetch a few records each follow one another sooner. */
const REST_MS = 5_000;

export function createIngestThreads(settings: IngestThreadsSettings): IngestThreads {
  const { program, threads, workerData, heapMb = 512 } = settings;
  let current: Piscina<PrepareTask, PrepareResult> | null = null;
  let isClosed = false;
  let tasks = 0;
  let resting: NodeJS.Timeout | undefined;
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
      clearTimeout(resting);
      tasks += 1;
      if (pool.threads.length < threads) startThreadsWith(OLD_MB);
      try {
        return await pool.run(task, { transferList: [task.bytes.block.buffer] });
      } catch (error) {
        throw reasons.get(pool) ?? error;
      } finally {
        tasks -= 1;
        startThreadsWith(LEFT_TO_V8);
      }
    },
    rest() {
      clearTimeout(resting);
      resting = setTimeout(() => {
        if (tasks > 0) return;
        void current?.destroy();
        current = null;
      }, REST_MS);
      resting.unref();
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(resting);
      await current?.destroy();
    },
  };
}

const LEFT_TO_V8 = 0;

/** V8 asks for it where a thread starts, and has one number for all threads of the process. */
function startThreadsWith(oldMb: number): void {
  setFlagsFromString(`--initial-old-space-size=${oldMb}`);
}
