import type { CallOptions } from '../../domain/call-options.ts';
import { workSideBySide } from '../../domain/concurrency/side-by-side.ts';
import type { ArchiveKey, ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { ArchivePut, PutOptions } from '../archive.ts';

/** An object where it lies, with what S3 knows it by. */
export interface PlacedObject {
  uri: ArchiveUri;
  etag: string | null;
}

export interface GuardedPutNeeds {
  /** `null`: nothing lies there. */
  findEtag(key: ArchiveKey, options: CallOptions): Promise<string | null>;
  find(key: ArchiveKey, options: CallOptions): Promise<{ body: Uint8Array; uri: ArchiveUri } | null>;
  /** Resolves to `null` where something else than `seen` lies there. */
  putOver(
    seen: string | null,
    put: Pick<ArchivePut, 'key' | 'body'>,
    options: CallOptions,
  ): Promise<PlacedObject | null>;
  toFailure(key: ArchiveKey): Error;
  sideBySide: number;
}

export interface GuardedPut {
  /** What lies under the keys now, seen within this process' turn. */
  lookAt(keys: readonly ArchiveKey[], options: PutOptions): Promise<Map<ArchiveKey, string | null>>;
  /** `seen`: the ETag of what may be replaced; `null`: nothing may be. */
  put(put: Pick<ArchivePut, 'key' | 'body'>, seen: string | null, options: PutOptions): Promise<PlacedObject>;
}

/** Nobody else writes while it is this process' turn. */
const MOST_ATTEMPTS = 3;

/**
 * Puts never over an object that was not seen: who was paused, and whose turn has passed, writes over nothing
 * that came meanwhile. What was seen counts once the turn is known to last.
 */
export function createGuardedPut(needs: GuardedPutNeeds): GuardedPut {
  const { findEtag, find, putOver, toFailure, sideBySide } = needs;
  return {
    async lookAt(keys, options) {
      const seen = new Map<ArchiveKey, string | null>();
      await workSideBySide(keys, sideBySide, async (key) => seen.set(key, await findEtag(key, options)));
      if (keys.length > 0) await options.requireTurn?.();
      return seen;
    },
    async put({ key, body }, first, options) {
      let seen = first;
      for (let attempt = 1; ; attempt++) {
        const placed = await putOver(seen, { key, body }, options);
        if (placed !== null) return placed;
        // Its own answer may have been lost on the way; or it came back from a pause.
        const there = await find(key, options);
        seen = await findEtag(key, options);
        if (there !== null && Buffer.from(there.body).equals(body)) return { uri: there.uri, etag: seen };
        if (attempt >= MOST_ATTEMPTS) throw toFailure(key);
        await options.requireTurn?.();
      }
    },
  };
}
