import type { Config } from '../../config/config.ts';
import type { Flush } from '../../disk/folder-flusher.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import { createLastingFailure } from '../../domain/lasting-failure.ts';
import type { OpenMode } from '../../ingest/opening/open-mode.ts';
import { createFollowingIndex, type FollowingIndex } from '../../search/generations/following-index.ts';
import type { IndexGenerations } from '../../search/generations/index-generations.ts';
import { createLostSequences } from '../../search/generations/lost-sequences.ts';
import type { OnRefresh } from '../../search/lancedb/lancedb-state.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import type { Tracer } from '../../telemetry/tracer.ts';
import { traceIndex } from '../trace-ports.ts';
import { countFailedWrites } from '../watch-writes.ts';
import type { FittingEmbedders } from './fit-embedder.ts';
import { openGenerations } from './open-generations.ts';

export interface OpenIndexNeeds {
  store: CorpusStore;
  /** As store and archive agreed on it. */
  state: IndexState;
  embedders: FittingEmbedders;
  /** Other processes write to it and rebuild it. */
  isShared: boolean;
  mode: OpenMode;
  flush: Flush | null;
  logger: Logger;
  metrics: Metrics | undefined;
  tracer: Tracer | undefined;
}

/** Both are disposed with `opening`, the index first. */
export async function openIndex(
  config: Config,
  { store, state, embedders, isShared, mode, flush, logger, metrics, tracer }: OpenIndexNeeds,
  opening: AsyncDisposableStack,
  options: CallOptions,
): Promise<{ generations: IndexGenerations; index: FollowingIndex }> {
  const generations = opening.use(
    await openGenerations(config, {
      ...{ isShared, findLost: createLostSequences(store), flush },
      onRefresh: toRefreshTeller(logger),
    }),
  );
  // Of a corpus without passages nothing is lost where the power went while its index was made.
  const isReplaced = mode === 'reindex' || (!isShared && !(await store.hasChunks(options)));
  const isHalfWay = !isShared && (await store.listPending(options)).length > 0;
  const committed = isHalfWay ? await store.getSequence(options) : null;
  const following = createFollowingIndex({
    first: await generations.open(state, { ...options, isReplaced, committed }),
    state,
    findState: isShared ? (callOptions) => store.findIndexState(callOptions) : null,
    open: (next, callOptions) => generations.open(next, callOptions),
    fit: embedders.fit,
  });
  const index = opening.use(countFailedWrites(following, metrics));
  if (tracer !== undefined) {
    traceIndex(index, { tracer, system: config.index.kind === 'weaviate' ? 'weaviate' : 'lancedb' });
  }
  return { generations, index };
}

function toRefreshTeller(logger: Logger): OnRefresh {
  const refreshes = createLastingFailure({ logger, over: 'what was written is built into the index again' });
  return (failure) => {
    if (failure === null) refreshes.succeeded();
    else refreshes.failed(failure, NOT_BUILT_IN);
  };
}

const NOT_BUILT_IN =
  'what was written could not be built into the index yet: searches are right, and slower until it is';
