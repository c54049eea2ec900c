import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { toSearchText } from '../src/search/chunking.ts';
import { createWeaviateCollections } from '../src/search/weaviate/weaviate-collections.ts';
import type { ChunkObject } from '../src/search/weaviate/weaviate-objects.ts';
import { joinTokens, toAskedWords } from '../src/search/words/asked-words.ts';
import { makeRunId, removeOnSignal, toCollectionName } from './on-servers.ts';
import { NEVER } from './open-corpus.ts';
import { toRealChunks } from './real-chunks.ts';
import { readSampleRecords } from './sample-file.ts';
import { listServers, watchServerCpu } from './server-cpu.ts';
import { type CallTracer, type Trace, tellTrace, traceCalls } from './traced-calls.ts';

/**
 * `node bench/search-weaviate.ts [passages] [both | young | settled] [OTHER CHECKOUT]`, with the environment
 * that `make services` prints: so many passages (1,100) of the sample, without a database, in a collection of
 * its own; then titles as questions, each asked by Weaviate's own hybrid query for as many candidates as
 * `rag.search` ranks, by `rag.search`, and by that of another checkout, which has to answer the same; then by
 * `rag.search` once more, without passages. By the clock, and the processor time of the process and of
 * Weaviate, which runs on this machine; then what the slowest questions waited for. Right after the load
 * (`young`), and once Weaviate has written its segments and has answered as many others (`settled`).
 */
const [given = '1100', when = 'both', other] = process.argv.slice(2);
const count = Number(given);
const CANDIDATES = 100;
const SLOWEST_TOLD = 3;
const BATCH = 500;
const FIRST_PMID = 100_000_000;
/** See `bench/load-services.ts`. */
const SETTLED_MS = 80_000;

interface Way {
  name: string;
  ask(query: string, vector: Float32Array): Promise<unknown>;
  tracer: CallTracer;
  traces: (Trace & { query: string })[];
  /** Processor time of Weaviate's process, in ms, counted in steps of 10. */
  server: number;
}

const [server] = listServers(process.env).filter(({ name }) => name === 'Weaviate');
if (server === undefined) throw new TypeError('Weaviate is no server of the benches');
const readServerCpu = watchServerCpu(server);
const url = process.env.BIO_MCP_WEAVIATE_URL ?? '';
const grpcUrl = process.env.BIO_MCP_WEAVIATE_GRPC_URL ?? url.replace(/:\d+$/, ':50051');
const embedder = createStaticEmbedder();
const records = await readSampleRecords();
const runId = makeRunId();
const collection = toCollectionName(runId);
const now = await openCheckout(new URL('..', import.meta.url).pathname);
const before = other === undefined ? null : await openCheckout(other);
const collections = createWeaviateCollections(now.tracer.connection);
using _removing = removeOnSignal(runId);
await collections.make(collection, NEVER);
try {
  await load();
  const titles = records
    .map((bytes) => parseRecord(bytes).title ?? '')
    .filter((title) => title.length > 20)
    .filter((_, at) => at % 5 === 0);
  const half = Math.floor(titles.length / 2);
  if (when !== 'settled') {
    console.log(`right after a load of ${count} passages`);
    await measure(titles.slice(0, half), []);
  }
  if (when !== 'young') {
    await setTimeout(SETTLED_MS);
    console.log(`${SETTLED_MS / 1_000} s later, ${count} passages`);
    await measure(titles.slice(half), titles.slice(0, half));
  }
} finally {
  await collections.remove(collection, NEVER);
  for (const checkout of [now, before]) await checkout?.close();
}

async function load(): Promise<void> {
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
    await now.index.write({ sequence, chunks, vectors, superseded: [] }, NEVER);
  }
}

/** `earlier` are asked before, so that code and servers are warm, and kept is what a service would keep. */
async function measure(questions: readonly string[], earlier: readonly string[]): Promise<void> {
  const raw = toWay('raw', now.tracer, askRaw);
  const checkouts = [['now', now] as const, ...(before === null ? [] : [['before', before] as const])];
  const full = checkouts.map(([name, { tracer, ask }]) => toWay(name, tracer, ask));
  const brief = checkouts.map(([name, { tracer, askBriefly }]) =>
    toWay(`${name}, brief`, tracer, askBriefly),
  );
  for (const query of earlier) {
    const vector = await embedder.embed([query], 'query', NEVER);
    for (const way of [raw, ...full]) await way.ask(query, vector);
  }
  for (const [at, query] of questions.entries()) {
    const vector = await embedder.embed([query], 'query', NEVER);
    const isTurned = at % 2 === 1; // who comes first finds nothing of the question in Weaviate's memory
    await ask(isTurned ? [...full.toReversed(), raw] : [raw, ...full], query, vector);
    await ask(isTurned ? brief.toReversed() : brief, query, vector);
  }
  const rawMs = raw.traces.map(({ ms }) => ms);
  for (const way of [raw, ...full, ...brief]) tell(way, [quantile(rawMs, 0.5), quantile(rawMs, 0.95)]);
  for (const { name, traces } of full) {
    console.log(`  the slowest, ${name}`);
    for (const trace of traces.toSorted((a, b) => b.ms - a.ms).slice(0, SLOWEST_TOLD))
      console.log(tellTrace(trace.query, trace));
  }
}

/** All but Weaviate's own query have to answer the same. */
async function ask(ways: readonly Way[], query: string, vector: Float32Array): Promise<void> {
  const answers: unknown[] = [];
  for (const way of ways) {
    const answer = await time(way, query, vector);
    if (way.ask !== askRaw) answers.push(answer);
  }
  if (answers.some((answer) => !isDeepStrictEqual(answer, answers[0])))
    throw new Error(`${other} answers otherwise: ${query}`);
}

function toWay(name: string, tracer: CallTracer, ask: Way['ask']): Way {
  return { name, tracer, ask, traces: [], server: 0 };
}

async function time(way: Way, query: string, vector: Float32Array): Promise<unknown> {
  const startedAt = readServerCpu();
  let answer: unknown;
  const trace = await way.tracer.trace(async () => {
    answer = await way.ask(query, vector);
  });
  way.server += (readServerCpu() - startedAt) * 1_000;
  way.traces.push({ query, ...trace });
  return answer;
}

function tell({ name, traces, server }: Way, raw: readonly [p50: number, p95: number]): void {
  const ms = traces.map((trace) => trace.ms);
  const [p50, p95] = [quantile(ms, 0.5), quantile(ms, 0.95)];
  const mean = (of: (trace: Trace) => number) =>
    traces.reduce((sum, trace) => sum + of(trace), 0) / traces.length;
  console.log(
    `  ${name.padEnd(13)} ${p50.toFixed(1)} / ${p95.toFixed(1)} ms, ratios ${(p50 / raw[0]).toFixed(2)}, ` +
      `${(p95 / raw[1]).toFixed(2)}, CPU-ms ${mean(({ own }) => own).toFixed(1)} + ` +
      `${(server / traces.length).toFixed(1)}, calls ${mean(({ calls }) => calls.length).toFixed(1)}, ` +
      `kB ${(mean(({ received }) => received) / 1_000).toFixed(0)}`,
  );
}

async function askRaw(query: string, vector: Float32Array): Promise<void> {
  await now.tracer.connection.ask(
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

/** The way from a question to Weaviate by the code of a checkout. */
async function openCheckout(folder: string) {
  const importOf = <Module>(path: string): Promise<Module> =>
    import(pathToFileURL(`${folder}/src/search/${path}`).href);
  const { createCorpusSearch } =
    await importOf<typeof import('../src/search/search-corpus.ts')>('search-corpus.ts');
  const { openWeaviateIndex } = await importOf<typeof import('../src/search/weaviate/weaviate-index.ts')>(
    'weaviate/weaviate-index.ts',
  );
  const { openWeaviateConnection } = await importOf<
    typeof import('../src/search/weaviate/weaviate-connection.ts')
  >('weaviate/weaviate-connection.ts');
  const opened = await openWeaviateConnection({ server: { url, grpcUrl, apiKey: null } });
  const tracer = traceCalls(opened);
  const index = openWeaviateIndex({
    connection: tracer.connection,
    collection,
    dimensions: embedder.dimensions,
  });
  const search = createCorpusSearch({ index, embedder, clock: systemClock });
  const fixed = { topK: 10, mode: 'hybrid', alpha: 0.5, filters: {}, rerankByQuality: false } as const;
  const request = { ...fixed, membership: { kind: 'live' } } as const;
  return {
    index,
    tracer,
    ask: (query: string) => search({ query, ...request }, NEVER),
    askBriefly: (query: string) => search({ query, ...request, withPassages: false }, NEVER),
    async close() {
      await index[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
      tracer[Symbol.dispose]();
    },
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
