import type { Readable } from 'node:stream';
import { isAwsSecret, readAwsSecret } from './aws/read-aws-secret.ts';
import type { CallTool } from './cli/call-tool.ts';
import type { CommandInputs } from './cli/commands/command-inputs.ts';
import { addCommands } from './cli/commands/commands.ts';
import { toErrorDetail } from './cli/error-detail.ts';
import type { Output } from './cli/output.ts';
import { parseCommandLine } from './cli/program.ts';
import { ReportedError, UsageError } from './cli/reported-error.ts';
import type { CorpusThreads } from './compose/corpus-threads.ts';
import { openWorking } from './compose/open-working.ts';
import { tellClients } from './compose/tell-clients.ts';
import type { Corpus } from './compose.ts';
import { type Config, parseConfig } from './config/config.ts';
import { readRuntimeDir } from './config/data-dir.ts';
import { findLimitProblem, findMachine } from './config/machine.ts';
import { MISSING_EMAIL } from './config/missing-email.ts';
import { readSecrets } from './config/secret-sources.ts';
import type { CallOptions } from './domain/call-options.ts';
import { BioMcpError } from './errors/bio-mcp-error.ts';
import { ConfigError } from './errors/config-error.ts';
import type { OpenMode } from './ingest/opening/open-mode.ts';
import { type CorpusSession, createGuestSession } from './ownership/guest-session.ts';
import { createOpenSession } from './ownership/open-session.ts';
import { captureConsole } from './telemetry/capture-console.ts';
import { createPinoLogger } from './telemetry/pino-logger.ts';
import type { Tracer } from './telemetry/tracer.ts';
import { createCatalogue } from './tools/catalogue.ts';
import type { Tool } from './tools/define-tool.ts';
import { toPlainText } from './tools/shown/text-layout.ts';
import { TOOLS } from './tools/tools.ts';

export interface CommandLineOptions {
  /** The words after the program's name. */
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  stdin: Readable;
  stdout: Output;
  stderr: Output;
  signal: AbortSignal;
  /** Whether a person stopped the command (Ctrl-C), not the system. */
  isInterrupted: () => boolean;
  /** Hears the settings once they are read, before anything is opened. */
  onConfig: (config: Config) => void;
  /**
   * Something that the process cannot work without is gone: the command was told to end, and ends as failed.
   * `atOnce`: it may write nothing more.
   */
  onLost: (how: { atOnce: boolean }) => void;
  version: string;
  /** Default: those of this release. */
  tools?: readonly Tool[];
  /** Of the corpus that it opens; default: its own. */
  threads?: CorpusThreads;
}

/** 0 done, 1 failed, 2 bad settings or usage, 130 stopped by the user. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Commands that run until they are stopped, and may ask NCBI at any time. */
const SERVICES: ReadonlySet<string> = new Set(['serve', 'http', 'worker', 'stdio']);

/**
 * Runs one command, closes again what it opened however it ends, and resolves to the process's exit code.
 * Failures are told.
 */
export async function runCommandLine(options: CommandLineOptions): Promise<number> {
  const { env, stderr, tools = TOOLS } = options;
  const losing = new AbortController();
  const signal = AbortSignal.any([options.signal, losing.signal]);
  try {
    const secrets = await readSecrets(env, { isElsewhere: isAwsSecret, read: readAwsSecret });
    const machine = findMachine();
    const limitProblem = findLimitProblem();
    if (limitProblem !== null) throw new ConfigError([limitProblem]);
    const config = parseConfig(secrets.env, machine, tools, secrets);
    options.onConfig(config);
    const service = options.argv[0] === 'stdio' ? 'stdio' : 'cli';
    const logger = createPinoLogger({ level: config.logLevel, service, destination: stderr });
    using _console = captureConsole(logger);
    const isService = SERVICES.has(options.argv[0] ?? '');
    const ofService = isService && config.pubmed.email === null ? [MISSING_EMAIL] : [];
    for (const warning of [...config.warnings, ...ofService]) logger.warn({}, warning);
    const onLost = (error: BioMcpError, how = { atOnce: false }) => {
      logger.error({ err: error }, 'the process ends');
      if (losing.signal.aborted) return;
      stderr.write(`bio-mcp: ${error.hint}\n`);
      losing.abort();
      options.onLost(how);
    };
    await using tracer = await openTracer(config, { version: options.version, command: service });
    const { platform } = machine;
    await runCommand(
      { ...options, signal },
      { config, platform, logger, onLost, tracer: tracer ?? undefined },
    );
    return losing.signal.aborted ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (losing.signal.aborted) return EXIT.failed;
    if (error instanceof UsageError) return EXIT.usage;
    if (error instanceof ConfigError) {
      const problems = error.problems.map((problem) => `  ${problem}\n`).join('');
      stderr.write(`bio-mcp: these settings cannot be used:\n${problems}`);
      return EXIT.usage;
    }
    if (!(error instanceof ReportedError)) {
      const isStopped = signal.aborted && error instanceof Error && error.name === 'AbortError';
      const said = error instanceof BioMcpError ? error.remedy : String(error);
      stderr.write(
        isStopped
          ? 'bio-mcp: stopped before its end\n'
          : toPlainText(`bio-mcp: ${said}\n${toErrorDetail(error, said)}`),
      );
    }
    return signal.aborted ? EXIT.interrupted : EXIT.failed;
  }
}

async function runCommand(
  options: CommandLineOptions,
  {
    config,
    platform,
    logger,
    onLost,
    tracer,
  }: Pick<CommandInputs, 'config' | 'platform' | 'logger' | 'onLost' | 'tracer'>,
): Promise<void> {
  const { argv, stdin, stdout, stderr, signal, isInterrupted, version, tools = TOOLS, threads } = options;
  const commandName = `bio-mcp ${argv[0] ?? ''}`.trim();
  const catalogue = createCatalogue(tools);
  // A person at a terminal reads what the command says; what its worker logs is for whoever asks for it.
  const isQuiet = config.logLevel === 'info' || config.logLevel === 'warn';
  const workerLogger = isQuiet
    ? createPinoLogger({ level: 'error', service: 'cli', destination: stderr })
    : logger;
  const isToldOfEmail = SERVICES.has(argv[0] ?? '');
  const work = {
    ...{ config, catalogue, version, logger, workerLogger },
    ...{ isToldOfEmail, onLost, tracer, threads, runsJobs: true },
  };
  const open = (mode: OpenMode) => {
    const session = createSession({ commandName, ...work }, mode);
    // What shows answers in a terminal is loaded where there is one to show.
    const callTool: CallTool = async (...call) => {
      const { createCallTool } = await import('./cli/create-call-tool.ts');
      const { createCommandWords } = await import('./cli/commands/command-words.ts');
      const sayAsCommand = createCommandWords(catalogue);
      const common = { catalogue, session, sayAsCommand, logger };
      const shown = createCallTool({ ...common, stdout, stderr, signal, isInterrupted });
      await shown(...call);
    };
    return { session, callTool, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
  };
  await using used = open('use');
  const inputs: CommandInputs = {
    ...{ config, platform, version, commandName, stdin, stdout, stderr, signal },
    ...{ onLost, catalogue, logger, workerLogger, tracer },
    session: used.session,
    callTool: used.callTool,
    openToReindex: () => open('reindex'),
  };
  const told = (error: unknown) => {
    if (!(error instanceof ReportedError) && !(error instanceof ConfigError)) {
      logger.debug({ err: error }, 'a command failed');
    }
    throw error;
  };
  const add = (program: Parameters<typeof addCommands>[0]) => addCommands(program, inputs);
  await parseCommandLine(argv, { version, stdout, stderr, addCommands: add }).catch(told);
}

/** What collects spans is loaded where the environment names a collector. */
async function openTracer(
  { traces }: Config,
  facts: { version: string; command: string },
): Promise<(Tracer & AsyncDisposable) | null> {
  if (!traces.isOn) return null;
  const { openOtlpTracer } = await import('./telemetry/otlp-tracer.ts');
  return openOtlpTracer(facts);
}

type SessionOptions = Omit<Parameters<typeof openWorking>[0], 'mode'> & { commandName: string };

function createSession({ commandName, ...work }: SessionOptions, mode: OpenMode): CorpusSession<Corpus> {
  const { onLost, lost } = tellClients(work.onLost);
  const open = (options: CallOptions) => openWorking({ ...work, onLost, mode }, options);
  if (work.config.database.kind !== 'embedded') return createOpenSession({ open });
  return createGuestSession({
    folder: work.config.dataDir,
    name: commandName,
    runtimeDir: readRuntimeDir(),
    patienceMs: work.config.shutdown.patienceMs,
    onLost: (error) => work.onLost(error, { atOnce: true }),
    lost,
    open,
    mayRepeat: (tool) => work.catalogue.get(tool).annotations.idempotentHint,
    logger: work.logger,
  });
}
