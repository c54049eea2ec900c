import type { Archive } from '../archive/archive.ts';
import { writeStateLog } from '../archive/state-log.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { Clock } from '../domain/clock.ts';
import { type KeySpace, type RunName, toStateKey } from '../domain/corpus/archive-key.ts';
import type { StateChanges, StateLine } from '../store/port/state-changes.ts';

export interface StateNeeds {
  store: StateChanges;
  archive: Archive;
  keys: KeySpace;
  clock: Clock;
}

/**
 * Writes to `state/` everything that changed since it was last written, an earlier run that was killed
 * included, and `more` after it; nothing where nothing changed. The caller holds the publish lock, so that no
 * change falls between what is read and what is marked as written. The object is named by the time of
 * writing: where two tell of one thing, the later name has the last word.
 */
export async function writeState(
  { store, archive, keys, clock }: StateNeeds,
  { jobId }: Pick<RunName, 'jobId'>,
  more: readonly StateLine[],
  options: CallOptions,
): Promise<void> {
  const { upTo, lines } = await store.listStateChanges(options);
  const entries = async function* () {
    yield* lines;
    yield* more;
  };
  const key = toStateKey(keys, { startedAt: clock.now(), jobId });
  const log = { archive, key, compression: keys.compression, entries: entries() };
  await writeStateLog(log, options);
  await store.markStateWritten(upTo, options);
}
