import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { toSearchText } from '../src/search/chunking.ts';
import { createCorpusSearch } from '../src/search/search-corpus.ts';
import { createWeaviateCollections } from '../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../src/search/weaviate/weaviate-connection.ts';
import { openWeaviateIndex } from '../src/search/weaviate/weaviate-index.ts';
import type { ChunkObject } from '../src/search/weaviate/weaviate-objects.ts';
import { joinTokens, toAskedWords } from '../src/search/words/asked-words.ts';
import { makeRunId, removeOnSignal, toCollectionName } from './on-servers.ts';
import { NEVER } from './open-corpus.ts';
import { toRealChunks } from './real-chunks.ts';
import { readSampleRecords } from './sample-file.ts';
import { listServers, readServerCpu } from './server-cpu.ts';

/**
 * `node bench/search-weaviate.ts [passages] [young]`, with the environment that `make services` prints: so
 * many passages (1,100) of the sample, without a database, in a collection of its own; then titles as
 * questions, each asked once by Weaviate's own hybrid query for as many candidates as `rag.search` ranks, and
 * once by `rag.search`. By the clock, and the processor time of the process and of Weaviate, which runs on
 * this machine. Right after the load and, unless `young` is said, once Weaviate has written its
 * segments.
 */
const count = Number(process.argv[2] ?? 1_100);
const isYoungAlone = process.argv[3] === 'young';
const CANDIDATES = 100;
const BATCH = 500;
const FIRST_PMID = 100_000_000;
/** See `bench/load-services.ts`. */
const SETTLED_MS = 80_000;

const servers = listServers(process.env).filter(({ name }) => name === 'Weaviate');
const embedder = createStaticEmbedder();
const records = await readSampleRecords();
const url = process.env.BIO_MCP_WEAVIATE_URL ?? '';
const grpcUrl = process.env.BIO_MCP_WEAVIATE_GRPC_URL ?? url.replace(/:\d+$/, ':50051');
await using connection = await openWeaviateConnection({ server: { url, grpcUrl, apiKey: null } });
const collections = createWeaviateCollections(connection);
const runId = makeRunId();
const collection = toCollectionName(runId);
using _removing = removeOnSignal(runId);
await collections.make(collection, NEVER);
try {
  await using index = openWeaviateIndex({ connection, collection, dimensions: embedder.dimensions });
  const search = createCorpusSearch({ index, embedder, clock: systemClock });
  const real = records.flatMap(toRealChunks);
  const places = Array.from({ length: count }, (_, at) => at);
  for (let from = 0, sequence = 1; from < count; from += BATCH, sequence++) {
    const chunks = places.slice(from, from + BATCH).flatMap((place) => {
      const chunk = real[place % real.length];
      if (chunk === undefined) return [];
      const pmid = String(FIRST_PMID + place) as typeof chunk.facts.pmid;
      return [{ ...chunk, chunkId: randomUUID(), facts: { ...chunk.facts, pmid } }];
    });
    const texts = chunks.map((chunk) => toSearchText(chunk.facts.title, chunk));
    const vectors = await embedder.embed(texts, 'passage', NEVER);
    await index.write({ sequence, chunks, vectors, superseded: [] }, NEVER);
  }
  const titles = records
    .map((bytes) => parseRecord(bytes).title ?? '')
    .filter((title) => title.length > 20)
    .filter((_, at) => at % 5 === 0);
  const half = Math.floor(titles.length / 2);
  console.log(`right after a load of ${count} passages`);
  await measure(titles.slice(0, half));
  if (!isYoungAlone) {
    await setTimeout(SETTLED_MS);
    console.log(`${SETTLED_MS / 1_000} s later`);
    await measure(titles.slice(half));
  }

  async function measure(questions: readonly string[]): Promise<void> {
    const took = { ours: newTimes(), raw: newTimes(), brief: newTimes() };
    for (const query of questions) {
      const vector = await embedder.embed([query], 'query', NEVER);
      const membership = { kind: 'live' } as const;
      const mode = 'hybrid';
      const request = { query, topK: 10, mode, alpha: 0.5, filters: {}, rerankByQuality: false, membership };
      await time(took.raw, () => askRaw(query, vector));
      await time(took.ours, () => search({ ...request, mode }, NEVER));
      await time(took.brief, () => search({ ...request, mode, withPassages: false }, NEVER));
    }
    const [of, rawP95] = [questions.length, quantile(took.raw.ms, 0.95)];
    for (const [what, { ms, own, server }] of Object.entries(took)) {
      console.log(
        `  ${what.padEnd(6)} ${quantile(ms, 0.5).toFixed(1)} / ${quantile(ms, 0.95).toFixed(1)} ms, p95 ratio ` +
          `${(quantile(ms, 0.95) / rawP95).toFixed(2)}, CPU-ms ${(own / of).toFixed(1)} + ${(server / of).toFixed(1)}`,
      );
    }
  }
} finally {
  await collections.remove(collection, NEVER);
}

function newTimes() {
  return { ms: [] as number[], own: 0, server: 0 };
}

async function askRaw(query: string, vector: Float32Array): Promise<void> {
  await connection.ask(
    (client) =>
      client.collections.use<string, ChunkObject>(collection).query.hybrid(joinTokens(toAskedWords(query)), {
        vector: [...vector],
        alpha: 0.5,
        queryProperties: ['words'],
        limit: CANDIDATES,
        returnProperties: ['facts', 'words'],
        includeVector: true,
        returnMetadata: ['score'],
      }),
    { doing: 'search', deadlineMs: 60_000, ...NEVER },
  );
}

async function time(times: ReturnType<typeof newTimes>, work: () => Promise<unknown>): Promise<void> {
  const [startedAt, own, server] = [performance.now(), process.cpuUsage(), readServerMs()];
  await work();
  times.ms.push(performance.now() - startedAt);
  const { user, system } = process.cpuUsage(own);
  times.own += (user + system) / 1_000;
  times.server += readServerMs() - server;
}

/** Processor time of Weaviate's process, in steps of 10 ms. */
function readServerMs(): number {
  const [seconds = 0] = readServerCpu(servers);
  return seconds * 1_000;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
