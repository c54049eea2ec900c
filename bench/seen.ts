/**
 * What it costs to be seen: `POST /v1/mcp/invoke` of `ping` with a line of the log and metrics of each
 * request, beside the same app with neither, in turns in one run, by the CPU time of the server; then its
 * memory over 100,000 requests. Traces are off. The servers run in this process, the clients in one of their
 * own. Usage: node bench/seen.ts
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ERROR_CODES } from '../src/errors/bio-mcp-error.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createPromMetrics } from '../src/telemetry/prom-metrics.ts';
import { silentMetrics } from '../tests/support/silent-metrics.ts';
import { createTestApp } from '../tests/support/test-app.ts';
import { createTestCatalogue } from '../tests/support/test-catalogue.ts';
import { type Answer, type Post, postRepeatedly } from './load-generator.ts';

/** Short ones in turns, and their median: a busy machine blurs that least. */
const ROUNDS = 60;
const POST = { body: '{"tool":"ping","params":{"message":"hello"}}', clients: 20, durationMs: 250 };
const MANY = 100_000;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

if (process.send === undefined) await measure();
else process.on('message', async (post: Post) => process.send?.(await postRepeatedly(post)));

async function measure(): Promise<void> {
  const toLogger = (level: 'info' | 'silent') =>
    createPinoLogger({ level, service: 'http', destination: { write() {} } });
  const metrics = createPromMetrics({
    tools: createTestCatalogue()
      .list()
      .map(({ name }) => name),
    errorCodes: Object.keys(ERROR_CODES),
    version: '0.0.0',
  });
  const seen = { ...silentMetrics(), metrics };
  const apps = {
    'log and metrics': createTestApp({ logger: toLogger('info'), seen }).app,
    'log alone': createTestApp({ logger: toLogger('info') }).app,
    'metrics alone': createTestApp({ logger: toLogger('silent'), seen }).app,
    neither: createTestApp({ logger: toLogger('silent') }).app,
  };
  const clients = fork(new URL(import.meta.url));
  const costs = new Map<string, number[]>();
  const run = async (name: string, url: string) => {
    const before = process.cpuUsage();
    clients.send({ ...POST, url, headers: {} });
    const [answers]: Answer[][] = await once(clients, 'message');
    const { user, system } = process.cpuUsage(before);
    const requests = answers?.length ?? 0;
    costs.set(name, [...(costs.get(name) ?? []), (user + system) / Math.max(requests, 1)]);
    return requests;
  };
  const urls = new Map<string, string>();
  for (const [name, app] of Object.entries(apps)) {
    urls.set(name, `${await app.listen({ port: 0, host: '127.0.0.1' })}/v1/mcp/invoke`);
  }
  for (const [name, url] of urls) await run(name, url);
  costs.clear();
  for (let round = 0; round < ROUNDS; round += 1) for (const [name, url] of urls) await run(name, url);
  const toCpu = (name: string) => {
    const sorted = (costs.get(name) ?? []).toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length / 2)] ?? 0;
  };
  console.table(
    Object.fromEntries(
      [...costs.keys()].map((name) => [
        name,
        { 'CPU µs a request': toCpu(name).toFixed(1), ratio: (toCpu(name) / toCpu('neither')).toFixed(3) },
      ]),
    ),
  );
  const rows: Record<string, object> = {};
  for (let done = 0; done <= MANY; ) {
    for (const until = done + 10_000; done < until; )
      done += await run('log and metrics', urls.get('log and metrics') ?? '');
    collectGarbage();
    rows[`after ${done} requests`] = { 'heap MB': (process.memoryUsage().heapUsed / 1e6).toFixed(1) };
  }
  console.table(rows);
  clients.kill();
  await Promise.all(Object.values(apps).map((app) => app.close()));
}
