import { join } from 'node:path';
import type { Archive } from './archive/archive.ts';
import { type HealthCheck, requireMigrated } from './compose/check-health.ts';
import { type CorpusThreads, OWN_THREADS } from './compose/corpus-threads.ts';
import { createFlush } from './compose/create-flush.ts';
import { createReindex } from './compose/create-reindex.ts';
import { listHealthChecks } from './compose/list-health-checks.ts';
import { createLiterature } from './compose/rooms/create-literature.ts';
import { createFittingEmbedders, type FittingEmbedders } from './compose/rooms/fit-embedder.ts';
import { openArchive } from './compose/rooms/open-archive.ts';
import { openBulkSource } from './compose/rooms/open-bulk-source.ts';
import { openDatabase, openDatabaseToRebuild } from './compose/rooms/open-database.ts';
import { openEmbedder } from './compose/rooms/open-embedder.ts';
import { openIndex } from './compose/rooms/open-index.ts';
import { openQueue } from './compose/rooms/open-queue.ts';
import { traceArchive, traceBulkSource, traceEmbedder, traceThreads } from './compose/trace-ports.ts';
import { countFailedPuts } from './compose/watch-writes.ts';
import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { systemClock } from './domain/clock.ts';
import { toProgramUrl } from './domain/program-url.ts';
import type { Embedder } from './embedding/embedder.ts';
import { createStaticEmbedder } from './embedding/static-embedder.ts';
import type { StaticVectors } from './embedding/static-vectors.ts';
import type { BioMcpError } from './errors/bio-mcp-error.ts';
import { createCheckpoints } from './ingest/checkpoints.ts';
import { createFetchIntoCorpus } from './ingest/fetch/fetch-into-corpus.ts';
import { agreeOnArchive } from './ingest/opening/agree-on-archive.ts';
import { agreeOnIndex, requireIndex, requirePassages } from './ingest/opening/agree-on-index.ts';
import type { OpenMode } from './ingest/opening/open-mode.ts';
import { settleAtOpening } from './ingest/opening/settle-at-opening.ts';
import type { PipelineNeeds } from './ingest/pipeline.ts';
import { createPreparerPool } from './ingest/prepare/preparer-pool.ts';
import { createSharingPreparer } from './ingest/prepare/sharing-preparer.ts';
import { reconcile } from './ingest/publish/reconcile.ts';
import { createTidying, type TidyingBehindNeeds } from './ingest/publish/tidying.ts';
import { createBulkLoads } from './ingest/runs/bulk-loads.ts';
import { createSyncs } from './ingest/runs/syncs.ts';
import type { IngestThreadData } from './ingest-thread.ts';
import { closeToOthers } from './ownership/close-to-others.ts';
import type { JobMessages } from './queue/job-messages.ts';
import { createSentenceSearch } from './search/brief/sentence-search.ts';
import type { FollowingIndex } from './search/generations/following-index.ts';
import { type CorpusSearch, createCorpusSearch } from './search/search-corpus.ts';
import { createSqlAccessTokens } from './store/access/sql-access-tokens.ts';
import type { CorpusFigures } from './store/corpus-figures.ts';
import type { CorpusStore } from './store/corpus-store.ts';
import type { EndedStatement } from './store/database/database.ts';
import type { PglitePool } from './store/database/pglite/pglite-pool.ts';
import { requireRows } from './store/database/require-rows.ts';
import { flushFirst } from './store/flush-first.ts';
import { createSqlKeyedCalls } from './store/jobs/sql-keyed-calls.ts';
import { createSqlCorpusFigures } from './store/sql-corpus-figures.ts';
import { createSqlCorpusStore } from './store/sql-corpus-store.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Metrics } from './telemetry/metrics.ts';
import { toStatementFacts } from './telemetry/span-facts.ts';
import type { Tracer } from './telemetry/tracer.ts';
import type { CorpusServices, ProcessFacts } from './tools/tool-context.ts';

/** For whoever watches the service. */
export interface WatchedServices {
  readonly figures: CorpusFigures;
  /** 0 where no message queue is set up. */
  countDeadLetters(options: CallOptions): Promise<number>;
}

export interface Corpus extends AsyncDisposable {
  services: CorpusServices & WatchedServices;
  /** For the worker; `null` where no message queue is set up. */
  messages: JobMessages | null;
  /** For `readyz`, each by its name. */
  checks: HealthCheck[];
}

export interface ComposeOptions {
  config: Config;
  process: ProcessFacts;
  logger: Logger;
  mode: OpenMode;
  /**
   * That NCBI has no address to write to was said at start; else the first request says so. Default false.
   */
  isToldOfEmail?: boolean;
  /** The process is to end: the embedded database is gone for it. Default: nobody is told. */
  onLost?: (error: BioMcpError) => void;
  /** The embedded database, which has begun to open already; owned from now on. Default: it begins here. */
  started?: PglitePool | null;
  /** Default: its own. */
  threads?: CorpusThreads | undefined;
  /** Hears what happens. Default: nobody counts. */
  metrics?: Metrics | undefined;
  /** Default: nobody collects traces. */
  tracer?: Tracer | undefined;
}

/**
 * Opens the corpus that the settings describe and everything in it, and brings archive, store and index to
 * agreement where an earlier process was killed. With the embedded database the caller owns the data folder
 * (ownership/). Disposing closes all of it, last opened first.
 */
export async function openCorpus(
  {
    config,
    process,
    logger,
    mode,
    isToldOfEmail = false,
    onLost = () => undefined,
    started = null,
    threads = OWN_THREADS,
    metrics,
    tracer,
  }: ComposeOptions,
  options: CallOptions,
): Promise<Corpus> {
  await using opening = new AsyncDisposableStack();
  const { dataDir } = config;
  opening.defer(() => started?.end()); // whatever fails before it is opened further
  // Read while the database opens on its thread.
  const embedding = openEmbedder(config, options);
  embedding.catch(() => undefined); // thrown below, in its turn
  await closeToOthers(dataDir, logger);
  const archive = opening.use(countFailedPuts(await openArchive(config, threads.startFileThread), metrics));
  if (tracer !== undefined) traceArchive(archive, { tracer, system: config.archive.kind });
  const events = { logger, onLost };
  const database = await (mode === 'reindex'
    ? openDatabaseToRebuild(config, events, options)
    : openDatabase(config, events, { started, onStatement: toListener(tracer) }));
  const flush = createFlush(config, opening);
  const store = opening.use(flushFirst(createSqlCorpusStore({ database }), flush));
  await requireMigrated(store, options);
  if (mode === 'use' && database.wasInterrupted) await requireRows(database);
  const { embedder, staticVectors } = await embedding;
  if (tracer !== undefined) traceEmbedder(embedder, { tracer, isRemote: config.embedder.kind === 'openai' });
  if (database.lockScope === 'process') {
    await store.failAbandonedRuns(systemClock.now().toISOString(), options);
  }
  // On a database server other processes write to the same archive and index.
  const isShared = database.lockScope === 'server';
  const { prefix } = config.archive;
  await agreeOnArchive({ store, archive, prefix, mode }, options);
  const state = await agreeOnIndex({ store, archive, prefix, embedder, mode }, options);
  const builtIn = staticVectors === null ? createStaticEmbedder() : embedder;
  const embedders = createFittingEmbedders({ embedder, builtIn, store });
  const { generations, index } = await openIndex(
    config,
    { store, state, embedders, isShared, mode, flush, logger, metrics, tracer },
    opening,
    options,
  );
  if (mode === 'use') await requireIndex(store, index, options);
  if (!isShared) await generations.removeOthers(state.generation, options);
  const needs: PipelineNeeds = {
    ...createPipelineNeeds(config, { archive, store, index, embedder, staticVectors, threads, tracer }),
    onFurtherFailure: (error) =>
      logger.warn({ err: error }, 'a run that failed has failed at its end as well'),
  };
  opening.use(needs.preparer);
  const literature = createLiterature(config.pubmed, {
    ...{ database, logger, isToldOfEmail, metrics, tracer },
    readApiKey: config.secretSources.get('BIO_MCP_PUBMED_API_KEY'),
  });
  const { jobs, messages } = opening.use(await openQueue(config, { database, logger, metrics, tracer }));
  // Whoever ran jobs of an embedded database is gone, or this process could not have it.
  if (database.lockScope === 'process') await jobs.takeOver(options);
  if (mode === 'use' && !database.wasInterrupted) {
    await settleAtOpening(needs, { onLeft: toLeftTeller(logger) }, options);
  } else if (mode === 'use' || state.embedderId === embedder.id) await reconcile(needs, options);
  if (mode === 'use' && database.wasInterrupted) await requirePassages(store, index, options);
  const tidying = opening.use(createTidying({ store, index, onFailure: toTeller(logger) }));
  // Of an index that others write to, one of them may be about to.
  if (mode === 'use' && !isShared && index.isOptimizeDue) void tidying.begin();
  const files = openBulkSource(config, { version: process.version, logger });
  const bulk = tracer === undefined ? files : traceBulkSource(files, tracer);
  const downloads = {
    root: join(dataDir, 'downloads'),
    clock: systemClock,
    findStates: jobs.findStates,
  };
  const loads = createBulkLoads({ ...needs, bulk, downloads, settings: config.load });
  const stack = opening.move();
  return {
    services: {
      process,
      clock: systemClock,
      store,
      archive,
      index,
      jobs,
      keyedCalls: createSqlKeyedCalls({ database }),
      accessTokens: createSqlAccessTokens({ database, clock: systemClock }),
      literature,
      fetchIntoCorpus: createFetchIntoCorpus({ ...needs, literature, tidying }),
      searchCorpus: createSearch(index, embedders),
      findSentences: createSentenceSearch({ embedder: builtIn }),
      checkpoints: createCheckpoints(needs),
      reindexCorpus: createReindex({ needs, index, generations, database, embedder, logger, flush }),
      syncs: createSyncs({ ...needs, literature }, config.sync),
      ...loads,
      figures: createSqlCorpusFigures({ database }),
      countDeadLetters: async (callOptions) => (await messages?.countDeadLetters(callOptions)) ?? 0,
    },
    messages,
    checks: listHealthChecks(
      { store, archive, index, noteEmbedder: () => embedders.toNote(index.state), messages },
      config.readyGates,
    ),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Each search asks one generation of the index, with the embedder that made its vectors. */
function createSearch(index: FollowingIndex, embedders: FittingEmbedders): CorpusSearch {
  return (request, options) =>
    index.askOne((one, madeBy) => {
      const search = createCorpusSearch({
        index: one,
        embedder: embedders.choose(madeBy),
        clock: systemClock,
        note: embedders.toNote(madeBy),
      });
      return search(request, options);
    }, options);
}

function toTeller(logger: Logger): TidyingBehindNeeds['onFailure'] {
  return (error) =>
    logger.warn({ err: error }, 'the index could not be tidied: searches are right, and slower until it is');
}

function toLeftTeller(logger: Logger) {
  return (error: BioMcpError) =>
    logger.warn(
      { err: error },
      `what a writer left half-way waits for the next one, since it cannot be settled now: ${error.hint}`,
    );
}

function toListener(tracer: Tracer | undefined) {
  if (tracer === undefined) return undefined;
  return ({ text, durationMs, hasFailed }: EndedStatement) =>
    tracer.record(toStatementFacts(text), { durationMs, errorCode: hasFailed ? 'DB_UNAVAILABLE' : null });
}

function createPipelineNeeds(
  { archive: { prefix, compression }, ingest }: Config,
  opened: {
    archive: Archive;
    store: CorpusStore;
    index: PipelineNeeds['index'];
    embedder: Embedder;
    staticVectors: StaticVectors | null;
    threads: CorpusThreads;
    tracer: Tracer | undefined;
  },
): PipelineNeeds {
  const { archive, store, index, embedder, staticVectors, tracer } = opened;
  const workerData: IngestThreadData = { compression, staticVectors };
  const program = toProgramUrl('ingest-thread', import.meta.url);
  const onEmbedded = tracer && traceThreads(embedder, tracer);
  const settings = { program, threads: ingest.threads, workerData, compression, embedder, onEmbedded };
  const pool = createPreparerPool(settings, opened.threads.startIngestThreads);
  const preparer = createSharingPreparer(pool);
  return { archive, store, index, preparer, keys: { prefix, compression }, clock: systemClock };
}
