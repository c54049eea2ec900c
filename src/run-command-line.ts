import type { CallTool } from './cli/cli-actions.ts';
import { parseCommandLine } from './cli/program.ts';
import { ReportedError } from './cli/reported-error.ts';
import type { OpenMode } from './compose/open-mode.ts';
import { openPatiently } from './compose/open-patiently.ts';
import type { Corpus } from './compose.ts';
import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { systemClock } from './domain/clock.ts';
import { BioMcpError, ERROR_CODES, type ErrorCode } from './errors/bio-mcp-error.ts';
import { ConfigError } from './errors/config-error.ts';
import { createGuestSession, type OpenedCorpus } from './ownership/guest-session.ts';
import { openService, type Service } from './ownership/open-service.ts';
import { createOpenSession } from './ownership/open-session.ts';
import { captureConsole } from './telemetry/capture-console.ts';
import type { Logger } from './telemetry/logger.ts';
import { createPinoLogger } from './telemetry/pino-logger.ts';
import { createCatalogue } from './tools/catalogue.ts';
import { createToolCaller } from './tools/tool-caller.ts';
import { TOOLS } from './tools/tools.ts';
import { createWorker } from './worker/worker.ts';

export interface CommandLineOptions {
  config: Config;
  version: string;
  signal: AbortSignal;
  /** Whether a person stopped the command (Ctrl-C), not the system. */
  isInterrupted: () => boolean;
  /** Ends the process as failed: something that it cannot work without is gone. */
  fail: (error: BioMcpError) => void;
}

interface WorkingOptions {
  log: Logger;
  /** Of the worker, where it has one of its own. */
  jobLog?: Logger;
  runsJobs: boolean;
  /** Ends the worker before the corpus is disposed of. */
  until?: AbortSignal;
}

/** Runs one command; what it opened is closed again however it ends. Failures are told before they are thrown. */
export async function runCommandLine({
  config,
  version,
  signal,
  isInterrupted,
  fail,
}: CommandLineOptions): Promise<void> {
  const { argv, stdout, stderr } = process;
  const commandName = `bio-mcp ${argv[2] ?? ''}`.trim();
  const catalogue = createCatalogue(TOOLS);
  const logger = createPinoLogger({ level: config.logLevel, service: 'cli', destination: 'stderr' });
  captureConsole(logger);
  for (const warning of config.warnings) logger.warn({}, warning);
  const facts = { version, uptimeSeconds: () => process.uptime() };
  const isEmbedded = config.database.kind === 'embedded';
  /** Something that may be away when a process starts. */
  const needsServer = !isEmbedded || config.archive.kind === 's3' || config.index.kind === 'weaviate';
  let mode: OpenMode = 'use';
  // A person at a terminal reads what the command says; what its worker logs is for whoever asks for it.
  const quiet = config.logLevel === 'info' || config.logLevel === 'warn';
  const workerLog = quiet
    ? createPinoLogger({ level: 'error', service: 'cli', destination: 'stderr' })
    : logger;

  const onLost = (error: BioMcpError) => {
    logger.error({ err: error }, 'the process ends');
    fail(error);
  };

  async function openWorking(
    { log, jobLog = log, runsJobs, until }: WorkingOptions,
    options: CallOptions,
  ): Promise<OpenedCorpus<Corpus>> {
    // What opens the corpus takes longer to load than a client waits for the list of tools.
    const { openCorpus } = await import('./compose.ts');
    const corpus = await openCorpus({ config, process: facts, logger: log, mode, onLost }, options);
    const { services, messages } = corpus;
    const caller = createToolCaller({ catalogue, services, logger: log });
    const stopping = new AbortController();
    // A service stops taking jobs while it lets its requests finish.
    const end = until === undefined ? stopping.signal : AbortSignal.any([stopping.signal, until]);
    const { maxConcurrency } = config.worker;
    const parts = { catalogue, services, queue: services.jobs, clock: systemClock, logger: jobLog };
    const worker = createWorker({ ...parts, messages, maxConcurrency, toolLimits: config.toolLimits });
    const working = runsJobs ? worker.run({ signal: end }) : Promise.resolve();
    return {
      corpus,
      caller,
      async [Symbol.asyncDispose]() {
        stopping.abort();
        await working;
        await corpus[Symbol.asyncDispose]();
      },
    };
  }

  await using session = isEmbedded
    ? createGuestSession({
        folder: config.dataDir,
        name: commandName,
        open: (options) => openWorking({ log: logger, jobLog: workerLog, runsJobs: true }, options),
        mayRepeat: (tool) => catalogue.get(tool).annotations.idempotentHint,
        logger,
      })
    : createOpenSession({
        open: (options) => openWorking({ log: logger, jobLog: workerLog, runsJobs: true }, options),
      });
  // What shows answers in a terminal is loaded where there is one to show.
  const callTool: CallTool = async (...call) => {
    const { createCallTool } = await import('./cli/cli-session.ts');
    const shown = createCallTool({ catalogue, session, logger, stdout, stderr, signal, isInterrupted });
    await shown(...call);
  };
  const telling = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof ReportedError || error instanceof ConfigError) throw error;
      stderr.write(`bio-mcp: ${error instanceof BioMcpError ? error.hint : String(error)}\n`);
      logger.debug({ err: error }, 'a command failed');
      throw new ReportedError(commandName, { cause: error });
    }
  };

  await parseCommandLine(argv, {
    version,
    callTool,
    runDemo: async () => (await import('./cli/demo.ts')).runDemo(callTool, stdout),
    serveHttp: (command) => telling(() => serveHttp(command)),
    runWorker: () => telling(runWorker),
    serveStdio: () =>
      telling(async () => {
        const { runStdio } = await import('./run-stdio.ts');
        await runStdio({ config, catalogue, session, version, logger }, { signal });
      }),
    migrate: () => telling(migrate),
    doctor: ({ json }) =>
      telling(async () => {
        const { listDoctorChecks } = await import('./compose/list-doctor-checks.ts');
        const { runDoctor } = await import('./cli/doctor.ts');
        const call = {
          tool: 'corpus.status',
          params: {},
          traceId: '',
          detach: false,
          surface: 'cli',
        } as const;
        const readStatus = (options: CallOptions) => session.call(call, options);
        await runDoctor(listDoctorChecks({ config, logger: workerLog, readStatus }), {
          json,
          stdout,
          signal,
        });
      }),
    reindex,
    verifyArchive: ({ json }) =>
      telling(async () => {
        const { runVerify } = await import('./cli/verify.ts');
        const { services } = await session.openHere({ signal });
        await runVerify(services, { json, prefix: config.archive.prefix, stdout, signal });
      }),
    copyArchive: ({ to, json }) =>
      telling(async () => {
        const { openCopyTarget } = await import('./compose/open-copy-target.ts');
        const { runCopy } = await import('./cli/copy.ts');
        await using target = await openCopyTarget(to, config);
        const { services } = await session.openHere({ signal });
        await runCopy(services, { json, keys: config.archive, to: target, stdout, stderr, signal });
      }),
  });

  /** Only a service that shares its corpus with others may leave the jobs to them. */
  function openFor(log: Logger, runsJobs: boolean, options: CallOptions): Promise<Service<Corpus>> {
    return openService(
      {
        folder: isEmbedded ? config.dataDir : null,
        name: commandName,
        open: (options) => openWorking({ log, runsJobs: runsJobs || isEmbedded, until: signal }, options),
        logger: log,
      },
      options,
    );
  }

  /** An embedded database that fails is no server that may come back. */
  function toPatient(log: Logger, runsJobs: boolean) {
    return {
      open: async (options: CallOptions) => {
        const service = await openFor(log, runsJobs, options);
        return { ...service.corpus, [Symbol.asyncDispose]: () => service[Symbol.asyncDispose]() };
      },
      isFatal: (code: ErrorCode) => isEmbedded && ERROR_CODES[code].concerns === 'database',
      logger: log,
    };
  }

  async function serveHttp(command: 'serve' | 'http'): Promise<void> {
    const log = createPinoLogger({ level: config.logLevel, service: 'http', destination: 'stdout' });
    const { runHttp } = await import('./run-http.ts');
    const parts = { config, catalogue, version, logger: log };
    if (!needsServer) {
      await using service = await openFor(log, command === 'serve', { signal });
      const { services, checks } = service.corpus;
      return await runHttp(
        { ...parts, corpus: { services, listChecks: () => checks, opened: Promise.resolve() } },
        { signal },
      );
    }
    await using corpus = openPatiently(toPatient(log, command === 'serve'), { signal });
    const failing = new AbortController();
    const serving = runHttp({ ...parts, corpus }, { signal: AbortSignal.any([signal, failing.signal]) });
    await Promise.race([serving, corpus.opened]).catch((error: unknown) => {
      if (!signal.aborted) failing.abort(error);
    });
    await serving;
    if (failing.signal.aborted) throw failing.signal.reason;
  }

  async function migrate(): Promise<void> {
    if (isEmbedded) {
      await session.openHere({ signal });
      stdout.write('The embedded database migrates itself; nothing is left to do.\n');
      return;
    }
    const { migrateCorpus } = await import('./compose/migrate-corpus.ts');
    const { applied, needsReindex } = await migrateCorpus(config, { signal });
    const done = applied.length === 0 ? '' : `Applied ${applied.join(', ')}. `;
    const state = needsReindex
      ? 'The database is up to date and empty; the archive tells of a corpus: build it with `bio-mcp reindex`.'
      : 'Database and index are up to date.';
    stdout.write(`${done}${state}\n`);
  }

  async function runWorker(): Promise<void> {
    if (isEmbedded) {
      throw new ConfigError([
        'BIO_MCP_DATABASE_URL: a worker alone needs PostgreSQL, since the embedded database serves one process; `bio-mcp serve` is API and worker in one.',
      ]);
    }
    const log = createPinoLogger({ level: config.logLevel, service: 'worker', destination: 'stdout' });
    await using corpus = openPatiently(toPatient(log, true), { signal });
    await corpus.opened.catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!signal.aborted) log.info({ version }, 'working');
    await aborted(signal);
    log.info({}, 'stopping');
  }

  /** The corpus may hold another embedder's vectors, or none: so it is opened for nothing but this. */
  async function reindex(options: { json?: boolean }): Promise<void> {
    mode = 'reindex';
    await telling(async () => void (await session.openHere({ signal })));
    await callTool('corpus.reindex', {}, { ...options, view: 'reindex' });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
