import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openFileArchive } from '../../../src/archive/files/file-archive.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { loadStaticVectors, STATIC_DIMENSIONS } from '../../../src/embedding/static-vectors.ts';
import type { PipelineNeeds } from '../../../src/ingest/pipeline.ts';
import { runTask, toPrepared, toTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { Preparer } from '../../../src/ingest/records.ts';
import { loadFiles } from '../../../src/ingest/runs/load-files.ts';
import { type RunResult, runIngest } from '../../../src/ingest/runs/run.ts';
import { createHttpBulkClient } from '../../../src/pubmed/bulk/http-bulk-client.ts';
import { systemTiming } from '../../../src/pubmed/timing.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import { openPglite, openPostgres } from '../../../src/store/database/database.ts';
import { createSqlCorpusStore } from '../../../src/store/sql-corpus-store.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';
import { NO_THREADS } from './no-threads.ts';
import type { TestHome } from './test-corpus.ts';

const { signal } = new AbortController();

/** A call of a part that fails: before it the call is not made, after it only its answer is lost. */
export interface Fault {
  part: 'store' | 'archive' | 'index';
  method: string;
  when: 'before' | 'after';
}

export interface FaultyCorpus extends AsyncDisposable {
  needs: PipelineNeeds;
  /** From here on the next call that each fault names fails, once. */
  arm(faults: readonly Fault[]): void;
  load(...sources: string[]): Promise<RunResult>;
}

/**
 * The real store, archive and index of the corpus in `home`, with a thin layer that lets chosen calls fail.
 * `index` and `preparer` are the caller's own; absent: LanceDB in the home, and a preparer without threads.
 */
export async function openFaultyCorpus(
  home: TestHome,
  { index: given, preparer }: { index?: SearchIndex; preparer?: Preparer } = {},
): Promise<FaultyCorpus> {
  const armed: Fault[] = [];
  const embedder = createStaticEmbedder({ vectors: await loadStaticVectors({ signal }) });
  await using opening = new AsyncDisposableStack();
  const folder = (name: string) => join(home.dataDir, name);
  const archive = opening.use(
    await openFileArchive({ folder: folder('archive'), fsync: false }, NO_THREADS.startFileThread),
  );
  const { database: kept } = home.config;
  const database =
    kept.kind === 'postgres'
      ? await openPostgres({ url: kept.url, max: 5 })
      : await openPglite({ folder: folder('database'), fsync: false });
  const store = opening.use(createSqlCorpusStore({ database }));
  const state = { embedderId: embedder.id, dimensions: STATIC_DIMENSIONS, generation: 1, analyzer: ANALYZER };
  await store.settleArchiveRoot(archive.root, { signal });
  await store.setIndexState(state, { signal });
  const openOwn = () =>
    openLanceDbIndex({ folder: join(folder('index'), '1'), dimensions: STATIC_DIMENSIONS });
  const index = given ?? opening.use(await openOwn());
  const needs: PipelineNeeds = {
    store: failing(store, 'store', armed),
    archive: failing(archive, 'archive', armed),
    index: failing(index, 'index', armed),
    preparer: preparer ?? {
      async prepare(records) {
        return toPrepared(await runTask(toTask(records), { compression: 'zstd', embedder }), embedder);
      },
      rest: () => undefined,
      [Symbol.asyncDispose]: async () => undefined,
    },
    keys: { prefix: home.config.archive.prefix, compression: 'zstd' },
    clock: systemClock,
  };
  const bulk = createHttpBulkClient({ timing: systemTiming, log: silentLogger(), userAgent: 'bio-mcp/test' });
  const downloads = {
    root: join(home.dataDir, 'downloads'),
    clock: systemClock,
    findStates: async () => new Map(),
  };
  const stack = opening.move();
  return {
    needs,
    arm: (faults) => armed.push(...faults),
    load: (...sources) =>
      runIngest(
        needs,
        {
          tool: 'pubmed.load',
          params: { source: sources },
          onProgress: () => undefined,
          work: (report, options, { jobId }) => {
            const before = sources.map((path) => ({ kind: 'path', path, within: null }) as const);
            const owner = { jobId, parentJobId: null };
            return loadFiles(
              { ...needs, bulk, downloads, owner },
              { before, remote: [], after: [] },
              report,
              options,
            );
          },
        },
        { signal },
      ),
    async [Symbol.asyncDispose]() {
      await stack.disposeAsync();
      assert.deepEqual(armed, [], 'faults that never came');
    },
  };
}

function failing<T extends object>(target: T, part: Fault['part'], armed: Fault[]): T {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const at = armed.findIndex((fault) => fault.part === part && fault.method === name);
        if (at < 0) return member.apply(target, args);
        const [fault] = armed.splice(at, 1);
        return failCall(() => member.apply(target, args), `${part}.${fault?.method}`, fault?.when);
      };
    },
  });
}

async function failCall(call: () => unknown, name: string, when: Fault['when'] | undefined): Promise<never> {
  if (when === 'after') await call();
  throw new Error(`${name} failed ${when} the call`);
}
