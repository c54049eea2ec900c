import type { Flush } from '../disk/folder-flusher.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Embedder } from '../embedding/embedder.ts';
import type { PipelineNeeds } from '../ingest/pipeline.ts';
import { reindexCorpus } from '../ingest/rebuild/reindex.ts';
import type { ReportProgress } from '../ingest/runs/progress.ts';
import { runIngest } from '../ingest/runs/run.ts';
import type { RunReport } from '../ingest/runs/run-report.ts';
import type { FollowingIndex } from '../search/generations/following-index.ts';
import type { IndexGenerations } from '../search/generations/index-generations.ts';
import { ANALYZER } from '../search/words/analyzer.ts';
import type { Database } from '../store/database/database.ts';
import { flushBeforeSwap } from '../store/flush-first.ts';
import { createSqlCorpusRebuild } from '../store/rebuild/sql-corpus-rebuild.ts';
import type { Logger } from '../telemetry/logger.ts';

interface ReindexSetting {
  needs: PipelineNeeds;
  index: FollowingIndex;
  generations: IndexGenerations;
  database: Database;
  embedder: Embedder;
  logger: Logger;
  flush: Flush | null;
}

/**
 * Each rebuild fills the next generation, which answers from the moment that the fresh tables are in place.
 */
export function createReindex({
  needs,
  index,
  generations,
  database,
  embedder,
  logger,
  flush,
}: ReindexSetting) {
  const { store, archive, keys } = needs;
  const tables = createSqlCorpusRebuild({ database, archiveRoot: archive.root, prefix: keys.prefix });
  const rebuild = flushBeforeSwap(tables, flush);
  const rebuildHeld = async (report: RunReport, options: CallOptions, held: CallOptions) => {
    const { dimensions, id: embedderId } = embedder;
    // Told under the lock: no other rebuild takes the same number, or the index that this one fills.
    const generation = ((await store.findIndexState(options))?.generation ?? 0) + 1;
    const indexState = { embedderId, dimensions, generation, analyzer: ANALYZER };
    await using opened = new AsyncDisposableStack();
    const fresh = opened.use(await generations.make(indexState, options));
    const switchIndex = async () => {
      opened.move();
      // The tables are in place: who gives up now is too late.
      await index.switchTo(await generations.share(fresh, indexState), indexState);
      await generations
        .removeOthers(generation, held)
        .catch((error: unknown) =>
          logger.warn({ err: error }, 'the index before could not be removed; the next start tries again'),
        );
    };
    const onLeft = (error: unknown) =>
      logger.warn(
        { err: error },
        'what is left of the rebuild could not be removed; the next one tries again',
      );
    await reindexCorpus(
      { ...needs, rebuild, index: fresh, indexState, switchIndex, onLeft },
      report,
      options,
    );
  };
  const work = (report: RunReport, { signal }: CallOptions) =>
    store.withPublishLock(
      (held) => rebuildHeld(report, { signal: AbortSignal.any([signal, held.signal]) }, held),
      { signal },
    );
  return ({ onProgress }: { onProgress: ReportProgress }, options: CallOptions) =>
    runIngest(needs, { tool: 'corpus.reindex', params: {}, onProgress, startsAnew: true, work }, options);
}
