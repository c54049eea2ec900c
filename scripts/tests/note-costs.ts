import { appendFileSync, readFileSync } from 'node:fs';

/**
 * Loaded before a test file by run-tests.ts: at the end of its process it writes down what it cost, as one
 * line of the file that `TEST_COSTS` names. Where the system tells it, with the processes that it started.
 */
const target = process.env.TEST_COSTS;
delete process.env.TEST_COSTS; // a test's own processes are its cost
if (target !== undefined) {
  process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    const cpuSeconds = (user + system) / 1e6 + toChildSeconds();
    const path = process.argv[1];
    appendFileSync(target, `${JSON.stringify({ path, seconds: performance.now() / 1_000, cpuSeconds })}\n`);
  });
}

/** In Linux's ticks of a hundredth of a second (proc(5), `cutime` and `cstime`). */
function toChildSeconds(): number {
  if (process.platform !== 'linux') return 0;
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
