import { setTimeout as delay } from 'node:timers/promises';
import { type CallOptions, NEVER } from '../domain/call-options.ts';
import { createTurns } from '../domain/concurrency/turns.ts';
import type { LeasedJob } from '../domain/jobs/job.ts';
import { createLastingFailure } from '../domain/lasting-failure.ts';
import { BehindHeadError } from '../errors/behind-head-error.ts';
import { JobStoppedError } from '../errors/job-stopped.ts';
import { Bell } from '../queue/bell.ts';
import type { JobMessages } from '../queue/job-messages.ts';
import { receiveMessages } from './receive-messages.ts';
import { type RunJobNeeds, runJob } from './run-job.ts';

export interface WorkerOptions<Services> extends RunJobNeeds<Services> {
  /** Jobs at once. */
  maxConcurrency: number;
  /** Jobs of a long tool at once, by its name; a tool that is not named has no limit of its own. */
  toolLimits: Readonly<Record<string, number>>;
  /** How long the tools have to stop once the worker is told to end. Default 20 s. */
  graceMs?: number;
  /** Throws while this process may begin no job. Default: it always may. */
  requireFit?: (options: CallOptions) => Promise<void>;
  /** Wakes the worker beside the notices of the rows; absent where no message queue is set up. */
  messages?: JobMessages | null;
}

export interface Worker {
  /** How many jobs run now. */
  readonly running: number;
  /**
   * Works until `signal` aborts; then puts the running jobs back with their progress and resolves. A tool
   * that does not stop in time keeps its lease, which lapses.
   */
  run(options: CallOptions): Promise<void>;
}

/** Where no notice comes: one may be lost, and a job that waits for its next attempt sends none. */
const LOOK_AGAIN_MS = 5_000;
const DEFAULT_GRACE_MS = 20_000;

/**
 * Looks for due jobs whenever the queue tells of one, a job ends, or some seconds have passed, and
 * starts as many as there is room for. Beside that it sweeps the queue for lapsed leases, its own
 * dead siblings' included.
 */
export function createWorker<Services>(options: WorkerOptions<Services>): Worker {
  const {
    catalogue,
    queue,
    logger,
    maxConcurrency,
    toolLimits,
    graceMs = DEFAULT_GRACE_MS,
    requireFit = async () => undefined,
    messages = null,
  } = options;
  const running = new Map<LeasedJob, Promise<void>>();
  const tools = catalogue.list();

  function listToolsWithRoom(): string[] {
    const count = (name: string) => [...running.keys()].filter(({ tool }) => tool === name).length;
    return tools
      .filter(({ name, kind }) => kind === 'short' || count(name) < (toolLimits[name] ?? maxConcurrency))
      .map(({ name }) => name);
  }

  async function startDue(onEnd: () => void, stopping: AbortSignal): Promise<void> {
    await requireFit({ signal: stopping });
    while (running.size < maxConcurrency && !stopping.aborted) {
      const job = await queue.claim({ tools: listToolsWithRoom() }, { signal: stopping });
      if (job === null) return;
      const ended = runJob(options, job, { signal: stopping }).finally(() => {
        running.delete(job);
        onEnd();
      });
      running.set(job, ended);
    }
  }

  const looks = createLastingFailure({ logger, over: 'jobs are begun again' });
  const sweeps = createLastingFailure({ logger, over: 'jobs whose worker is gone are looked for again' });
  let isSweeping = false;

  /** One at a time: a database that answers more slowly than they come would fall behind for ever. */
  async function sweep(signal: AbortSignal): Promise<void> {
    if (isSweeping) return;
    isSweeping = true;
    try {
      const swept = await queue.sweep({ signal });
      sweeps.succeeded();
      if (swept > 0) logger.warn({ jobs: swept }, 'jobs whose worker was gone are queued again');
    } catch (error) {
      if (!signal.aborted) sweeps.failed(error, 'jobs whose worker is gone cannot be looked for');
    } finally {
      isSweeping = false;
    }
  }

  return {
    get running() {
      return running.size;
    },
    async run({ signal }) {
      const bell = new Bell();
      const room = new Bell();
      const stopping = new AbortController();
      const stop = () => {
        stopping.abort(new JobStoppedError('put-back'));
        bell.ring();
      };
      if (signal.aborted) return;
      signal.addEventListener('abort', stop, { once: true });
      using _ = queue.subscribe((change) => {
        if (change === null || change.state === 'queued') bell.ring();
      });
      const onEnd = () => {
        bell.ring();
        room.ring();
      };
      /** One look at a time: two at once could start more than there is room for. */
      const turns = createTurns(1);
      const look = () => turns.use(() => startDue(onEnd, stopping.signal));
      const lookOnce = async () => {
        try {
          await look();
          looks.succeeded();
        } catch (error) {
          if (stopping.signal.aborted) return;
          const isBehind = error instanceof BehindHeadError;
          looks.failed(error, isBehind ? `no job is begun: ${error.hint}` : 'the queue does not answer');
        }
      };
      const awaitRoom = async (options: CallOptions) => {
        for (;;) {
          while (running.size >= maxConcurrency) await room.heard(LOOK_AGAIN_MS, options);
          await requireFit(options); // there may have been no room for hours
          if (running.size < maxConcurrency) return maxConcurrency - running.size;
        }
      };
      const receiving =
        messages === null
          ? Promise.resolve()
          : receiveMessages({ ...options, messages, awaitRoom, claimDue: look }, { signal: stopping.signal });
      const sweeping = setInterval(() => sweep(stopping.signal), queue.leaseMs / 3);
      try {
        await sweep(stopping.signal);
        while (!stopping.signal.aborted) {
          await lookOnce();
          await bell.heard(LOOK_AGAIN_MS, NEVER);
        }
      } finally {
        clearInterval(sweeping);
        signal.removeEventListener('abort', stop);
        await receiving;
        await waitFor([...running.values()], graceMs);
      }
    },
  };
}

async function waitFor(ending: readonly Promise<void>[], graceMs: number): Promise<void> {
  const over = new AbortController();
  const ended = Promise.allSettled(ending).then(() => over.abort());
  await Promise.race([ended, delay(graceMs, undefined, { signal: over.signal }).catch(() => undefined)]);
}
