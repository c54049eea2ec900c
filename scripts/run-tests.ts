/**
 * `node scripts/run-tests.ts quick | faults | services | all [WORD…]`: the tests of a tier, with words only
 * those in whose path one of them stands (`tests/http/`), against one PostgreSQL that is started for the run
 * and stopped after it. A file says by its name which tier it belongs to (see CONTRIBUTING.md). Ends with
 * what took longest. With `TEST_REQUIRE_ALL=1` a skipped test fails the run.
 */
import { globSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { startTestServer } from '../tests/support/postgres-server.ts';

const ROOT = join(import.meta.dirname, '..');
const TIMEOUT_MS = 600_000;
const CONCURRENCY = 2;
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
const files = globSync('tests/**/*.test.ts', { cwd: ROOT })
  .filter((file) => belongs(file) && (words.length === 0 || words.some((word) => file.includes(word))))
  .sort()
  .map((file) => join(ROOT, file));

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const server = await startTestServer();
process.env.TEST_POSTGRES_URL = server.url;
// Each file is a process of its own: what one has stripped and compiled, the others need not.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'bio-mcp-compile-cache');
try {
  process.exitCode = (await runFiles()) ? 0 : 1;
} finally {
  await server[Symbol.asyncDispose]();
}

/** Resolves to whether every test passed, and where `TEST_REQUIRE_ALL=1` none was skipped. */
async function runFiles(): Promise<boolean> {
  const seconds = new Map<string, number>();
  let isGood = false;
  const tests = run({
    files,
    cwd: ROOT,
    concurrency: CONCURRENCY,
    timeout: TIMEOUT_MS,
    signal: stop.signal,
  });
  tests.on('test:complete', ({ nesting, file, details }) => {
    if (nesting > 0 || file === undefined) return;
    const name = file.slice(ROOT.length + 1);
    seconds.set(name, (seconds.get(name) ?? 0) + details.duration_ms / 1_000);
  });
  // Of a file there is one too; that of the run names none.
  tests.on('test:summary', ({ file, success, counts }) => {
    if (file !== undefined) return;
    isGood = success && (counts.skipped === 0 || process.env.TEST_REQUIRE_ALL !== '1');
  });
  for await (const text of tests.compose(new spec())) process.stdout.write(text);
  const slowest = [...seconds].sort(([, one], [, other]) => other - one).slice(0, SLOWEST);
  for (const [file, took] of slowest) console.log(`${took.toFixed(1).padStart(7)} s  ${file}`);
  return isGood;
}
