import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../../src/domain/clock.ts';
import type { Compression } from '../../../src/domain/corpus/archive-key.ts';
import type { Embedder } from '../../../src/embedding/embedder.ts';
import { createCheckpoints } from '../../../src/ingest/checkpoints.ts';
import { runTask, toPrepared, toTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { PipelineNeeds } from '../../../src/ingest/publish/reconcile.ts';
import { reconcile } from '../../../src/ingest/publish/reconcile.ts';
import { reindexCorpus } from '../../../src/ingest/rebuild/reindex.ts';
import { loadFiles } from '../../../src/ingest/runs/load-files.ts';
import { runIngest } from '../../../src/ingest/runs/run.ts';
import type { RunReport } from '../../../src/ingest/runs/run-report.ts';
import { createHttpBulkClient } from '../../../src/pubmed/bulk/http-bulk-client.ts';
import { systemTiming } from '../../../src/pubmed/timing.ts';
import { noteAtClose, requireWholeIndex } from '../../../src/search/generations/closed-index.ts';
import { rememberVersions } from '../../../src/search/generations/flushed-versions.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import type { CorpusStore } from '../../../src/store/corpus-store.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { flushBeforeSwap, flushFirst } from '../../../src/store/flush-first.ts';
import { createSqlCorpusRebuild } from '../../../src/store/rebuild/sql-corpus-rebuild.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import type { TestBucket } from '../../support/services/s3-buckets.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';
import { openKillableBucket, openKillableFiles, PREFIX } from './history-archive.ts';
import type { KillSwitch } from './kill-switch.ts';

const { signal } = new AbortController();

export interface HistoryHome {
  /** Emptied for each history. */
  database: Database;
  folder: string;
  /** `null`: the archive is files. */
  bucket: TestBucket | null;
  embedder: Embedder;
  kill: KillSwitch;
}

/** What may change whenever a process starts. */
export interface HistorySettings {
  compression: Compression;
  fsync: boolean;
  /** Whether the system can flush before each commit; default: it is not asked to. */
  canFlush?: boolean | null;
}

/** One process, from its start on: what `compose.ts` gives it, and what it is asked for. */
export interface HistoryProcess extends AsyncDisposable {
  needs: PipelineNeeds;
  load(path: string): Promise<void>;
  createCheckpoint(): Promise<string>;
  /** The process must end after it: the next one finds the new index. */
  reindex(): Promise<void>;
}

const CHANGES = ['announce', 'commit', 'forgetPending', 'markStateWritten', 'startRun', 'saveRun'] as const;

/** `isLost`: the database is empty, and only a reindex may follow. */
export async function startProcess(
  home: HistoryHome,
  { compression, fsync, canFlush = null }: HistorySettings,
  { isLost }: { isLost: boolean },
): Promise<HistoryProcess> {
  const { kill, embedder, folder, bucket } = home;
  const archive =
    bucket === null
      ? await openKillableFiles({ folder: join(folder, 'archive'), fsync }, kill)
      : openKillableBucket(bucket, kill);
  const flush = canFlush === null ? null : rememberVersions(join(folder, 'index'), async () => canFlush);
  const store = kill.guard(flushFirst(openStore(home.database), flush), 'store', [
    ...CHANGES,
    'addCheckpoint',
  ]);
  if (!isLost) await store.settleArchiveRoot(archive.root, { signal });
  const { id: embedderId, dimensions } = embedder;
  if (!isLost)
    await store.setIndexState({ embedderId, dimensions, generation: 1, analyzer: ANALYZER }, { signal });
  const generation = (await store.findIndexState({ signal }))?.generation ?? 0;
  /** A process that is killed leaves it as it is. */
  const openIndex = async (number: number) => {
    const own = join(folder, 'index', `${number}`);
    await requireWholeIndex(own);
    const opened = await openLanceDbIndex({ folder: own, dimensions, flush });
    const noted = noteAtClose(opened, { folder: own, flush });
    const index = kill.guard(noted, 'index', ['write', 'show', 'rollbackTo', 'removeEnded', 'optimize']);
    const close = () => (kill.killedAt === null ? noted : opened)[Symbol.asyncDispose]();
    return { index, [Symbol.asyncDispose]: close };
  };
  const current = await openIndex(generation);
  const { index } = current;
  const needs: PipelineNeeds = {
    archive,
    store,
    index,
    keys: { prefix: PREFIX, compression },
    clock: systemClock,
    preparer: {
      prepare: async (records) =>
        toPrepared(await runTask(toTask(records), { compression, embedder }), embedder),
      rest: () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
  };
  const bulk = createHttpBulkClient({ timing: systemTiming, log: silentLogger(), userAgent: 'bio-mcp/test' });
  const downloads = {
    root: join(folder, 'downloads'),
    clock: systemClock,
    findStates: async () => new Map(),
  };
  const run = (tool: string, work: (report: RunReport) => Promise<void>, startsAnew: boolean) =>
    runIngest(needs, { tool, params: {}, onProgress: () => undefined, startsAnew, work }, { signal });
  return {
    needs,
    async load(path) {
      const sources = { before: [{ kind: 'path', path, within: null } as const], remote: [], after: [] };
      const owner = { jobId: randomUUID(), parentJobId: null };
      const work = (report: RunReport) =>
        loadFiles({ ...needs, bulk, downloads, owner }, sources, report, { signal });
      await run('pubmed.load', work, false);
    },
    async createCheckpoint() {
      const facts = { name: randomUUID(), description: null, primaryQueries: [], parentCheckpointId: null };
      return (await createCheckpoints(needs).create(facts, { signal })).checkpointId;
    },
    async reindex() {
      await rm(join(folder, 'index', `${generation + 1}`), { recursive: true, force: true });
      await using fresh = await openIndex(generation + 1);
      const rebuild = kill.guard(
        flushBeforeSwap(
          createSqlCorpusRebuild({ database: home.database, archiveRoot: archive.root, prefix: PREFIX }),
          flush,
        ),
        'rebuild',
        ['begin', 'settle', 'addRevisions', 'finishRestoring', 'swap', 'discard'],
      );
      const indexState = { embedderId, dimensions, generation: generation + 1, analyzer: ANALYZER };
      const switchIndex = async () => kill.pass('between tables and index');
      const onLeft = (error: unknown) => {
        throw error; // a kill
      };
      const ofReindex = { ...needs, rebuild, index: fresh.index, indexState, switchIndex, onLeft };
      const work = (report: RunReport) =>
        store.withPublishLock(() => reindexCorpus(ofReindex, report, { signal }), { signal });
      await run('corpus.reindex', work, true);
    },
    async [Symbol.asyncDispose]() {
      await current[Symbol.asyncDispose]();
      await archive[Symbol.asyncDispose]();
    },
  };
}

/** As every start does. */
export function settle({ needs }: HistoryProcess): Promise<unknown> {
  return reconcile(needs, { signal });
}

/** The database is shared by all histories, and stays open. */
function openStore(database: Database): CorpusStore {
  return createSqlCorpusStore({ database: { ...database, [Symbol.asyncDispose]: async () => undefined } });
}
