/**
 * `node scripts/run-tests.ts quick | faults | services | all [WORD…]`: the tests of a tier, with words only
 * those in whose path one of them stands (`tests/http/`), against one PostgreSQL that is started for the run
 * and stopped after it. A file says by its name which tier it belongs to (see CONTRIBUTING.md); quick ones of
 * a folder share processes. Ends with what took longest. With `TEST_REQUIRE_ALL=1` a skipped test fails the
 * run.
 */
import { globSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startTestServer } from '../tests/support/postgres/postgres-server.ts';
import { makeRunFolder } from './tests/run-folder.ts';
import { type Costs, readCosts, sortByCost, writeCosts } from './tests/test-costs.ts';
import { toTestProcesses } from './tests/test-processes.ts';

const ROOT = join(import.meta.dirname, '..');
const COSTS = join(ROOT, 'node_modules', '.cache', 'test-costs.json');
/** Of a test: ten times what the longest takes on two quiet cores. */
const TIMEOUT_MS = 900_000;
/** Of a process with all of its tests, should it not end after them. */
const LIFE_MS = 1_200_000;
const SLOWEST = 10;
const isOf = (tier: string) => (file: string) => file.endsWith(`.${tier}.test.ts`);
const TIERS: Readonly<Record<string, (file: string) => boolean>> = {
  quick: (file) => !isOf('faults')(file) && !isOf('services')(file),
  faults: isOf('faults'),
  services: isOf('services'),
  all: () => true,
};

const [name = '', ...words] = process.argv.slice(2);
const belongs = TIERS[name];
if (belongs === undefined) {
  console.error(`usage: run-tests.ts ${Object.keys(TIERS).join(' | ')}`);
  process.exit(2);
}
const files = globSync('tests/**/*.test.ts', { cwd: ROOT }).filter(
  (file) => belongs(file) && (words.length === 0 || words.some((word) => file.includes(word))),
);

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
// What one process has stripped and compiled, the others need not.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'bio-mcp-compile-cache');
const folder = makeRunFolder();
process.env.TMPDIR = folder;
try {
  await using server = await startTestServer();
  process.env.TEST_POSTGRES_URL = server.url;
  process.exitCode = (await runFiles()) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Resolves to whether every test passed, and where `TEST_REQUIRE_ALL=1` none was skipped. */
async function runFiles(): Promise<boolean> {
  const notes = join(folder, 'test-costs');
  process.env.TEST_COSTS = notes;
  process.env.TEST_LIFE_MS ??= `${LIFE_MS}`;
  let isGood = false;
  const processes = toTestProcesses(files, { root: ROOT, folder: join(folder, 'groups') });
  const tests = run({
    files: sortByCost(processes, COSTS).map(({ path }) => path),
    cwd: ROOT,
    // One more than there are cores: quick ones often wait for a server, a thread or a disk.
    concurrency: availableParallelism() + (name === 'quick' ? 1 : 0),
    execArgv: ['track-tests.ts', 'note-costs.ts', 'limit-life.ts'].flatMap((name) => [
      '--import',
      join(ROOT, 'scripts', 'tests', name),
    ]),
    timeout: TIMEOUT_MS,
    signal: stop.signal,
  });
  // Of a file there is one too; that of the run names none.
  tests.on('test:summary', ({ file, success, counts }) => {
    if (file !== undefined) return;
    isGood = success && (counts.skipped === 0 || process.env.TEST_REQUIRE_ALL !== '1');
  });
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
  tellCosts(readCosts(notes, processes));
  return isGood;
}

function tellCosts(costs: ReadonlyMap<string, Costs>): void {
  writeCosts(costs, COSTS);
  const all = [...costs].sort(([, one], [, other]) => other.cpuSeconds - one.cpuSeconds);
  const total = all.reduce((sum, [, { cpuSeconds }]) => sum + cpuSeconds, 0);
  for (const [name, { seconds, cpuSeconds }] of all.slice(0, SLOWEST))
    console.log(`${cpuSeconds.toFixed(1).padStart(7)} CPU-s ${seconds.toFixed(1).padStart(7)} s  ${name}`);
  console.log(`${total.toFixed(1).padStart(7)} CPU-s in ${all.length} processes`);
}
