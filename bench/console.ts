/**
 * What the pages of the console cost over the wire: bytes and time to interactive of the first page with a
 * cold cache, pages of long lists, the search page beside its tool in turns, and pages that only stand open.
 * Real Chromium on this machine; the server is a process of its own. Usage: node bench/console.ts [records]
 * [folder]; the folder is filled once and kept.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { startBrowser, type TestBrowser } from '../tests/support/console/browser.ts';
import { createConsoleApp } from '../tests/support/console/console-app.ts';
import { CITED_PMID, fillConsoleCorpus, LONG_WORD } from './console-corpus.ts';
import { openBenchCorpus } from './open-corpus.ts';
import { BENCH_FOLDER, readSampleRecords } from './sample-file.ts';

const COLD_STARTS = 7;
const QUESTIONS = 25;
const ROUNDS = 4;
const MOST = 20;
const IDLE_MS = 20_000;
/** Runs in the page, so as text. */
const SCROLL = `(async () => {
  let longest = 0;
  let last = performance.now();
  while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
    scrollBy(0, innerHeight);
    await new Promise(requestAnimationFrame);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  return Math.round(longest);
})()`;

if (process.argv[2] === 'serve') await serve(process.argv[3] ?? '');
else await measure(Number(process.argv[2] ?? 27_000), process.argv[3] ?? join(BENCH_FOLDER, 'console'));

async function serve(folder: string): Promise<void> {
  const corpus = await openBenchCorpus(folder);
  const app = createConsoleApp(corpus.services, corpus.checks);
  process.on('disconnect', () => process.exit());
  process.on('message', async (asked) => {
    if (asked !== 'end') {
      process.send?.(process.cpuUsage());
      return;
    }
    await app.close();
    await corpus[Symbol.asyncDispose]();
    process.exit();
  });
  process.send?.(await app.listen({ port: 0, host: '127.0.0.1' }));
}

async function measure(records: number, folder: string): Promise<void> {
  await fillConsoleCorpus(folder, records);
  const child = fork(new URL(import.meta.url), ['serve', folder]);
  const [url]: string[] = await once(child, 'message');
  await using browser = await startBrowser();
  const server = { child, url: url ?? '', browser };
  await measureFirstPage(server);
  await measureLongLists(server);
  await measureSearch(server);
  await measureIdle(server);
  child.send('end');
  await once(child, 'exit');
}

interface Served {
  child: ChildProcess;
  url: string;
  browser: TestBrowser;
}

async function measureFirstPage(server: Served): Promise<void> {
  const seen: Look[] = [];
  for (let start = 0; start < COLD_STARTS; start += 1) seen.push(await look(server, '/ui'));
  const times = seen.map(({ interactive }) => interactive).toSorted((a, b) => a - b);
  console.log(
    `first page, cold cache: ${seen[0]?.kB} kB; ms to interactive: the first ${seen[0]?.interactive}, median ${times[COLD_STARTS >> 1]}, worst ${times.at(-1)}`,
  );
}

async function measureLongLists(server: Served): Promise<void> {
  const { checkpoints } = await invoke(server.url, 'corpus.checkpoint.list', {});
  const [before] = checkpoints as { checkpoint_id: string }[];
  const paths = {
    'a question, 20 papers': '/ui/search?q=Does+exercise+lower+the+risk+of+falls',
    '50 long abstracts': `/ui/search?q=${LONG_WORD}&n=50`,
    '50 long abstracts, explained': `/ui/search?q=${LONG_WORD}&n=50&explain=1`,
    '50 papers, explained': '/ui/search?q=Does+exercise+lower+the+risk+of+falls&n=50&explain=1',
    'a long abstract': '/ui/papers/200000000',
    'a paper that others cite': `/ui/papers/${CITED_PMID}`,
    '10,000 jobs': '/ui/jobs',
    'a diff of all records': `/ui/checkpoints/diff?from=${before?.checkpoint_id}`,
    topics: '/ui/topics',
    corpus: '/ui/corpus',
    checkpoints: '/ui/checkpoints',
    health: '/ui/health',
  };
  const rows: Record<string, Look> = {};
  for (const [name, path] of Object.entries(paths)) rows[name] = await look(server, path);
  console.table(rows);
  const startedAt = performance.now();
  const file = await fetch(`${server.url}/ui/checkpoints/diff.csv?from=${before?.checkpoint_id}`);
  const lines = (await file.text()).split('\n').length;
  console.log(`the diff as a file: ${lines} lines in ${Math.round(performance.now() - startedAt)} ms`);
}

interface Look {
  /** Over the wire, with style, script and picture. */
  kB: number;
  nodes: number;
  /** From the click until the page's script has run. */
  interactive: number;
  /** Of the browser's main thread, until the page stands still. */
  'work ms': number;
  /** The longest time between two frames, while the page is scrolled to its end. */
  'longest frame ms': number;
}

/** One page in a browser that has seen nothing before. */
async function look({ browser, url }: Served, path: string): Promise<Look> {
  await using watched = await browser.open({ url });
  const { page } = watched;
  const devTools = await page.context().newCDPSession(page);
  let bytes = 0;
  devTools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await devTools.send('Network.enable');
  await devTools.send('Performance.enable');
  await page.goto(path, { waitUntil: 'load' });
  const { metrics } = await devTools.send('Performance.getMetrics');
  const read = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
  const interactive = await page.evaluate<number>(
    `performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd`,
  );
  return {
    kB: Math.round(bytes / 100) / 10,
    nodes: read('Nodes'),
    interactive: Math.round(interactive),
    'work ms': Math.round(read('TaskDuration') * 1_000),
    'longest frame ms': await page.evaluate<number>(SCROLL),
  };
}

/** The same questions by page and by tool, in turns: what the page adds is its form and its markup. */
async function measureSearch(server: Served): Promise<void> {
  const titles = (await readSampleRecords()).map((bytes) => parseRecord(bytes).title ?? '').filter(Boolean);
  const questions = titles.filter((_, at) => at % 40 === 0).slice(0, QUESTIONS);
  const kinds = {
    tool: (query: string) => invoke(server.url, 'rag.search', { query, top_k: MOST }),
    page: (query: string) => getPage(`${server.url}/ui/search?q=${encodeURIComponent(query)}&n=${MOST}`),
  };
  const spent = { tool: { cpu: 0, wall: [] as number[] }, page: { cpu: 0, wall: [] as number[] } };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const kind of ['tool', 'page'] as const) {
      const before = await readCpu(server.child);
      for (const question of questions) {
        const startedAt = performance.now();
        await kinds[kind](question);
        if (round >= 0) spent[kind].wall.push(performance.now() - startedAt);
      }
      if (round >= 0) spent[kind].cpu += (await readCpu(server.child)) - before;
    }
  }
  const rows = Object.entries(spent).map(([kind, { cpu, wall }]) => {
    const sorted = wall.toSorted((a, b) => a - b);
    const row = {
      cpu: cpu / wall.length,
      p50: sorted[wall.length >> 1] ?? 0,
      p95: sorted[Math.floor(wall.length * 0.95)] ?? 0,
    };
    return [kind, row] as const;
  });
  const { tool, page } = Object.fromEntries(rows);
  const toShown = (row = { cpu: 0, p50: 0, p95: 0 }) => ({
    'CPU ms': row.cpu.toFixed(1),
    'p50 ms': row.p50.toFixed(1),
    'p95 ms': row.p95.toFixed(1),
  });
  const ratio = (name: 'cpu' | 'p50' | 'p95') => ((page?.[name] ?? 0) / (tool?.[name] ?? 1)).toFixed(2);
  console.table({
    tool: toShown(tool),
    page: toShown(page),
    ratio: { 'CPU ms': ratio('cpu'), 'p50 ms': ratio('p50'), 'p95 ms': ratio('p95') },
  });
}

/** What an open page asks for, and what the server spends, beside the same time with no page open. */
async function measureIdle(server: Served): Promise<void> {
  const rows: Record<string, object> = {};
  const measureFor = async (name: string, asked: () => number) => {
    await delay(2_000);
    const [before, requests] = [await readCpu(server.child), asked()];
    await delay(IDLE_MS);
    const cpu = (await readCpu(server.child)) - before;
    rows[name] = { [`CPU ms in ${IDLE_MS / 1_000} s`]: Math.round(cpu), requests: asked() - requests };
  };
  await measureFor('no page', () => 0);
  for (const path of ['/ui', '/ui/jobs', '/ui/topics']) {
    await using watched = await server.browser.open({ url: server.url });
    let asked = 0;
    watched.page.on('request', () => {
      asked += 1;
    });
    await watched.page.goto(path);
    await measureFor(path, () => asked);
  }
  console.table(rows);
}

async function readCpu(child: ChildProcess): Promise<number> {
  child.send('cpu');
  const [{ user, system }] = (await once(child, 'message')) as [NodeJS.CpuUsage];
  return (user + system) / 1_000;
}

async function invoke(url: string, tool: string, params: object): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ tool, params });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/v1/mcp/invoke`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(await response.text());
  const { result } = (await response.json()) as { result: Record<string, unknown> };
  return result;
}

async function getPage(address: string): Promise<string> {
  const response = await fetch(address, { headers: { accept: 'text/html' } });
  if (!response.ok) throw new Error(`${address} answered ${response.status}`);
  return response.text();
}
