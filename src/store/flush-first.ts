import type { Flush } from '../disk/folder-flusher.ts';
import type { CorpusStore } from './corpus-store.ts';
import type { CorpusRebuild } from './rebuild/corpus-rebuild.ts';

/**
 * The same store, whose every commit that names objects of the archive or chunks of the index comes after
 * them on the disk too: a power cut may take a commit, and never what a commit names.
 */
export function flushFirst(store: CorpusStore, flush: Flush | null): CorpusStore {
  if (flush === null) return store;
  return {
    ...store,
    async commit(batch, options) {
      await flush(options);
      await store.commit(batch, options);
    },
    async markStateWritten(upTo, options) {
      await flush(options);
      await store.markStateWritten(upTo, options);
    },
    async saveRun(run, options) {
      if (run.manifest !== null) await flush(options);
      await store.saveRun(run, options);
    },
  };
}

/** The same for the fresh tables that take the place of the old ones. */
export function flushBeforeSwap(rebuild: CorpusRebuild, flush: Flush | null): CorpusRebuild {
  if (flush === null) return rebuild;
  return {
    ...rebuild,
    async swap(options) {
      await flush(options);
      await rebuild.swap(options);
    },
  };
}
