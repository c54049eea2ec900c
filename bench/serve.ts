/**
 * How long `rag.search` takes over HTTP while nothing else runs, and while a load runs in the same process:
 *
 *   node bench/serve.ts [records]        (default 5,000: the 1,000 that ship with bio-mcp, repeated
 *   under new PMIDs)
 *
 * The floors are the same beside processes that only count, as many as there are cores, at the nice level
 * of the load's threads, and LanceDB alone beside a writer (`bench/raw-during-load.ts`). Where others have
 * the machine, `nice -n -15` before it keeps the nice levels of its own, and `chrt` does not.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCounting } from './counting.ts';
import { measureRaw } from './raw-during-load.ts';
import { FIRST_PMID, makeLoadFile } from './sample-file.ts';

const ROOT = join(import.meta.dirname, '..');
const file = await makeLoadFile(Number(process.argv[2] ?? 5_000));
const first = join(ROOT, 'tests/fixtures/nlm-files');
const QUERIES = ['heart attack', 'falls in older people', 'gene expression in tumours', 'antibiotics'];
const IDLE_REQUESTS = 200;

await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-bench-'));
const env = {
  PATH: process.env.PATH,
  BIO_MCP_DATA_DIR: folder.path,
  BIO_MCP_HTTP_PORT: '0',
};
await run('load', first);
const serve = spawn(process.execPath, [join(ROOT, 'src/main.ts'), 'serve'], {
  env,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const url = await findUrl();
await measure((count) => count < 20); // the first searches open files
const idle = await measure((count) => count < IDLE_REQUESTS);
let isLoading = true;
const startedAt = performance.now();
const loading = run('load', file).then(() => {
  isLoading = false;
});
const loaded = await measure(() => isLoading);
await loading;
const seconds = (performance.now() - startedAt) / 1_000;
const after = await measure((count) => count < IDLE_REQUESTS);
const counting = startCounting();
const floor = await measure((count) => count < IDLE_REQUESTS);
counting[Symbol.dispose]();
serve.kill('SIGTERM');
await once(serve, 'exit');
print('idle', idle);
print('during the load', loaded);
print('after it', after);
print('beside processes that count', floor);
const ratio = (to: readonly number[], from = loaded) => (at(from, 0.95) / at(to, 0.95)).toFixed(2);
process.stdout.write(
  `p95 during / idle: ${ratio(idle)}; / idle with as many records as the load left: ${ratio(after)}; ` +
    `the floor of the latter: ${ratio(after, floor)}; the load took ${seconds.toFixed(1)} s\n`,
);
const raw = measureRaw({
  source: join(folder.path, 'index', '1'),
  folder: join(folder.path, 'raw'),
  loaded: `pmid >= ${FIRST_PMID}`,
  before: `pmid < ${FIRST_PMID}`,
  seconds,
  queries: QUERIES,
  idleRequests: IDLE_REQUESTS,
});
for await (const [writer, { idle: alone, during }] of raw) {
  print(`LanceDB alone, idle before ${writer}`, alone);
  print(`LanceDB alone beside ${writer}`, during);
  process.stdout.write(`p95 during / idle: ${ratio(alone, during)}\n`);
}

async function run(...words: string[]): Promise<void> {
  const child = spawn(process.execPath, [join(ROOT, 'src/main.ts'), ...words], { env, stdio: 'inherit' });
  await once(child, 'exit');
}

async function findUrl(): Promise<string> {
  for await (const line of createInterface({ input: serve.stdout })) {
    const { url: found } = JSON.parse(line) as { url?: string }; // our own log
    if (found !== undefined) {
      serve.stdout.resume();
      return found;
    }
  }
  throw new Error('serve ended before it listened');
}

async function measure(goesOn: (count: number) => boolean): Promise<number[]> {
  const times: number[] = [];
  while (goesOn(times.length)) {
    const query = QUERIES[times.length % QUERIES.length];
    const startedAt = performance.now();
    const answer = await fetch(new URL('/v1/mcp/invoke', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ tool: 'rag.search', params: { query } }),
    });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`rag.search answered ${answer.status}`);
    times.push(performance.now() - startedAt);
  }
  return times.sort((a, b) => a - b);
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(name: string, times: readonly number[]): void {
  const [p50, p95] = [at(times, 0.5), at(times, 0.95)].map((time) => time.toFixed(1));
  process.stdout.write(`${name}: ${times.length} searches, p50 ${p50} ms, p95 ${p95} ms\n`);
}
