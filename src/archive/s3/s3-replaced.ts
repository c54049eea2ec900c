import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveKey, ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { ArchivePut, KeptPayload, PutOptions, ReplacedObject } from '../archive.ts';
import { judgeReplaced } from '../keep-replaced.ts';

export interface LocatedObject {
  key: ArchiveKey;
  /** `undefined`: it was put while the bucket kept no versions. */
  versionId: string | undefined;
}

/** What the archive does with single objects. */
export interface ObjectCalls {
  locate(uri: ArchiveUri): LocatedObject | null;
  /** The very object; `null` when it is gone. */
  get(object: LocatedObject, options: CallOptions): Promise<Uint8Array | null>;
  /** What lies under the key now. */
  findUri(key: ArchiveKey, options: CallOptions): Promise<ArchiveUri | null>;
  write(key: ArchiveKey, body: Uint8Array, options: CallOptions): Promise<ArchiveUri>;
  /** In a bucket that keeps versions they stay, and only the name goes. */
  remove(key: ArchiveKey, options: CallOptions): Promise<void>;
  toUri(key: ArchiveKey): ArchiveUri;
}

type NewObject = Pick<ArchivePut, 'key' | 'body'>;

/**
 * What was put as a version is led to for ever. All else is copied before its key is used again, whatever the
 * bucket does today: where versions were switched on and suspended again, the next put would take its place.
 */
export function createReplacing(calls: ObjectCalls) {
  /** Resolves to where the payload lies from now on; `null`: where it did. */
  async function keep(
    { uri, keep }: ReplacedObject,
    by: NewObject | null,
    options: CallOptions,
  ): Promise<ArchiveUri | null> {
    const located = calls.locate(uri);
    if (keep === null || located === null || located.versionId !== undefined) return null;
    if (located.key === keep.as) return null;
    const lying = await calls.get(located, options);
    const kept = lying === null ? null : await keepBytes(lying, keep, by, options);
    return kept ?? (await calls.findUri(keep.as, options)) ?? calls.toUri(keep.as);
  }

  async function keepBytes(
    lying: Uint8Array,
    keep: KeptPayload,
    by: NewObject | null,
    options: CallOptions,
  ): Promise<ArchiveUri | null> {
    const judged = judgeReplaced(lying, keep, by?.body ?? null);
    if (judged.kind === 'wanted') return calls.write(keep.as, lying, options);
    if (judged.kind === 'other') await calls.write(judged.as, lying, options);
    if (judged.kind !== 'damaged' || (await calls.findUri(keep.as, options)) !== null) return null;
    return calls.write(keep.as, lying, options);
  }

  /** Once what takes its place is whole. Whoever was paused meanwhile removes nothing that came after. */
  async function leave(
    { uri, keep }: ReplacedObject,
    by: NewObject | null,
    options: PutOptions,
  ): Promise<void> {
    const key = calls.locate(uri)?.key;
    if (key === undefined || key === by?.key || key === keep?.as) return;
    await options.requireTurn?.();
    await calls.remove(key, options);
  }

  return { keep, leave };
}
