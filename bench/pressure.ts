/**
 * `rag.search` over the sample corpus: as many clients as slots, then ten times as many. The accepted calls
 * keep their time, the others (which ask again after 125 to 375 ms) are refused at once, the memory stays
 * flat and the index never sees more than the limit. The server runs in this process, the clients in one of
 * their own, so that a refusal is timed twice: by its client, and by the server from the moment that it sees
 * the request. Between the two lie the network and whatever held the event loop, whose delay is told beside
 * them. The floor: the same clients, of which those that would be refused ask a bare Fastify of the same
 * process, which answers 503 to all; and these alone.
 *
 * `node bench/pressure.ts [seconds a phase] [rank]`: under `chrt -r 1` a rank of 2 puts the clients ahead of
 * the server, as if they had a machine of their own.
 */

import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { fastify } from 'fastify';
import { createHttpApp } from '../src/http/app.ts';
import { createLimits } from '../src/http/limits.ts';
import { createReadiness } from '../src/http/readiness.ts';
import { createCatalogue } from '../src/tools/catalogue.ts';
import { createToolInvoker } from '../src/tools/tool-invoker.ts';
import { TOOLS } from '../src/tools/tools.ts';
import { loadInto, makeTestHome } from '../tests/support/corpus/test-corpus.ts';
import { silentLogger } from '../tests/support/telemetry/silent-logger.ts';
import { silentMetrics } from '../tests/support/telemetry/silent-metrics.ts';
import { type Answer, type Post, postRepeatedly, toPercentile } from './load-generator.ts';

const SLOTS = 4;
const QUERY = '{"tool":"rag.search","params":{"query":"immune response to vaccination","top_k":10}}';

if (process.send === undefined) await measure(Number(process.argv[2] ?? 10) * 1_000);
else
  process.on('message', async (posts: Post[]) =>
    process.send?.((await Promise.all(posts.map(postRepeatedly))).flat()),
  );

async function measure(durationMs: number): Promise<void> {
  const logger = silentLogger();
  await using home = await makeTestHome({ engine: 'PGlite' });
  await using corpus = await home.open();
  await loadInto(corpus, fileURLToPath(new URL('../data/sample-1000.xml.gz', import.meta.url)));
  const seen = { now: 0, most: 0 };
  const { searchCorpus } = corpus.services;
  const services: typeof corpus.services = {
    ...corpus.services,
    async searchCorpus(...call) {
      seen.now += 1;
      seen.most = Math.max(seen.most, seen.now);
      try {
        return await searchCorpus(...call);
      } finally {
        seen.now -= 1;
      }
    },
  };
  const catalogue = createCatalogue(TOOLS);
  const app = createHttpApp({
    ...silentMetrics(),
    access: null,
    catalogue,
    services,
    queue: services.jobs,
    archive: services.archive,
    invoker: createToolInvoker({ catalogue, services, logger }),
    readiness: createReadiness({ checks: [], logger, now: () => performance.now() }),
    limits: createLimits({ maxConcurrency: 200, toolLimits: { 'rag.search': SLOTS } }),
    version: '0.0.0',
    logger,
  });
  const refusals: number[] = [];
  app.addHook('onResponse', (_request, reply, done) => {
    if (reply.statusCode === 429) refusals.push(reply.elapsedTime);
    done();
  });
  const loopDelay = monitorEventLoopDelay({ resolution: 1 });
  loopDelay.enable();
  const url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/mcp/invoke`;
  const bare = fastify();
  bare.post('/', async (_request, reply) => reply.code(503).send({ ok: false }));
  const bareUrl = await bare.listen({ host: '127.0.0.1', port: 0 });
  const clients = fork(new URL(import.meta.url));
  const rank = process.argv[3];
  if (rank !== undefined) execFileSync('chrt', ['-a', '-r', '-p', rank, String(clients.pid)]);
  const toPost = (count: number, to = url): Post => {
    return { url: to, body: QUERY, clients: count, durationMs, pauseMs: 250 };
  };
  const run = async (posts: readonly Post[]): Promise<Answer[]> => {
    clients.send(posts);
    const [answers] = await once(clients, 'message');
    return answers;
  };
  await run([toPost(SLOTS), toPost(1, bareUrl)]);
  const measured = async (...posts: Post[]) => {
    seen.most = 0;
    loopDelay.reset();
    const cpu = process.cpuUsage();
    const row = toRow(await run(posts), seen);
    const { user, system } = process.cpuUsage(cpu);
    const cores = (user + system) / 1e3 / durationMs;
    return {
      ...row,
      'loop p95 ms': (loopDelay.percentile(95) / 1e6).toFixed(1),
      'cores in use': cores.toFixed(1),
    };
  };
  const others = 9 * SLOTS;
  const rows = {
    [`${SLOTS} clients`]: await measured(toPost(SLOTS)),
    [`${SLOTS + others} clients`]: {
      ...(await measured(toPost(SLOTS + others))),
      'refused p95 ms in the server': toPercentile(refusals, 0.95).toFixed(1),
    },
    [`${SLOTS}, and ${others} of a bare Fastify`]: await measured(toPost(SLOTS), toPost(others, bareUrl)),
    [`${others} of a bare Fastify alone`]: await measured(toPost(others, bareUrl)),
  };
  clients.kill();
  await Promise.all([app.close(), bare.close()]);
  console.table(rows);
}

function toRow(answers: readonly Answer[], { most }: { most: number }): Record<string, string | number> {
  const times = (...some: number[]) =>
    answers.filter(({ status }) => some.includes(status)).map(({ ms }) => ms);
  const [accepted, refused] = [times(200), times(429, 503)];
  return {
    accepted: accepted.length,
    'p95 ms': toPercentile(accepted, 0.95).toFixed(1),
    refused: refused.length,
    'refused p95 ms': toPercentile(refused, 0.95).toFixed(1),
    other: answers.length - accepted.length - refused.length,
    'most at once': most,
    'memory MB': Math.round(process.memoryUsage().rss / 1_000_000),
  };
}
