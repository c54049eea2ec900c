import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openFileArchive } from '../src/archive/files/file-archive.ts';
import type { CallOptions } from '../src/domain/call-options.ts';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../src/embedding/static-vectors.ts';
import { runPipeline } from '../src/ingest/pipeline.ts';
import { createPreparerPool } from '../src/ingest/prepare/preparer-pool.ts';
import { type RunResult, runIngest } from '../src/ingest/runs/run.ts';
import type { RunReport } from '../src/ingest/runs/run-report.ts';
import { createSyncs } from '../src/ingest/runs/syncs.ts';
import { readItems } from '../src/ingest/sources/read-items.ts';
import { surveySource, toSourceName } from '../src/ingest/sources/survey-source.ts';
import { toBatches } from '../src/ingest/to-batches.ts';
import { createEutilsClient } from '../src/pubmed/eutils-client.ts';
import { createLocalStartSchedule } from '../src/pubmed/local-start-schedule.ts';
import { createRequestBudget, type RequestBudget } from '../src/pubmed/request-budget.ts';
import { systemTiming } from '../src/pubmed/timing.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { ANALYZER } from '../src/search/words/analyzer.ts';
import { openPglite } from '../src/store/database/database.ts';
import { createSqlCorpusStore } from '../src/store/sql-corpus-store.ts';
import { countCosts, startCosts } from '../tests/support/sync/costs.ts';
import { silentLogger } from '../tests/support/telemetry/silent-logger.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';

/**
 * `node bench/sync.ts [records]`: syncs so many records (2,700) from the stand-in, which is a process of its
 * own, beside a load of the same records from a file in the same run; then the same within NCBI's limits,
 * beside the time that the gap between two starts allows; then again, with nothing new.
 */
const count = Number(process.argv[2] ?? 2_700);
const TERM = 'eng[la]';
const ROUNDS = 3;
await mkdir(BENCH_FOLDER, { recursive: true });
const file = await makeLoadFile(count);
const vectors = await loadStaticVectors(NEVER);

const free = await startStandIn('--no-limits');
const rounds: { load: Taken; sync: Taken }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.push({ load: await measureLoad(), sync: (await measureSync(free, startAtOnce())).taken });
}
/** Of this process with its threads: the stand-in has its own. */
interface Taken {
  seconds: number;
  cpuSeconds: number;
}

const load = median(rounds.map((one) => one.load));
const sync = median(rounds.map((one) => one.sync));
console.log(`sync of ${count.toLocaleString('en')} records, median of ${ROUNDS}`);
console.log(`  load of the same file      ${toRate(load)}`);
console.log(
  `  sync without limits        ${toRate(sync)}, ${((load.seconds / sync.seconds) * 100).toFixed(0)} % of the load's rate`,
);
free.end();

const limited = await startStandIn();
const budget = createRequestBudget({
  schedule: createLocalStartSchedule({ clock: systemTiming }),
  timing: systemTiming,
  hasApiKey: false,
  share: 1,
});
const { taken, again } = await measureSync(limited, budget);
const { requests, refused } = await limited.count();
const starts = requests - again.requests;
const allowed = ((starts - 1) * budget.gapMs) / 1000;
console.log(`  sync within the limits     ${toRate(taken)}, ${starts} requests`);
console.log(
  `    the gap of ${budget.gapMs} ms allows ${allowed.toFixed(1)} s: ${((taken.seconds / allowed - 1) * 100).toFixed(1)} % slower; ${refused} answers of 429`,
);
const { recordPuts, embedded, indexWrites } = again.costs;
console.log(
  `  again, nothing new         ${again.seconds.toFixed(1)} s; ${recordPuts} puts, ${embedded} embedded, ${indexWrites} index writes`,
);
limited.end();

function toRate({ seconds, cpuSeconds }: Taken): string {
  const rate = Math.round(count / seconds).toLocaleString('en');
  return `${rate.padStart(6)} records/s, ${seconds.toFixed(2)} s, ${cpuSeconds.toFixed(2)} CPU-s`;
}

function median(all: readonly Taken[]): Taken {
  const sorted = all.toSorted((one, other) => one.seconds - other.seconds);
  return sorted[Math.floor(all.length / 2)] ?? { seconds: 0, cpuSeconds: 0 };
}

async function measure(work: () => Promise<RunResult>): Promise<Taken> {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  const { found, failed } = await work();
  const { user, system } = process.cpuUsage(cpu);
  if (found !== count || failed !== 0)
    throw new Error(`${found} of ${count} records found, ${failed} failed`);
  return { seconds: (performance.now() - startedAt) / 1000, cpuSeconds: (user + system) / 1e6 };
}

/** Starts at once, whatever NCBI would say. */
function startAtOnce(): RequestBudget {
  return {
    gapMs: 0,
    reserve: async () => ({ granted: true, waitMs: 0 }),
    coolDown: async () => undefined,
    describe: async () => Promise.reject(new Error('nobody asks for the budget of a bench')),
  };
}

/** As `compose.ts` opens a corpus, in a folder of its own. */
async function openParts() {
  await using opening = new AsyncDisposableStack();
  const folder = await mkdtemp(join(BENCH_FOLDER, 'sync-'));
  opening.defer(() => rm(folder, { recursive: true }));
  const embedder = createStaticEmbedder({ vectors });
  const archive = opening.use(await openFileArchive({ folder: join(folder, 'archive'), fsync: false }));
  const store = opening.use(
    createSqlCorpusStore({ database: await openPglite({ folder: join(folder, 'db') }) }),
  );
  const { id: embedderId, dimensions } = embedder;
  await store.settleArchiveRoot(archive.root, NEVER);
  await store.setIndexState({ embedderId, dimensions, generation: 1, analyzer: ANALYZER }, NEVER);
  const index = opening.use(await openLanceDbIndex({ folder: join(folder, 'index'), dimensions }));
  const program = new URL('../src/ingest-thread.ts', import.meta.url);
  const compression = 'zstd';
  const workerData = { compression, staticVectors: vectors };
  const preparer = opening.use(
    createPreparerPool({ program, threads: 2, workerData, compression, embedder }),
  );
  const costs = startCosts();
  const counted = countCosts({ archive, index, preparer }, costs);
  const keys = { prefix: 'pubmed', compression: 'zstd' } as const;
  const stack = opening.move();
  const needs = { ...counted, store, keys, clock: systemClock };
  return { parts: needs, costs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** As `pubmed.load` loads a file of this disk. */
async function measureLoad(): Promise<Taken> {
  await using opened = await openParts();
  const { parts } = opened;
  const work = async (report: RunReport, options: CallOptions) => {
    const survey = await surveySource(file, options);
    const { fileHash, md5 } = survey;
    const source = { fileHash, md5, name: toSourceName(file), itemsDone: 0 };
    const items = readItems(file, { survey, clock: parts.clock, onRead: () => undefined }, options);
    const counts = report.startPart(source.name);
    for await (const { outcome } of runPipeline(parts, toBatches(items, { file: source }), options)) {
      report.addBatch(counts, outcome, 0);
    }
  };
  const request = { tool: 'pubmed.load', params: {}, onProgress: () => undefined, work };
  return await measure(() => runIngest(parts, request, NEVER));
}

async function measureSync(ncbi: StandIn, budgetOfRun: RequestBudget) {
  await using opened = await openParts();
  const { parts, costs } = opened;
  const client = {
    fetch,
    baseUrl: ncbi.url,
    apiKey: null,
    email: null,
    timing: systemTiming,
    log: silentLogger(),
  };
  const literature = createEutilsClient({ ...client, budget: budgetOfRun });
  const syncs = createSyncs({ ...parts, literature }, { overlapDays: 7 });
  const run = () => measure(() => syncs.sync({ term: TERM }, () => undefined, NEVER));
  const taken = await run();
  const before = { ...costs };
  const requestsBefore = (await ncbi.count()).requests;
  const { seconds } = await run();
  const again = {
    seconds,
    requests: (await ncbi.count()).requests - requestsBefore,
    costs: {
      recordPuts: costs.recordPuts - before.recordPuts,
      embedded: costs.embedded - before.embedded,
      indexWrites: costs.indexWrites - before.indexWrites,
    },
  };
  return { taken, again };
}

interface StandIn {
  url: string;
  count(): Promise<{ requests: number; refused: number }>;
  end(): void;
}

async function startStandIn(...flags: string[]): Promise<StandIn> {
  const program = new URL('../tests/support/pubmed/ncbi-stand-in/serve.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, '--file', file, ...flags], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = String((await lines.next()).value);
  return {
    url,
    async count() {
      child.stdin.write('requests\n');
      const [requests = '0', refused = '0'] = String((await lines.next()).value).match(/\d+/g) ?? [];
      return { requests: Number(requests), refused: Number(refused) };
    },
    end: () => child.stdin.end(),
  };
}
