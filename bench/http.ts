/**
 * `POST /v1/mcp/invoke` of `ping` beside a bare Fastify route that answers the same body, in turns in one run: requests a
 * second and the slowest hundredth. The servers run in this process, the clients in one of their own.
 * Usage: node bench/http.ts
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
  const run = async (url: string): Promise<Answer[]> => {
    clients.send({ ...POST, url });
    const [answers] = await once(clients, 'message');
    return answers;
  };
  for (const url of [ours, theirs]) await run(url);
  const [own, others]: [Answer[], Answer[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    own.push(...(await run(ours)));
    others.push(...(await run(theirs)));
  }
  clients.kill();
  await Promise.all([app.close(), bare.close()]);
  const p99 = (answers: readonly Answer[]) =>
    toPercentile(
      answers.map(({ ms }) => ms),
      0.99,
    );
  const perSecond = (answers: readonly Answer[]) =>
    Math.round(answers.length / ((ROUNDS * POST.durationMs) / 1_000));
  console.table({
    'invoke ping': { 'requests/s': perSecond(own), 'p99 ms': p99(own).toFixed(1) },
    'bare Fastify': { 'requests/s': perSecond(others), 'p99 ms': p99(others).toFixed(1) },
    ratio: {
      'requests/s': (own.length / others.length).toFixed(2),
      'p99 ms': (p99(own) / p99(others)).toFixed(2),
    },
  });
}

async function listen(app: {
  listen(options: { host: string; port: number }): Promise<string>;
}): Promise<string> {
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/mcp/invoke`;
}
