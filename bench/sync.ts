import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openFileArchive } from '../src/archive/file-archive.ts';
import { systemClock } from '../src/domain/clock.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { loadStaticVectors } from '../src/embedding/static-vectors.ts';
import { loadFiles } from '../src/ingest/load-files.ts';
import { createPreparerPool } from '../src/ingest/preparer-pool.ts';
import { type RunResult, runIngest } from '../src/ingest/run.ts';
import { createSyncs } from '../src/ingest/syncs.ts';
import { createEutilsClient } from '../src/pubmed/eutils-client.ts';
import { createLocalStartSchedule } from '../src/pubmed/local-start-schedule.ts';
import { createRequestBudget, type RequestBudget } from '../src/pubmed/request-budget.ts';
import { systemTiming } from '../src/pubmed/timing.ts';
import { openLanceDbIndex } from '../src/search/lancedb-index.ts';
import { openPglite } from '../src/store/database.ts';
import { createSqlCorpusStore } from '../src/store/sql-corpus-store.ts';
import { countCosts, startCosts } from '../tests/support/costs.ts';
import { silentLogger } from '../tests/support/silent-logger.ts';
import { NEVER } from './open-corpus.ts';
import { BENCH_FOLDER, makeLoadFile } from './sample-file.ts';

/**
 * `node bench/sync.ts [records]`: syncs so many records (2,700) from the stand-in, which is a process of its own, beside a
 * load of the same records from a file in the same run; then the same within NCBI's limits, beside the time that the gap
 * between two starts allows; then again, with nothing new.
 */
const count = Number(process.argv[2] ?? 2_700);
const TERM = 'eng[la]';
const ROUNDS = 3;
await mkdir(BENCH_FOLDER, { recursive: true });
const file = await makeLoadFile(count);
const vectors = await loadStaticVectors(NEVER);

const free = await startStandIn('--no-limits');
const rounds: { load: number; sync: number }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.push({ load: await measureLoad(), sync: (await measureSync(free, UNLIMITED())).seconds });
}
const load = median(rounds.map((one) => one.load));
const sync = median(rounds.map((one) => one.sync));
console.log(`sync of ${count.toLocaleString('en')} records, median of ${ROUNDS}`);
console.log(`  load of the same file      ${toRate(load)}`);
console.log(
  `  sync without limits        ${toRate(sync)}, ${((load / sync) * 100).toFixed(0)} % of the load's rate`,
);
free.end();

const limited = await startStandIn();
const budget = createRequestBudget({
  schedule: createLocalStartSchedule({ clock: systemTiming }),
  timing: systemTiming,
  hasApiKey: false,
  share: 1,
});
const { seconds, again } = await measureSync(limited, budget);
const { requests, refused } = await limited.count();
const starts = requests - again.requests;
const allowed = ((starts - 1) * budget.gapMs) / 1000;
console.log(`  sync within the limits     ${toRate(seconds)}, ${starts} requests`);
console.log(
  `    the gap of ${budget.gapMs} ms allows ${allowed.toFixed(1)} s: ${((seconds / allowed - 1) * 100).toFixed(1)} % slower; ${refused} answers of 429`,
);
const { recordPuts, embedded, indexWrites } = again.costs;
console.log(
  `  again, nothing new         ${again.seconds.toFixed(1)} s; ${recordPuts} puts, ${embedded} embedded, ${indexWrites} index writes`,
);
limited.end();

function toRate(taken: number): string {
  return `${Math.round(count / taken)
    .toLocaleString('en')
    .padStart(6)} records/s, ${taken.toFixed(2)} s`;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

/** Starts at once, whatever NCBI would say. */
function UNLIMITED(): RequestBudget {
  return {
    gapMs: 0,
    reserve: async () => ({ granted: true, waitMs: 0 }),
    coolDown: async () => undefined,
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
  await store.setIndexState({ embedderId, dimensions, generation: 1 }, NEVER);
  const index = opening.use(await openLanceDbIndex({ folder: join(folder, 'index'), dimensions }));
  const program = new URL('../src/ingest-thread.ts', import.meta.url);
  const workerData = { compression: 'zstd', staticVectors: vectors };
  const preparer = opening.use(createPreparerPool({ program, threads: 2, workerData, embedder }));
  const costs = startCosts();
  const counted = countCosts({ archive, index, preparer }, costs);
  const keys = { prefix: 'pubmed', compression: 'zstd' } as const;
  const stack = opening.move();
  const parts = { ...counted, store, keys, clock: systemClock };
  return { parts, costs, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function measureLoad(): Promise<number> {
  await using opened = await openParts();
  const { parts } = opened;
  const startedAt = performance.now();
  const request = { tool: 'pubmed.load', params: {}, onProgress: () => undefined };
  const work: Parameters<typeof runIngest>[1]['work'] = (report, options) =>
    loadFiles(parts, [file], report, options);
  requireAll(await runIngest(parts, { ...request, work }, NEVER));
  return (performance.now() - startedAt) / 1000;
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
  const run = async () => {
    const startedAt = performance.now();
    requireAll(await syncs.sync({ term: TERM }, () => undefined, NEVER));
    return (performance.now() - startedAt) / 1000;
  };
  const taken = await run();
  const before = { ...costs };
  const requestsBefore = (await ncbi.count()).requests;
  const secondsAgain = await run();
  const again = {
    seconds: secondsAgain,
    requests: (await ncbi.count()).requests - requestsBefore,
    costs: {
      recordPuts: costs.recordPuts - before.recordPuts,
      embedded: costs.embedded - before.embedded,
      indexWrites: costs.indexWrites - before.indexWrites,
    },
  };
  return { seconds: taken, again };
}

function requireAll({ found, failed }: RunResult): void {
  if (found !== count || failed !== 0)
    throw new Error(`${found} of ${count} records found, ${failed} failed`);
}

interface StandIn {
  url: string;
  count(): Promise<{ requests: number; refused: number }>;
  end(): void;
}

async function startStandIn(...flags: string[]): Promise<StandIn> {
  const program = new URL('../tests/support/ncbi-stand-in/serve.ts', import.meta.url).pathname;
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
