import { readFile } from 'node:fs/promises';
import { readEnvironment } from './config/machine.ts';
import { EXIT, runCommandLine } from './run-command-line.ts';

/** After a loss, whatever waits for what is gone is not waited for: the next owner of the data folder goes on. */
const FAILED_END_MS = 5_000;

// What this process makes in the data folder is for its user alone, also by the index's own threads.
process.umask(0o077);

const stop = new AbortController();
let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    isInterrupted = name === 'SIGINT';
    stop.abort();
  });
}

const { argv, stdin, stdout, stderr } = process;
const isStdio = argv[2] === 'stdio';
// Whoever read the answer has enough of it (`bio-mcp search … | head`).
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  // A client of `stdio` that hangs up ends it in good order.
  if (!isStdio) process.exit(EXIT.done);
});

const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string }; // our own manifest
process.exitCode = await runCommandLine({
  argv: argv.slice(2),
  env: readEnvironment(),
  stdin,
  stdout,
  stderr,
  signal: stop.signal,
  isInterrupted: () => isInterrupted,
  onLost({ atOnce }) {
    if (atOnce) process.exit(EXIT.failed);
    setTimeout(() => process.exit(EXIT.failed), FAILED_END_MS).unref();
  },
  version,
});
// All is closed by now; an answer that the client of `stdio` never reads would keep the process.
if (isStdio) process.exit();
