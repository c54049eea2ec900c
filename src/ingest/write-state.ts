import type { Archive } from '../archive/archive.ts';
import { writeStateLog } from '../archive/state-log.ts';
import { type KeySpace, type RunName, toStateKey } from '../domain/archive-key.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { CorpusStore, StateLine } from '../store/corpus-store.ts';

export interface StateParts {
  store: CorpusStore;
  archive: Archive;
  keys: KeySpace;
}

/**
 * Writes to `state/` everything that changed since it was last written, an earlier run that was killed included, and
 * `more` after it; nothing where nothing changed. The caller holds the publish lock, so that no change falls between
 * what is read and what is marked as written.
 */
export async function writeState(
  { store, archive, keys }: StateParts,
  run: RunName,
  more: readonly StateLine[],
  options: CallOptions,
): Promise<void> {
  const { upTo, lines } = await store.listStateChanges(options);
  const entries = async function* () {
    yield* lines;
    yield* more;
  };
  const log = { archive, key: toStateKey(keys, run), compression: keys.compression, entries: entries() };
  await writeStateLog(log, options);
  await store.markStateWritten(upTo, options);
}
