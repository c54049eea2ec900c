/**
 * `POST /v1/mcp/invoke` of `ping` beside a bare Fastify route that answers the same body, in turns in one
 * run: requests a second, the slowest hundredth, and the CPU time of the server. The servers run in this
 * process, the clients in one of their own. Usage: node bench/http.ts
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fastify } from 'fastify';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createTestApp } from '../tests/support/test-app.ts';
import { type Answer, type Post, postRepeatedly, toPercentile } from './load-generator.ts';

const ROUNDS = 5;
const POST = { body: '{"tool":"ping","params":{"message":"hello"}}', clients: 20, durationMs: 2_000 };

if (process.send === undefined) await measure();
else process.on('message', async (post: Post) => process.send?.(await postRepeatedly(post)));

async function measure(): Promise<void> {
  // Its lines are made as ever and go nowhere.
  const logger = createPinoLogger({ level: 'info', service: 'http', destination: { write() {} } });
  const { app } = createTestApp({ logger });
  const bare = fastify();
  bare.post('/v1/mcp/invoke', async () => ({
    ok: true,
    tool: 'ping',
    result: { message: 'hello', version: '0.0.0-test', uptime_s: 12.3 },
    trace_id: '0'.repeat(32),
  }));
  const [ours, theirs] = await Promise.all([listen(app), listen(bare)]);
  const clients = fork(new URL(import.meta.url));
  const run = async (url: string, measured: Measured): Promise<void> => {
    const before = process.cpuUsage();
    clients.send({ ...POST, url });
    const [answers]: Answer[][] = await once(clients, 'message');
    const { user, system } = process.cpuUsage(before);
    measured.cpuUs += user + system;
    for (const answer of answers ?? []) measured.ms.push(answer.ms);
  };
  for (const url of [ours, theirs]) await run(url, { ms: [], cpuUs: 0 });
  const own: Measured = { ms: [], cpuUs: 0 };
  const others: Measured = { ms: [], cpuUs: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    await run(ours, own);
    await run(theirs, others);
  }
  clients.kill();
  await Promise.all([app.close(), bare.close()]);
  const [mine, bares] = [toRow(own), toRow(others)];
  const ratio = (name: keyof Row) => (Number(mine[name]) / Number(bares[name])).toFixed(2);
  console.table({
    'invoke ping': mine,
    'bare Fastify': bares,
    ratio: { 'requests/s': ratio('requests/s'), 'p99 ms': ratio('p99 ms'), 'CPU µs': ratio('CPU µs') },
  });
}

interface Measured {
  ms: number[];
  /** Of this process while its clients ran. */
  cpuUs: number;
}

type Row = ReturnType<typeof toRow>;

function toRow({ ms, cpuUs }: Measured) {
  return {
    'requests/s': Math.round(ms.length / ((ROUNDS * POST.durationMs) / 1_000)),
    'p99 ms': toPercentile(ms, 0.99).toFixed(1),
    'CPU µs': (cpuUs / ms.length).toFixed(1),
  };
}

async function listen(app: {
  listen(options: { host: string; port: number }): Promise<string>;
}): Promise<string> {
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/mcp/invoke`;
}
