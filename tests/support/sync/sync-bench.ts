import { join } from 'node:path';
import type { Archive } from '../../../src/archive/archive.ts';
import { openFileArchive } from '../../../src/archive/files/file-archive.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { runTask, toPrepared, toTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { Preparer } from '../../../src/ingest/records.ts';
import type { RunResult } from '../../../src/ingest/runs/run.ts';
import { createSyncs, type Syncs } from '../../../src/ingest/runs/syncs.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { createCorpusSearch } from '../../../src/search/search-corpus.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import type { CorpusStore } from '../../../src/store/corpus-store.ts';
import { openPglite, openPostgres } from '../../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { NO_THREADS } from '../corpus/no-threads.ts';
import { dumpContent, type Engine, makeTestHome, type Row, type TestHome } from '../corpus/test-corpus.ts';
import { type EutilsBench, type EutilsBenchOptions, openEutilsBench } from '../pubmed/eutils.ts';
import { type Costs, countCosts, startCosts } from './costs.ts';

const embedder = createStaticEmbedder();
const DAY_MS = 86_400_000;

/** A corpus of a test's own that follows queries on the stand-in, all on one virtual clock. */
export interface SyncBench extends EutilsBench {
  home: TestHome;
  store: CorpusStore;
  archive: Archive;
  index: SearchIndex;
  syncs: Syncs;
  /** Since the bench was opened. */
  costs: Costs;
  sync(term: string, options?: { limit?: number; signal?: AbortSignal }): Promise<RunResult>;
  syncIncrementally(
    term: string,
    options?: { since?: string; limit?: number; signal?: AbortSignal },
  ): Promise<RunResult>;
  /** Lets days pass. */
  passDays(days: number): Promise<void>;
  findWatermark(term: string): Promise<string | null>;
  /** The PMIDs that answer a search by words. */
  findPmids(query: string): Promise<string[]>;
  /** Closes the stores and dumps what the tables hold of records, and which PMIDs each query brought. */
  dump(): Promise<Record<string, Row[]>>;
}

export interface SyncBenchOptions extends EutilsBenchOptions {
  engine?: Engine;
  overlapDays?: number;
}

const NEVER = { signal: new AbortController().signal };

export async function openSyncBench(options: SyncBenchOptions = {}): Promise<SyncBench> {
  const { engine = 'PostgreSQL', overlapDays = 7, ...eutils } = options;
  await using opening = new AsyncDisposableStack();
  const bench = opening.use(await openEutilsBench(eutils));
  const home = opening.use(await makeTestHome({ engine }));
  const stores = opening.use(await openStores(home));
  const costs = startCosts();
  const needs = {
    ...countCosts({ ...stores, preparer: createPreparer() }, costs),
    store: stores.store,
    keys: { prefix: 'pubmed', compression: 'zstd' } as const,
    clock: bench.time.timing,
    literature: bench.client,
  };
  const syncs = createSyncs(needs, { overlapDays });
  const search = createCorpusSearch({ index: stores.index, embedder, clock: bench.time.timing });
  const stack = opening.move();
  const quiet = () => undefined;
  return {
    ...bench,
    ...stores,
    home,
    syncs,
    costs,
    sync: (term, { signal = NEVER.signal, ...rest } = {}) => syncs.sync({ term, ...rest }, quiet, { signal }),
    syncIncrementally: (term, { signal = NEVER.signal, ...rest } = {}) =>
      syncs.syncIncrementally({ term, ...rest }, quiet, { signal }),
    passDays: (days) => bench.time.timing.sleep(days * DAY_MS, NEVER),
    findWatermark: async (term) => (await stores.store.findWatermark(term, NEVER))?.completeTo ?? null,
    async findPmids(query) {
      const request = { query, topK: 50, mode: 'bm25', alpha: 0.5, rerankByQuality: false } as const;
      const live = { filters: { exclude_retracted: true }, membership: { kind: 'live' } } as const;
      const { documents } = await search({ ...request, ...live }, NEVER);
      return documents.map(({ pmid }) => pmid).sort();
    },
    async dump() {
      await stores[Symbol.asyncDispose]();
      return { ...(await dumpContent(home)), ...(await dumpQueries(home)) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

async function openStores({ dataDir, config }: TestHome) {
  await using opening = new AsyncDisposableStack();
  const archive = opening.use(
    await openFileArchive({ folder: join(dataDir, 'archive'), fsync: false }, NO_THREADS.startFileThread),
  );
  const database =
    config.database.kind === 'postgres'
      ? await openPostgres({ url: config.database.url, max: 5 })
      : await openPglite({ folder: join(dataDir, 'database'), fsync: false });
  const store = opening.use(createSqlCorpusStore({ database }));
  await store.settleArchiveRoot(archive.root, NEVER);
  const { dimensions, id } = embedder;
  await store.setIndexState({ embedderId: id, dimensions, generation: 1, analyzer: ANALYZER }, NEVER);
  const index = opening.use(await openLanceDbIndex({ folder: join(dataDir, 'index', '1'), dimensions }));
  const stack = opening.move();
  return { archive, store, index, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Prepares on the test's own thread: a pool takes longer to start than small records take. */
function createPreparer(): Preparer {
  return {
    async prepare(records) {
      if (records.length === 0) return [];
      const result = await runTask(toTask(records), { compression: 'zstd', embedder });
      return toPrepared(result, embedder);
    },
    rest: () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function dumpQueries(home: TestHome): Promise<Record<string, Row[]>> {
  return home.query(async (kysely) => ({
    query_pmids: await kysely.selectFrom('query_pmids').selectAll().orderBy('term').orderBy('pmid').execute(),
    sync_lists: await kysely
      .selectFrom('sync_lists')
      .select('request')
      .where('is_closed', '=', false)
      .execute(),
  }));
}
