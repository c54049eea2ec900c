import { randomUUID } from 'node:crypto';
import type { Archive, ArchivedObject } from '../../archive/archive.ts';
import type { CallOptions, HeldOptions } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import { type ArchiveUri, type KeySpace, toKeyForms, toRawKey } from '../../domain/corpus/archive-key.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { Pointer } from '../../store/port/record-lookups.ts';
import type { IncomingRecord } from '../records.ts';
import type { IncomingItem } from '../to-batches.ts';
import { findArchivedRecord } from './archived-record.ts';

export interface UnpublishedNeeds {
  archive: Archive;
  store: CorpusStore;
  keys: KeySpace;
  clock: Clock;
}

/** An object under the PMID's own key, in one of its forms. */
interface Found {
  object: ArchivedObject & { body: Uint8Array };
  /** `null`: the object is damaged. */
  record: IncomingRecord | null;
}

/**
 * Of announced PMIDs the records that were put and not committed. Looks under every form of the key: the
 * settings may have changed since. On the way each PMID is left with one current object:
 *
 * - the pointer's own payload, put again in another form: the pointer follows it where its own object is gone
 *   or damaged, else it is removed;
 * - the pointer's own payload, put again as a newer version of its object: the pointer follows it;
 * - a damaged object that no pointer tells of: it is removed, since its record comes in again. Where the
 *   pointer tells of it, it waits for that, and `archive verify` names it.
 */
export async function* listUnpublished(
  needs: UnpublishedNeeds,
  pmids: readonly Pmid[],
  options: HeldOptions,
): AsyncIterable<IncomingItem> {
  const pointers = await needs.store.findPointers(pmids, options);
  for (const pmid of pmids) {
    const pointer = pointers.get(pmid);
    const all = await findAll(needs, pmid, options);
    const own = all.find((one) => pointer !== undefined && isSameKey(one.object.uri, pointer.uri));
    for (const found of all) {
      const record = await settleFound(needs, found, { pmid, pointer, own }, options);
      if (record !== null) yield { kind: 'record', record };
    }
  }
}

async function findAll({ archive, keys }: UnpublishedNeeds, pmid: Pmid, options: CallOptions) {
  const all: Found[] = [];
  for (const key of toKeyForms(toRawKey(keys, pmid))) {
    const object = await archive.findCurrent(key, options);
    if (object !== null) all.push({ object, record: findArchivedRecord(object) });
  }
  return all;
}

/** Resolves to the record that is to be published, if any. */
async function settleFound(
  needs: UnpublishedNeeds,
  found: Found,
  { pmid, pointer, own }: { pmid: Pmid; pointer: Pointer | undefined; own: Found | undefined },
  options: HeldOptions,
): Promise<IncomingRecord | null> {
  const { object, record } = found;
  if (record === null) {
    if (found !== own) await needs.archive.clear({ uri: object.uri, keep: null }, null, options);
    return null;
  }
  if (record.pmid !== pmid) return null;
  if (pointer === undefined || record.contentHash !== pointer.contentHash) {
    return isOlder(found, own) ? null : record;
  }
  if (found === own) {
    // In a bucket that keeps versions each put has an address of its own.
    if (object.uri !== pointer.uri) await pointTo(needs, { ...found, record }, pmid, options);
    return null;
  }
  if (own?.record?.contentHash === pointer.contentHash) {
    await needs.archive.clear({ uri: object.uri, keep: null }, own.object, options);
  } else if ((await needs.archive.findDamaged([pointer], options)).length > 0) {
    await pointTo(needs, { ...found, record }, pmid, options);
    if (own !== undefined && own.record === null) {
      await needs.archive.clear({ uri: own.object.uri, keep: null }, object, options);
    }
  }
  return null;
}

/** What an earlier release left beside the pointer's object came before it, and says nothing new. */
function isOlder({ record }: Found, own: Found | undefined): boolean {
  if (!record || !own?.record) return false;
  return Date.parse(record.origin.fetchedAt) < Date.parse(own.record.origin.fetchedAt);
}

/** The same payload at another address; nothing else of the corpus changes. */
async function pointTo(
  { store, clock }: UnpublishedNeeds,
  { object: { uri }, record }: Found & { record: IncomingRecord },
  pmid: Pmid,
  options: CallOptions,
): Promise<void> {
  const { contentHash, version, origin } = record;
  const { fetchedAt, http } = origin;
  const { last: after, next: sequence } = await store.findSequences(options);
  const archived = { pmid, uri, contentHash, version, current: true, fileRank: null, fetchedAt };
  await store.commit(
    {
      batchId: randomUUID(),
      after,
      sequence,
      at: clock.now().toISOString(),
      archived: [{ ...archived, etag: http.etag }],
      moved: [],
      revisions: [],
      deletions: [],
      quarantined: [],
      file: null,
      confirmed: null,
      withdrawn: null,
    },
    options,
  );
}

function isSameKey(one: ArchiveUri, other: ArchiveUri): boolean {
  return one.split('?')[0] === other.split('?')[0];
}
