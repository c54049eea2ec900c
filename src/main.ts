import { readFile } from 'node:fs/promises';
import { ReportedError, UsageError } from './cli/reported-error.ts';
import { readConfig } from './config/config.ts';
import type { BioMcpError } from './errors/bio-mcp-error.ts';
import { ConfigError } from './errors/config-error.ts';
import { runCommandLine } from './run-command-line.ts';

/** 0 done, 1 failed, 2 bad settings or usage, 130 stopped by the user. */
const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const stop = new AbortController();
let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    isInterrupted = name === 'SIGINT';
    stop.abort();
  });
}

/** What the process cannot work without and has lost. */
let failure: BioMcpError | null = null;
/** Whatever waits for that by then is not waited for: the next owner of the data folder goes on. */
const FAILED_END_MS = 5_000;

function fail(error: BioMcpError): void {
  if (failure !== null) return;
  failure = error;
  process.stderr.write(`bio-mcp: ${error.hint}\n`);
  stop.abort();
  setTimeout(() => process.exit(EXIT.failed), FAILED_END_MS).unref();
}

// Whoever read the answer has enough of it (`bio-mcp search … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // A client of `stdio` that hangs up ends it in good order.
  if (process.argv[2] !== 'stdio') process.exit(EXIT.done);
});

process.exitCode = await run();
// All is closed by now; an answer that the client of `stdio` never reads would keep the process.
if (process.argv[2] === 'stdio') process.exit();

async function run(): Promise<number> {
  try {
    const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string }; // our own manifest
    await runCommandLine({
      config: readConfig(),
      version,
      signal: stop.signal,
      isInterrupted: () => isInterrupted,
      fail,
    });
    return failure === null ? EXIT.done : EXIT.failed;
  } catch (error) {
    return failure === null ? toExitCode(error) : EXIT.failed;
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
