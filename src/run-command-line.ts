import { createCallTool } from './cli/cli-session.ts';
import { runDemo } from './cli/demo.ts';
import { createProgram } from './cli/program.ts';
import { ReportedError } from './cli/reported-error.ts';
import { runVerify } from './cli/verify.ts';
import { type Corpus, type OpenMode, openCorpus } from './compose.ts';
import type { Config } from './config/config.ts';
import { BioMcpError } from './errors/bio-mcp-error.ts';
import { createHttpApp } from './http/app.ts';
import { startHttpServer } from './http/http-server.ts';
import { createReadiness } from './http/readiness.ts';
import { createPinoLogger } from './telemetry/pino-logger.ts';
import { createCatalogue } from './tools/catalogue.ts';
import { TOOLS } from './tools/tools.ts';

export interface CommandLineOptions {
  argv: readonly string[];
  version: string;
  config: Config;
  /** Aborted when the user or the system asks the process to stop. */
  signal: AbortSignal;
}

/** Runs one command; what it opened is closed again however it ends. Failures are told to the user before they are thrown. */
export async function runCommandLine({ argv, version, config, signal }: CommandLineOptions): Promise<void> {
  const { stdout, stderr } = process;
  const catalogue = createCatalogue(TOOLS);
  const logger = createPinoLogger({ level: config.logLevel, service: 'cli', destination: 'stderr' });
  for (const warning of config.warnings) logger.warn({}, warning);
  const facts = { version, uptimeSeconds: () => process.uptime() };
  const commandName = `bio-mcp ${argv[2] ?? ''}`.trim();
  await using stack = new AsyncDisposableStack();
  let corpus: Promise<Corpus> | undefined;
  const open = (mode: OpenMode = 'use') => {
    corpus ??= openCorpus({ config, process: facts, commandName, mode }, { signal }).then((one) =>
      stack.use(one),
    );
    return corpus;
  };
  const telling = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (error instanceof ReportedError) throw error;
      stderr.write(`bio-mcp: ${error instanceof BioMcpError ? error.hint : String(error)}\n`);
      logger.debug({ err: error }, 'a command failed');
      throw new ReportedError(commandName, { cause: error });
    }
  };
  const openServices = async () => (await open()).services;
  const callTool = createCallTool({ catalogue, openServices, logger, stdout, stderr, signal });

  const program = createProgram({
    version,
    callTool,
    runDemo: () => runDemo(callTool, stdout),
    verifyArchive: ({ json }) =>
      telling(async () =>
        runVerify(await openServices(), { json, prefix: config.archive.prefix, stdout, signal }),
      ),
    reindex: () =>
      telling(async () => {
        const { documents, embedderId } = await (await open('reindex')).reindex({ signal });
        stdout.write(
          `${documents.toLocaleString('en')} documents are indexed anew, with vectors by ${embedderId}.\n`,
        );
      }),
    serveHttp: () =>
      telling(async () => {
        const log = createPinoLogger({ level: config.logLevel, service: 'http', destination: 'stdout' });
        const { services, checks } = await open();
        const readiness = createReadiness({ checks, logger: log, now: () => performance.now() });
        const app = createHttpApp({ catalogue, services, readiness, logger: log });
        await using server = await startHttpServer({ app, ...config.http });
        log.info({ url: server.url, version }, 'listening');
        await new Promise<void>((resolve) =>
          signal.addEventListener('abort', () => resolve(), { once: true }),
        );
        log.info({}, 'stopping');
      }),
  });
  await program.parseAsync([...argv]);
}
