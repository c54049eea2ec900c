import { hash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive } from './archive/archive.ts';
import { openFileArchive } from './archive/file-archive.ts';
import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { systemClock } from './domain/clock.ts';
import type { Embedder } from './embedding/embedder.ts';
import { openOnnxEmbedder } from './embedding/onnx-embedder.ts';
import { createStaticEmbedder } from './embedding/static-embedder.ts';
import { loadStaticVectors, type StaticVectors } from './embedding/static-vectors.ts';
import { BioMcpError } from './errors/bio-mcp-error.ts';
import { createCheckpoints } from './ingest/checkpoints.ts';
import { fetchIntoCorpus } from './ingest/fetch-into-corpus.ts';
import { loadFiles } from './ingest/load-files.ts';
import type { PipelineParts } from './ingest/pipeline.ts';
import { createPreparerPool } from './ingest/preparer-pool.ts';
import { reconcile } from './ingest/reconcile.ts';
import { fillIndex } from './ingest/reindex.ts';
import { runIngest } from './ingest/run.ts';
import { createSyncs } from './ingest/syncs.ts';
import type { IngestThreadData } from './ingest-thread.ts';
import { createEutilsClient } from './pubmed/eutils-client.ts';
import type { LiteratureSource } from './pubmed/literature-source.ts';
import { createRequestBudget } from './pubmed/request-budget.ts';
import { systemTiming } from './pubmed/timing.ts';
import { createSqlJobQueue } from './queue/sql-job-queue.ts';
import { openLanceDbIndex } from './search/lancedb-index.ts';
import { createCorpusSearch } from './search/search-corpus.ts';
import type { CorpusStore, IndexState } from './store/corpus-store.ts';
import { type Database, openPglite, openPostgres } from './store/database.ts';
import { createSqlCorpusStore } from './store/sql-corpus-store.ts';
import { createSqlJobTable } from './store/sql-job-table.ts';
import { createSqlStartSchedule } from './store/sql-start-schedule.ts';
import type { Logger } from './telemetry/logger.ts';
import type { CorpusServices, ProcessFacts } from './tools/tool-context.ts';

/** `reindex`: the index of the corpus may be another embedder's, because it is about to be made anew. */
export type OpenMode = 'use' | 'reindex';

export interface Corpus extends AsyncDisposable {
  services: CorpusServices;
  /** Makes the index anew from the stored documents and takes it from the next opening on. */
  reindex(options: CallOptions): Promise<{ documents: number; embedderId: string }>;
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
  await store.settleArchiveRoot(archive.root, options);
  const state = await agreeOnIndex({ store, embedder, mode }, options);
  // The archive and the index lie in the data folder still: on a database server several processes share them.
  const isShared = database.lockScope === 'server';
  const indexFolder = (generation: number) => join(dataDir, 'index', String(generation));
  const index = opening.use(
    await openLanceDbIndex({ folder: indexFolder(state.generation), dimensions: state.dimensions, isShared }),
  );
  if (!isShared) await removeOtherIndexes(join(dataDir, 'index'), state.generation);
  const parts = createPipelineParts(config, { archive, store, index, embedder, staticVectors });
  opening.use(parts.preparer);
  const literature = createLiterature(config.pubmed, database, logger);
  const jobs = createSqlJobQueue({ table: createSqlJobTable({ database }), ...config.jobs });
  // Whoever ran jobs of an embedded database is gone, or this process could not have it.
  if (database.lockScope === 'process') await jobs.takeOver(options);
  if (state.embedderId === embedder.id) await reconcile(parts, options);
  const reindex = async (reindexOptions: CallOptions) => {
    const { dimensions, id: embedderId } = embedder;
    const next: IndexState = { embedderId, dimensions, generation: state.generation + 1 };
    await using fresh = await openLanceDbIndex({ folder: indexFolder(next.generation), dimensions });
    const documents = await fillIndex({ store, index: fresh, embedder }, reindexOptions);
    await store.setIndexState(next, reindexOptions);
    return { documents, embedderId };
  };
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
      fetchIntoCorpus: (pmids, fetchOptions) =>
        fetchIntoCorpus({ ...parts, literature }, pmids, fetchOptions),
      searchCorpus: createCorpusSearch({ index, embedder, clock: systemClock }),
      checkpoints: createCheckpoints(parts),
      syncs: createSyncs({ ...parts, literature }, config.sync),
      loadFiles: ({ sources, onProgress }, runOptions) =>
        runIngest(
          parts,
          {
            tool: 'pubmed.load',
            params: { source: sources },
            onProgress,
            work: (report, workOptions) => loadFiles(parts, sources, report, workOptions),
          },
          runOptions,
        ),
    },
    reindex,
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
  { store, embedder, mode }: { store: CorpusStore; embedder: Embedder; mode: OpenMode },
  options: CallOptions,
): Promise<IndexState> {
  const known = await store.findIndexState(options);
  if (known === null) {
    const first = { embedderId: embedder.id, dimensions: embedder.dimensions, generation: 1 };
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
  const preparer = createPreparerPool({ program, threads: ingest.threads, workerData, embedder });
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
