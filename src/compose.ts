import { hash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive/archive.ts';
import { openFileArchive } from './archive/file-archive.ts';
import { listStateLogs } from './archive/state-log.ts';
import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { systemClock } from './domain/clock.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openOnnxEmbedder } from './embedding/onnx-embedder.ts';
import { createStaticEmbedder } from './embedding/static-embedder.ts';
import { loadStaticVectors, type StaticVectors } from './embedding/static-vectors.ts';
import { BioMcpError } from './errors/bio-mcp-error.ts';
import { createCheckpoints } from './ingest/checkpoints.ts';
import { createFetchIntoCorpus } from './ingest/fetch-into-corpus.ts';
import { loadFiles } from './ingest/load-files.ts';
import type { PipelineParts } from './ingest/pipeline.ts';
import { createPreparerPool } from './ingest/preparer-pool.ts';
import type { ReportProgress } from './ingest/progress.ts';
import { reconcile } from './ingest/reconcile.ts';
import { reindexCorpus } from './ingest/reindex.ts';
import { runIngest } from './ingest/run.ts';
import type { RunReport } from './ingest/run-report.ts';
import { createSharingPreparer } from './ingest/sharing-preparer.ts';
import { resolveSource, type Surface } from './ingest/source-rules.ts';
import { createSyncs } from './ingest/syncs.ts';
import type { IngestThreadData } from './ingest-thread.ts';
import { createHttpBulkClient } from './pubmed/bulk/http-bulk-client.ts';
import { createEutilsClient } from './pubmed/eutils-client.ts';
import type { LiteratureSource } from './pubmed/literature-source.ts';
import { createRequestBudget } from './pubmed/request-budget.ts';
import { systemTiming } from './pubmed/timing.ts';
import { createSqlJobQueue } from './queue/sql-job-queue.ts';
import { openLanceDbIndex } from './search/lancedb-index.ts';
import { createCorpusSearch } from './search/search-corpus.ts';
import type { SearchIndex } from './search/search-index.ts';
import { createSwitchingIndex, type SwitchingIndex } from './search/switching-index.ts';
import type { CorpusStore, IndexState } from './store/corpus-store.ts';
import { type Database, openPglite, openPostgres } from './store/database.ts';
import { createSqlCorpusRebuild } from './store/sql-corpus-rebuild.ts';
import { createSqlCorpusStore } from './store/sql-corpus-store.ts';
import { createSqlJobTable } from './store/sql-job-table.ts';
import { createSqlStartSchedule } from './store/sql-start-schedule.ts';
import type { Logger } from './telemetry/logger.ts';
import type { CorpusServices, ProcessFacts } from './tools/tool-context.ts';

/** `reindex`: the index of the corpus may be another embedder's, because it is about to be made anew. */
export type OpenMode = 'use' | 'reindex';

export interface Corpus extends AsyncDisposable {
  services: CorpusServices;
  /** For `readyz`, each by its name. */
  checks: { name: string; gates: boolean; check(options: CallOptions): Promise<void> }[];
}

export interface ComposeOptions {
  config: Config;
  process: ProcessFacts;
  logger: Logger;
  mode: OpenMode;
}

/**
 * Opens the corpus that the settings describe and everything in it, and brings archive, store and index to agreement
 * where an earlier process was killed. With the embedded database the caller owns the data folder (ownership/).
 * Disposing closes all of it, last opened first.
 */
export async function openCorpus(
  { config, process, logger, mode }: ComposeOptions,
  options: CallOptions,
): Promise<Corpus> {
  await using opening = new AsyncDisposableStack();
  const { dataDir } = config;
  const { embedder, staticVectors } = await openEmbedder(config, options);
  const archive = opening.use(
    await openFileArchive({ folder: join(dataDir, 'archive'), fsync: config.archive.fsync }),
  );
  const database = await openDatabase(config);
  const store = opening.use(createSqlCorpusStore({ database }));
  if (database.lockScope === 'process') {
    await store.failAbandonedRuns(systemClock.now().toISOString(), options);
  }
  await store.settleArchiveRoot(archive.root, options);
  // The archive and the index lie in the data folder still: on a database server several processes share them.
  const isShared = database.lockScope === 'server';
  const { prefix } = config.archive;
  const state = await agreeOnIndex({ store, archive, prefix, embedder, mode }, options);
  const indexes = join(dataDir, 'index');
  const index = opening.use(
    createSwitchingIndex(await openIndex({ folder: indexes, isShared }, state, mode)),
  );
  if (mode === 'use') await requireIndex(store, index, options);
  if (!isShared) await removeOtherIndexes(indexes, state.generation);
  const parts = createPipelineParts(config, { archive, store, index, embedder, staticVectors });
  opening.use(parts.preparer);
  const literature = createLiterature(config.pubmed, database, logger);
  const jobs = createSqlJobQueue({ table: createSqlJobTable({ database }), ...config.jobs });
  // Whoever ran jobs of an embedded database is gone, or this process could not have it.
  if (database.lockScope === 'process') await jobs.takeOver(options);
  if (state.embedderId === embedder.id) await reconcile(parts, options);
  const bulk = createHttpBulkClient({
    timing: systemTiming,
    log: logger,
    userAgent: `bio-mcp/${process.version}`,
  });
  const downloads = join(dataDir, 'downloads');
  const resolveSources = (sources: readonly string[], surface: Surface) =>
    Promise.all(sources.map((source) => resolveSource(source, { surface, settings: config.load })));
  const stack = opening.move();
  return {
    services: {
      process,
      clock: systemClock,
      store,
      archive,
      index,
      jobs,
      literature,
      fetchIntoCorpus: createFetchIntoCorpus({ ...parts, literature }),
      searchCorpus: createCorpusSearch({ index, embedder, clock: systemClock }),
      checkpoints: createCheckpoints(parts),
      reindexCorpus: createReindex({ parts, index, indexes, database, embedder, logger }),
      syncs: createSyncs({ ...parts, literature }, config.sync),
      resolveSources,
      loadFiles: async ({ sources, surface, onProgress }, runOptions) => {
        const resolved = await resolveSources(sources, surface);
        return runIngest(
          parts,
          {
            tool: 'pubmed.load',
            params: { source: sources },
            onProgress,
            work: (report, workOptions) =>
              loadFiles({ ...parts, bulk, downloads }, resolved, report, workOptions),
          },
          runOptions,
        );
      },
    },
    checks: toChecks({ store, archive, index }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The built-in vectors are read once and shared with the ingest threads; other embedders work on the main thread. */
async function openEmbedder(
  { embedder }: Config,
  options: CallOptions,
): Promise<{ embedder: Embedder; staticVectors: StaticVectors | null }> {
  if (embedder.kind === 'onnx') {
    return { embedder: await openOnnxEmbedder({ model: embedder.model }), staticVectors: null };
  }
  const vectors = await loadStaticVectors(options);
  return { embedder: createStaticEmbedder({ vectors }), staticVectors: vectors };
}

function openDatabase({ database, dataDir }: Config): Promise<Database> {
  return database.kind === 'postgres'
    ? openPostgres({ url: database.url })
    : openPglite({ folder: join(dataDir, 'database') });
}

/** Nothing is sent before the first question. Whoever uses the same key on this database shares its budget. */
function createLiterature(
  { baseUrl, apiKey, email, share }: Config['pubmed'],
  database: Database,
  logger: Logger,
): LiteratureSource {
  const budgetKey = apiKey === null ? 'address' : hash('sha256', apiKey, 'hex');
  const schedule = createSqlStartSchedule({ database, budgetKey });
  const hasApiKey = apiKey !== null;
  let isTold = email !== null;
  return createEutilsClient({
    fetch: (...request) => {
      if (!isTold) logger.warn({}, NO_EMAIL);
      isTold = true;
      return fetch(...request);
    },
    baseUrl,
    apiKey,
    email,
    budget: createRequestBudget({ schedule, timing: systemTiming, hasApiKey, share }),
    timing: systemTiming,
    log: logger,
  });
}

const NO_EMAIL =
  'BIO_MCP_PUBMED_EMAIL is not set: NCBI asks for an address to write to before it blocks a caller.';

/** Vectors of two embedders cannot be compared: a corpus stays with the one that made its index. */
async function agreeOnIndex(
  { store, archive, prefix, embedder, mode }: IndexChoice,
  options: CallOptions,
): Promise<IndexState> {
  const known = await store.findIndexState(options);
  const first = { embedderId: embedder.id, dimensions: embedder.dimensions, generation: 1 };
  if (known === null) {
    // Nothing is written down before the rebuild is whole: one that is stopped leaves the database as lost as it was.
    if (mode === 'reindex') return { ...first, generation: 0 };
    await refuseLostDatabase(archive, prefix, options);
    await store.setIndexState(first, options);
    return first;
  }
  if (known.embedderId === embedder.id || mode === 'reindex') return known;
  throw new BioMcpError(
    'VALIDATION',
    `The vectors of this corpus were made by ${known.embedderId}, and the settings ask for ${embedder.id}: ` +
      'set BIO_MCP_EMBEDDER back, or embed the corpus again with `bio-mcp reindex`.',
  );
}

interface IndexChoice {
  store: CorpusStore;
  archive: Archive;
  prefix: string;
  embedder: Embedder;
  mode: OpenMode;
}

/** An empty database beside an archive that tells of a corpus: numbers given anew would contradict those in `state/`. */
async function refuseLostDatabase(archive: Archive, prefix: string, options: CallOptions): Promise<void> {
  for await (const { key } of listStateLogs({ archive, prefix }, options)) {
    throw new BioMcpError(
      'VALIDATION',
      'The database is empty, and the archive tells of a corpus: bring the database back, or build it anew from the archive with `bio-mcp reindex`.',
      { message: `the database is empty, and the archive holds ${key}` },
    );
  }
}

/** One that is about to be made anew may be damaged: then an empty one answers until the new one is whole. */
async function openIndex(
  { folder, isShared }: { folder: string; isShared: boolean },
  { generation, dimensions }: IndexState,
  mode: OpenMode,
): Promise<SearchIndex> {
  const own = join(folder, String(generation));
  try {
    return await openLanceDbIndex({ folder: own, dimensions, isShared });
  } catch (error) {
    if (mode !== 'reindex') throw error;
    await rm(own, { recursive: true, force: true });
    return await openLanceDbIndex({ folder: own, dimensions, isShared });
  }
}

interface ReindexSetting {
  parts: PipelineParts;
  index: SwitchingIndex;
  /** The folder of all generations. */
  indexes: string;
  database: Database;
  embedder: Embedder;
  logger: Logger;
}

/** Each rebuild fills the next generation, which answers from the moment that the fresh tables are in place. */
function createReindex({ parts, index, indexes, database, embedder, logger }: ReindexSetting) {
  const { store, archive, keys } = parts;
  const rebuild = createSqlCorpusRebuild({ database, archiveRoot: archive.root, prefix: keys.prefix });
  const work = async (report: RunReport, options: CallOptions) => {
    const { dimensions, id: embedderId } = embedder;
    const generation = ((await store.findIndexState(options))?.generation ?? 0) + 1;
    const folder = join(indexes, String(generation));
    await rm(folder, { recursive: true, force: true });
    await using opened = new AsyncDisposableStack();
    const fresh = opened.use(await openLanceDbIndex({ folder, dimensions }));
    const indexState = { embedderId, dimensions, generation };
    const switchIndex = async () => {
      opened.move();
      await index.switchTo(fresh);
      await removeOtherIndexes(indexes, generation).catch((error: unknown) =>
        logger.warn({ err: error }, 'the index before could not be removed; the next start tries again'),
      );
    };
    await reindexCorpus({ ...parts, rebuild, index: fresh, indexState, switchIndex }, report, options);
  };
  return ({ onProgress }: { onProgress: ReportProgress }, options: CallOptions) =>
    runIngest(parts, { tool: 'corpus.reindex', params: {}, onProgress, startsAnew: true, work }, options);
}

/** A folder that was emptied behind our back would answer every question with nothing. */
async function requireIndex(
  store: CorpusStore,
  index: PipelineParts['index'],
  options: CallOptions,
): Promise<void> {
  if ((await index.countChunks(options)) > 0 || !(await store.hasChunks(options))) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    'The search index is gone while the corpus holds documents; make it anew with `bio-mcp reindex`.',
  );
}

/** An index that was replaced, or one whose making was stopped half-way. */
async function removeOtherIndexes(folder: string, generation: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== String(generation));
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

function createPipelineParts(
  { archive: { prefix, compression }, ingest }: Config,
  opened: {
    archive: Archive;
    store: CorpusStore;
    index: PipelineParts['index'];
    embedder: Embedder;
    staticVectors: StaticVectors | null;
  },
): PipelineParts {
  const { archive, store, index, embedder, staticVectors } = opened;
  const workerData: IngestThreadData = { compression, staticVectors };
  const program = new URL('./ingest-thread.ts', import.meta.url);
  const pool = createPreparerPool({ program, threads: ingest.threads, workerData, embedder });
  const preparer = createSharingPreparer(pool);
  return { archive, store, index, preparer, keys: { prefix, compression }, clock: systemClock };
}

function toChecks({
  store,
  archive,
  index,
}: Pick<CorpusServices, 'store' | 'archive' | 'index'>): Corpus['checks'] {
  return [
    { name: 'database', gates: true, check: (options) => store.ping(options) },
    { name: 'migrations', gates: true, check: (options) => requireMigrated(store, options) },
    { name: 'index', gates: true, check: (options) => index.ping(options) },
    { name: 'archive', gates: false, check: (options) => archive.ping(options) },
  ];
}

async function requireMigrated(store: CorpusStore, options: CallOptions): Promise<void> {
  if (await store.isMigrated(options)) return;
  throw new BioMcpError(
    'DB_UNAVAILABLE',
    'The database lacks a migration of this release; run `bio-mcp migrate`.',
  );
}
