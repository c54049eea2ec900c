import { readFile } from 'node:fs/promises';
import { readEnvironment } from './config/machine.ts';
import { useProxy } from './config/proxy.ts';
import { EXIT, runCommandLine } from './run-command-line.ts';

/**
 * After a loss, whatever waits for what is gone is not waited for: the next owner of the data folder goes on.
 */
const FAILED_END_MS = 5_000;
/** Node's own limit. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

// What this process makes in the data folder is for its user alone, also by the index's own threads.
process.umask(0o077);

const stop = new AbortController();
let isInterrupted = false;
/** From the signal to the end of the process, whatever hangs. Told as soon as the settings are read. */
let endWithinMs = 25_000;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    isInterrupted = name === 'SIGINT';
    setTimeout(endHard, endWithinMs).unref();
    stop.abort();
  });
}

const { argv, stdin, stdout, stderr } = process;
const isStdio = argv[2] === 'stdio';
const isService = ['serve', 'http', 'worker'].includes(argv[2] ?? '');
// Whoever read the answer has enough of it (`bio-mcp search … | head`).
stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A service writes nothing there but what is seen of it, and goes on unseen.
  if (isService) return;
  if (error.code !== 'EPIPE') {
    stderr.write(
      `bio-mcp: the answer cannot be written to where it is to go (${error.code ?? error.message})\n`,
    );
    process.exit(EXIT.failed);
  }
  // A client of `stdio` that hangs up ends it in good order.
  if (!isStdio) process.exit(EXIT.done);
});

// What is told beside the answer stops no work, though nobody hears of it (`bio-mcp load … 2>/dev/full`).
stderr.on('error', () => undefined);

const manifest = await readFile(new URL('../package.json', import.meta.url), 'utf8');
const { version } = JSON.parse(manifest) as { version: string }; // our own manifest
/** A command goes on until its end, whatever it waits for: idle connections and threads keep no process. */
const running = setInterval(() => undefined, LONGEST_TIMER_MS);
process.exitCode = await runCommandLine({
  argv: argv.slice(2),
  env: readEnvironment(),
  stdin,
  stdout,
  stderr,
  signal: stop.signal,
  isInterrupted: () => isInterrupted,
  onConfig(config) {
    endWithinMs = config.shutdown.limitMs;
    useProxy(config);
  },
  onLost({ atOnce }) {
    if (atOnce) process.exit(EXIT.failed);
    setTimeout(() => process.exit(EXIT.failed), FAILED_END_MS).unref();
  },
  version,
}).finally(() => clearInterval(running));
// All is closed by now; an answer that the client of `stdio` never reads would keep the process.
if (isStdio) process.exit();

/** What is not closed by now is as after a `kill -9`: the next start makes it agree. */
function endHard(): void {
  stderr.write(`bio-mcp: it did not come to its end within ${endWithinMs / 1_000} s, and is ended\n`);
  process.exit(EXIT.failed);
}
