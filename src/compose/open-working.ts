import type { Corpus } from '../compose.ts';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { systemClock } from '../domain/clock.ts';
import type { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { OpenMode } from '../ingest/opening/open-mode.ts';
import type { OpenedCorpus } from '../ownership/guest-place.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from '../tools/catalogue.ts';
import { countCalls } from '../tools/count-calls.ts';
import { createToolInvoker } from '../tools/tool-invoker.ts';
import { traceCalls } from '../tools/trace-calls.ts';
import { createWorker } from '../worker/worker.ts';
import { requireMigrated } from './check-health.ts';
import type { CorpusThreads } from './corpus-threads.ts';
import { startEmbedded } from './start-embedded.ts';

export interface WorkingOptions {
  config: Config;
  catalogue: Catalogue;
  version: string;
  logger: Logger;
  /** Of the worker, where it has one of its own. */
  workerLogger?: Logger;
  mode: OpenMode;
  /** As `openCorpus` takes it. */
  isToldOfEmail?: boolean;
  /** Of the corpus; default: its own. */
  threads?: CorpusThreads | undefined;
  /** Hears of what the process cannot work without and has lost. */
  onLost: (error: BioMcpError, how?: { atOnce: boolean }) => void;
  runsJobs: boolean;
  /** Ends the worker before the corpus is disposed of. */
  until?: AbortSignal;
  /** Hears what happens. Default: nobody counts. */
  metrics?: Metrics | undefined;
  /** Default: nobody collects traces. */
  tracer?: Tracer | undefined;
}

/** The corpus with its tools, and a worker beside it; disposing puts the running jobs back and closes it. */
export async function openWorking(
  {
    config,
    catalogue,
    version,
    logger,
    workerLogger = logger,
    mode,
    isToldOfEmail = false,
    onLost,
    runsJobs,
    until,
    threads,
    metrics,
    tracer,
  }: WorkingOptions,
  options: CallOptions,
): Promise<OpenedCorpus<Corpus>> {
  const { dataDir, database } = config;
  // One that is rebuilt is read through first; see `openDatabaseToRebuild`.
  const startsEarly = database.kind === 'embedded' && mode === 'use';
  const started = startsEarly ? startEmbedded({ dataDir, ...database }, { logger, onLost }) : null;
  // What opens the corpus takes longer to load than a client waits for the list of tools.
  const { openCorpus } = await import('../compose.ts');
  const facts = { version, uptimeSeconds: () => performance.now() / 1_000 };
  const opening = { config, process: facts, logger, mode, isToldOfEmail, onLost, started, threads };
  const corpus = await openCorpus({ ...opening, metrics, tracer }, options);
  const { services, messages } = corpus;
  const stopping = new AbortController();
  // A service stops taking jobs while it lets its requests finish.
  const end = until === undefined ? stopping.signal : AbortSignal.any([stopping.signal, until]);
  const worker = createWorker({
    catalogue,
    services,
    queue: services.jobs,
    messages,
    clock: systemClock,
    logger: workerLogger,
    maxConcurrency: config.worker.maxConcurrency,
    toolLimits: config.toolLimits,
    graceMs: config.shutdown.patienceMs,
    tracer,
    // The embedded one migrates itself, and serves this process alone.
    ...(database.kind === 'embedded'
      ? {}
      : { requireFit: (asked: CallOptions) => requireMigrated(services.store, asked) }),
  });
  const plain = createToolInvoker({ catalogue, services, logger });
  const invoker = tracer === undefined ? plain : traceCalls(plain, { catalogue, tracer });
  const working = runsJobs ? worker.run({ signal: end }) : Promise.resolve();
  return {
    corpus,
    invoker: metrics === undefined ? invoker : countCalls(invoker, metrics),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
      await corpus[Symbol.asyncDispose]();
    },
  };
}
