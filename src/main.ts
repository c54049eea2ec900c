import { readFile } from 'node:fs/promises';
import { createCallTool } from './cli/cli-session.ts';
import { runDemo } from './cli/demo.ts';
import { parseCommandLine } from './cli/program.ts';
import { ReportedError, UsageError } from './cli/reported-error.ts';
import { runVerify } from './cli/verify.ts';
import { type Corpus, type OpenMode, openCorpus } from './compose.ts';
import { type Config, readConfig } from './config/config.ts';
import { BioMcpError } from './errors/bio-mcp-error.ts';
import { ConfigError } from './errors/config-error.ts';
import { createHttpApp } from './http/app.ts';
import { startHttpServer } from './http/http-server.ts';
import { createReadiness } from './http/readiness.ts';
import type { Logger } from './telemetry/logger.ts';
import { createPinoLogger } from './telemetry/pino-logger.ts';
import { createCatalogue } from './tools/catalogue.ts';
import { TOOLS } from './tools/tools.ts';

/** 0 done, 1 failed, 2 bad settings or usage, 130 stopped by the user. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort();
  });
}

// Whoever read the answer has enough of it (`bio-mcp search … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.done);
  throw error;
});

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string }; // our own manifest
    await runCommandLine({ config: readConfig(), version, signal: stop.signal });
    return EXIT.done;
  } catch (error) {
    return toExitCode(error);
  }
}

function toExitCode(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ConfigError) {
    const problems = error.problems.map((problem) => `  ${problem}\n`).join('');
    process.stderr.write(`bio-mcp: these settings cannot be used:\n${problems}`);
    return EXIT.usage;
  }
  if (stop.signal.aborted) return EXIT.interrupted;
  if (!(error instanceof ReportedError)) throw error;
  return EXIT.failed;
}

function waitForAbort(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

interface CommandLineOptions {
  config: Config;
  version: string;
  signal: AbortSignal;
}

/** Runs one command; what it opened is closed again however it ends. Failures are told before they are thrown. */
async function runCommandLine({ config, version, signal }: CommandLineOptions): Promise<void> {
  const { argv, stdout, stderr } = process;
  const commandName = `bio-mcp ${argv[2] ?? ''}`.trim();
  const catalogue = createCatalogue(TOOLS);
  const logger = createPinoLogger({ level: config.logLevel, service: 'cli', destination: 'stderr' });
  for (const warning of config.warnings) logger.warn({}, warning);
  const facts = { version, uptimeSeconds: () => process.uptime() };

  await using stack = new AsyncDisposableStack();
  let corpus: Promise<Corpus> | undefined;
  const open = (mode: OpenMode = 'use', corpusLogger: Logger = logger) => {
    corpus ??= openCorpus(
      { config, process: facts, logger: corpusLogger, commandName, mode },
      { signal },
    ).then((one) => stack.use(one));
    return corpus;
  };
  const openServices = async () => (await open()).services;
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
  const callTool = createCallTool({ catalogue, openServices, logger, stdout, stderr, signal });

  await parseCommandLine(argv, {
    version,
    callTool,
    runDemo: () => runDemo(callTool, stdout),
    serveHttp: () => telling(serveHttp),
    reindex: (options) => reindex(options),
    verifyArchive: ({ json }) =>
      telling(async () =>
        runVerify(await openServices(), { json, prefix: config.archive.prefix, stdout, signal }),
      ),
  });
  async function serveHttp(): Promise<void> {
    const log = createPinoLogger({ level: config.logLevel, service: 'http', destination: 'stdout' });
    const { services, checks } = await open('use', log);
    const readiness = createReadiness({ checks, logger: log, now: () => performance.now() });
    const app = createHttpApp({ catalogue, services, readiness, logger: log });
    await using server = await startHttpServer({ app, ...config.http });
    log.info({ url: server.url, version }, 'listening');
    await waitForAbort(signal);
    log.info({}, 'stopping');
  }

  /** The corpus is opened first, for it may hold another embedder's vectors, or none. */
  async function reindex(options: { json?: boolean }): Promise<void> {
    await telling(async () => void (await open('reindex')));
    await callTool('corpus.reindex', {}, { ...options, view: 'reindex' });
  }
}
