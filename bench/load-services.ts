import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { type Corpus, openCorpus } from '../src/compose.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import type { ChunkObject } from '../src/search/weaviate/weaviate-objects.ts';
import { toAskedWords } from '../src/search/words/asked-words.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { NEVER } from './open-corpus.ts';
import { createPuts, createRows, readInserts } from './raw-limits.ts';
import { BENCH_FOLDER, makeLoadFile, readSampleRecords } from './sample-file.ts';
import { listServers, readServerCpu } from './server-cpu.ts';
import { makeServicesCorpus } from './services-corpus.ts';

/**
 * `node bench/load-services.ts [records]`, with the environment that `make services` prints: loads so many
 * records (27,000) into an empty corpus on the real servers, beside what each of them takes when nothing
 * else is done, what each takes of the processors, and what they take when all are sent to at once, and
 * asks `rag.search` beside Weaviate's own hybrid query by the same words and vector: once for the ten best
 * as they are shown, and once for as many candidates as `rag.search` ranks of each kind, with what ranking
 * needs of them: right after the load, while Weaviate answers of what it has not written to segments yet,
 * and again when it has. It works in a database, below a prefix and in collections of its own.
 */
const count = Number(process.argv[2] ?? 27_000);
const CORES = availableParallelism();
const ROUNDS = 3;
const TOP_K = 10;
/** What `rag.search` asks for, of each kind of match. */
const CANDIDATES = 100;
/** What a raw query answers. */
interface Asked {
  limit: number;
  returnProperties: (keyof ChunkObject)[];
  includeVector: boolean;
}
const SHOWN: Asked = { limit: TOP_K, returnProperties: ['facts', 'passage'], includeVector: false };
const RANKED: Asked = { limit: CANDIDATES, returnProperties: ['facts', 'words'], includeVector: true };
const HOUR_MS = 3_600_000;
/**
 * Weaviate writes what lies in memory a minute after the last change
 * (PERSISTENCE_MEMTABLES_FLUSH_DIRTY_AFTER_SECONDS).
 */
const SETTLED_MS = 70_000;
/** About what a compressed envelope and a stored document of the sample take. */
const OBJECT_BYTES = 5_000;
const ROW_BYTES = 4_000;

await mkdir(BENCH_FOLDER, { recursive: true });
const file = await makeLoadFile(count);
await using own = await makeServicesCorpus();
const { config, database, connection, collection } = own;

{
  const facts = { version: 'bench', uptimeSeconds: () => process.uptime() };
  const logger = createPinoLogger({ level: 'warn', service: 'bench', destination: 'stderr' });
  await using corpus = await openCorpus({ config, process: facts, logger, mode: 'use' }, NEVER);
  const startedAt = performance.now();
  const meter = startMeter();
  await corpus.services.loadFiles({ sources: [file], surface: 'cli', onProgress: () => undefined }, NEVER);
  const seconds = (performance.now() - startedAt) / 1_000;
  const spent = meter();
  const chunks = await corpus.services.index.countChunks(NEVER);
  const inserts = await readInserts(connection, collection);
  const puts = createPuts(config, { count, bytes: OBJECT_BYTES });
  const rows = createRows(database.url, { count, bytes: ROW_BYTES });
  const limits = [];
  for (const { what, count: sent, run } of [inserts, puts, rows]) {
    const meter = startMeter();
    limits.push({ what, sent, seconds: await run(), spent: meter() });
  }
  const together = Math.max(...(await Promise.all([inserts.run(), puts.run(), rows.run()])));
  console.log(
    `load of ${count.toLocaleString('en')} records, ${chunks.toLocaleString('en')} chunks, on the real servers`,
  );
  console.log(
    `  bio-mcp            ${toRate(count / seconds)} records/s, ${toRate(chunks / seconds)} chunks/s, ` +
      `${seconds.toFixed(1)} s; ${tell(spent, count)}`,
  );
  for (const { what, sent, seconds: took, spent: ofRaw } of limits)
    console.log(`  ${what.padEnd(18)} ${toRate(sent / took)}/s; ${tell(ofRaw, sent)}`);
  const slowest = Math.max(...limits.map(({ seconds: took }) => took));
  console.log(`  share of the slowest one's raw limit: ${Math.round((100 * slowest) / seconds)} %`);
  console.log(
    `  all at once        ${toRate(count / together)} records/s: ${Math.round((100 * together) / seconds)} %`,
  );
  console.log('search, right after the load');
  await measureSearch(corpus);
  await setTimeout(SETTLED_MS);
  console.log(`search, ${SETTLED_MS / 1_000} s later`);
  await measureSearch(corpus);
}

type Spent = readonly { name: string; seconds: number }[];

/** Answers what this process and each server of this machine have had of the processors since. */
function startMeter(): () => Spent {
  const servers = listServers(process.env);
  const before = readServerCpu(servers);
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const after = readServerCpu(servers);
    return [
      { name: 'own', seconds: (user + system) / 1e6 },
      ...servers.map(({ name }, at) => ({ name, seconds: (after[at] ?? 0) - (before[at] ?? 0) })),
    ];
  };
}

/** Of one thing of so many, and how many of them two cores could take at most. */
function tell(spent: Spent, things: number): string {
  const all = spent.reduce((sum, { seconds }) => sum + seconds, 0);
  const each = spent.map(({ name, seconds }) => `${name} ${((seconds * 1_000) / things).toFixed(1)}`);
  return `CPU-ms each: ${each.join(', ')}; at most ${toRate((CORES * things) / all).trim()}/s on ${CORES} cores`;
}

async function measureSearch({ services }: Corpus): Promise<void> {
  const embedder = createStaticEmbedder();
  const questions = (await readSampleRecords())
    .filter((_, at) => at % 10 === 0)
    .map((bytes) => parseRecord(bytes).title ?? '')
    .filter((title) => title !== '');
  const ours: number[] = [];
  const raw: number[] = [];
  const rawCandidates: number[] = [];
  const membership = { kind: 'live' } as const;
  for (let round = 0; round < ROUNDS; round++) {
    for (const query of questions) {
      const vector = await embedder.embed([query], 'query', NEVER);
      raw.push(await time(() => askRaw(query, vector, SHOWN)));
      rawCandidates.push(await time(() => askRaw(query, vector, RANKED)));
      const request = {
        query,
        topK: TOP_K,
        mode: 'hybrid',
        alpha: 0.5,
        filters: {},
        rerankByQuality: false,
        membership,
      } as const;
      ours.push(await time(() => services.searchCorpus(request, NEVER)));
    }
  }
  console.log(`  ms, p50 / p95 of  ${ours.length}`);
  console.log(`  rag.search         ${toPair(ours)}`);
  for (const [what, times] of [
    [`raw, ${TOP_K} best`, raw],
    [`raw, ${CANDIDATES} candidates`, rawCandidates],
  ] as const) {
    const ratio = quantile(ours, 0.95) / quantile(times, 0.95);
    console.log(`  ${what.padEnd(18)} ${toPair(times)}, p95 ratio ${ratio.toFixed(2)}`);
  }
}

function askRaw(query: string, vector: Float32Array, asked: Asked): Promise<unknown> {
  const words = toAskedWords(query)
    .flatMap(({ tokens }) => tokens)
    .join(' ');
  return connection.ask(
    (client) =>
      client.collections.use<string, ChunkObject>(collection).query.hybrid(words, {
        vector: [...vector],
        alpha: 0.5,
        queryProperties: ['words'],
        ...asked,
        returnMetadata: ['score'],
      }),
    { doing: 'search', deadlineMs: HOUR_MS, ...NEVER },
  );
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function toPair(times: readonly number[]): string {
  return `${quantile(times, 0.5).toFixed(1)} / ${quantile(times, 0.95).toFixed(1)}`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

function toRate(perSecond: number): string {
  return Math.round(perSecond).toLocaleString('en').padStart(6);
}
