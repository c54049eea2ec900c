/**
 * MCP beside the plain API, and how soon it is there:
 *
 *   node bench/mcp.ts [records]        (default 27,000: the 1,000 that ship with bio-mcp, repeated
 *   under new PMIDs;
 *                                      0 leaves the starts out)
 *
 * `tools/call ping` over Streamable HTTP beside `POST /v1/mcp/invoke` of `ping`, in turns in one run; the
 * time from the start of `bio-mcp stdio` on a folder of so many records to its list of tools; and what 10,000
 * connections leave behind.
 */
import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openCorpus } from '../src/compose.ts';
import { parseConfig } from '../src/config/config.ts';
import { createHttpApp } from '../src/http/app.ts';
import { createLimits } from '../src/http/limits.ts';
import { createReadiness } from '../src/http/readiness.ts';
import { serveMcpHttp } from '../src/mcp/serve-http.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createCatalogue } from '../src/tools/catalogue.ts';
import { createToolInvoker } from '../src/tools/tool-invoker.ts';
import { TOOLS } from '../src/tools/tools.ts';
import { silentMetrics } from '../tests/support/telemetry/silent-metrics.ts';
import { type Answer, type Post, postRepeatedly, toPercentile } from './load-generator.ts';
import { makeLoadFile } from './sample-file.ts';

const ROOT = join(import.meta.dirname, '..');
const ROUNDS = 5;
const LOAD = { clients: 20, durationMs: 2_000 };
const STARTS = 9;
const CONNECTIONS = 10_000;
/** For the last connections to close. */
const SETTLE_MS = 1_000;

if (process.send === undefined) await measure();
else process.on('message', async (post: Post) => process.send?.(await postRepeatedly(post)));

async function measure(): Promise<void> {
  await measureRates();
  const records = Number(process.argv[2] ?? 27_000);
  if (records > 0) await measureStart(records);
}

async function measureRates(): Promise<void> {
  // Its lines are made as ever and go nowhere.
  const logger = createPinoLogger({ level: 'info', service: 'http', destination: { write() {} } });
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-bench-'));
  await using app = await openApp(folder.path, logger);
  const call = { name: 'ping', arguments: { message: 'hello' } };
  const accept = { accept: 'application/json, text/event-stream' };
  const modern = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      ...call,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
        'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '0' },
      },
    },
  });
  const headers = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': 'ping' };
  const legacy = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call });
  const posts = {
    'invoke ping': { url: `${app.url}/v1/mcp/invoke`, body: '{"tool":"ping","params":{"message":"hello"}}' },
    'tools/call ping, 2026-07-28': {
      url: `${app.url}/mcp`,
      body: modern,
      headers: { ...accept, ...headers },
    },
    'tools/call ping, 2025-11-25': { url: `${app.url}/mcp`, body: legacy, headers: accept },
  };
  const clients = fork(new URL(import.meta.url));
  const all = Object.entries(posts).map(([name, post]) => ({ name, post, ms: [] as number[], cpuUs: 0 }));
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const one of all) {
      const before = process.cpuUsage();
      clients.send({ ...LOAD, ...one.post });
      const [answers]: Answer[][] = await once(clients, 'message');
      if (round === 0) continue;
      const { user, system } = process.cpuUsage(before);
      one.cpuUs += user + system;
      for (const { ms, status } of answers ?? []) {
        if (status !== 200) throw new Error(`${one.name} was answered with ${status}`);
        one.ms.push(ms);
      }
    }
  }
  const [base] = all;
  const rows = all.map(({ name, ms, cpuUs }) => [
    name,
    {
      'requests/s': Math.round(ms.length / ((ROUNDS * LOAD.durationMs) / 1_000)),
      share: (ms.length / (base?.ms.length ?? 1)).toFixed(2),
      'p99 ms': toPercentile(ms, 0.99).toFixed(1),
      'CPU µs': (cpuUs / ms.length).toFixed(0),
    },
  ]);
  console.table(Object.fromEntries(rows));
  const [handles, heap] = [process.getActiveResourcesInfo().length, process.memoryUsage().heapUsed];
  const one = {
    url: `${app.url}/mcp`,
    body: modern,
    headers: { ...accept, ...headers },
    durationMs: 0,
    clients: 1,
  };
  for (let at = 0; at < CONNECTIONS; at += LOAD.clients) {
    clients.send({ ...one, durationMs: 1, clients: LOAD.clients });
    await once(clients, 'message');
  }
  clients.kill();
  await delay(SETTLE_MS);
  const left = process.getActiveResourcesInfo().length - handles;
  const grown = (process.memoryUsage().heapUsed - heap) / 1_048_576;
  console.log(
    `${CONNECTIONS} connections leave ${left} handles and ${grown.toFixed(1)} MiB of heap, garbage included`,
  );
}

/** As `bio-mcp http` composes it, without the test runner's hooks on every promise. */
async function openApp(dataDir: string, logger: Logger): Promise<{ url: string } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const { config, services } = stack.use(await openBenchCorpus(dataDir, logger));
  const catalogue = createCatalogue(TOOLS);
  const limits = createLimits({ maxConcurrency: config.http.maxConcurrency, toolLimits: config.toolLimits });
  const readiness = createReadiness({ checks: [], logger, now: () => performance.now() });
  const { jobs, archive } = services;
  const invoker = createToolInvoker({ catalogue, services, logger });
  const needs = { catalogue, services, readiness, queue: jobs, archive, limits, logger };
  const app = createHttpApp({
    ...silentMetrics(),
    ...needs,
    invoker,
    access: null,
    version: '0.0.0',
  });
  serveMcpHttp(app, { catalogue, invoker, naming: 'underscore', limits, jobs, version: '0.0.0', logger });
  stack.defer(() => app.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function openBenchCorpus(dataDir: string, logger: Logger) {
  const machine = { platform: process.platform, homeDir: dataDir, cores: 2 };
  const config = parseConfig({ BIO_MCP_DATA_DIR: dataDir }, machine, TOOLS);
  const facts = { version: '0.0.0', uptimeSeconds: () => process.uptime() };
  const corpus = await openCorpus(
    { config, process: facts, logger, mode: 'use' },
    { signal: new AbortController().signal },
  );
  return { config, services: corpus.services, [Symbol.asyncDispose]: () => corpus[Symbol.asyncDispose]() };
}

async function measureStart(records: number): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-bench-'));
  const env = { PATH: process.env.PATH, BIO_MCP_DATA_DIR: folder.path };
  const load = spawn(join(ROOT, 'bin/bio-mcp'), ['load', await makeLoadFile(records)], {
    env,
    stdio: 'ignore',
  });
  await once(load, 'exit');
  if (load.exitCode !== 0) throw new Error(`the load ended with ${load.exitCode}`);
  const lists: number[] = [];
  const searches: number[] = [];
  const cpu: number[] = [];
  for (let at = 0; at < STARTS; at += 1) {
    const { listMs, cpuMs, searchMs } = await startOnce(env);
    lists.push(listMs);
    cpu.push(cpuMs);
    searches.push(searchMs);
  }
  console.table({
    'stdio: start to tools/list': toRow(lists),
    'stdio: processor time until then': toRow(cpu),
    'stdio: the first rag.search after that': toRow(searches),
  });
}

function toRow(ms: readonly number[]) {
  return { 'fastest ms': Math.round(Math.min(...ms)), 'median ms': Math.round(toPercentile(ms, 0.5)) };
}

/** As a desktop client does: a handshake, the list, a first question. */
async function startOnce(
  env: NodeJS.ProcessEnv,
): Promise<{ listMs: number; cpuMs: number; searchMs: number }> {
  const startedAt = performance.now();
  const child = spawn(join(ROOT, 'bin/bio-mcp'), ['stdio'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const exited = once(child, 'exit');
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    told += text;
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answered = async (id: number) => {
    while (!told.includes(`"id":${id}}`)) await once(child.stdout, 'data');
    return performance.now();
  };
  const clientInfo = { name: 'bench', version: '0' };
  send({
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo },
  });
  send({ method: 'notifications/initialized' });
  send({ id: 2, method: 'tools/list' });
  const listedAt = await answered(2);
  const cpuMs = await readCpuMs(child.pid ?? 0);
  send({ id: 3, method: 'tools/call', params: { name: 'rag_search', arguments: { query: 'heart attack' } } });
  const searchedAt = await answered(3);
  child.stdin.end();
  await exited;
  return { listMs: listedAt - startedAt, cpuMs, searchMs: searchedAt - listedAt };
}

/**
 * Of a process on Linux, to 10 ms: on a machine that is busy with other work it tells more than the clock.
 */
async function readCpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks: fields 14 and 15 of proc(5), in hundredths of a second.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
