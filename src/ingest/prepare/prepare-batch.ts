import type { Archive } from '../../archive/archive.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { RecordLookups } from '../../store/port/record-lookups.ts';
import { findKnownRecords } from '../publish/known-records.ts';
import { isKnown, type KnownRecords, toRecordId } from '../publish/plan-batch.ts';
import type { IncomingBatch, IncomingRecord, PreparedRecord, Preparer } from '../records.ts';

/** What can be published once the publish lock is held. */
export interface ReadyBatch {
  batch: IncomingBatch;
  prepared: ReadonlyMap<IncomingRecord, PreparedRecord>;
  /** Ids of payloads whose bytes in the archive are missing or damaged. */
  damaged: ReadonlySet<string>;
}

export interface PrepareNeeds {
  archive: Archive;
  store: RecordLookups;
  preparer: Preparer;
}

/** Tells apart what is new, and has that prepared; what is there already is only checked for damage. */
export async function prepareBatch(
  { archive, store, preparer }: PrepareNeeds,
  batch: IncomingBatch,
  options: CallOptions,
): Promise<ReadyBatch> {
  const found = await findKnownRecords(store, batch, options);
  const known: KnownRecords = { ...found, damaged: new Set() };
  const same = batch.records.filter((record) => isKnown(record, batch, known));
  const damaged = await findDamaged(archive, same, found.uris, options);
  const skipped = new Set(same.filter((record) => !damaged.has(toRecordId(record.pmid, record.contentHash))));
  const fresh = batch.records.filter((record) => !skipped.has(record));
  const prepared = await preparer.prepare(fresh);
  const pairs = fresh.flatMap((record, at) => {
    const ready = prepared[at];
    return ready === undefined ? [] : [[record, ready] as const];
  });
  return { batch, prepared: new Map(pairs), damaged };
}

async function findDamaged(
  archive: Archive,
  records: readonly IncomingRecord[],
  uris: KnownRecords['uris'],
  options: CallOptions,
): Promise<Set<string>> {
  const expected = records.flatMap(({ pmid, contentHash }) => {
    const id = toRecordId(pmid, contentHash);
    const uri = uris.get(id);
    return uri === undefined ? [] : [{ id, uri, contentHash }];
  });
  if (expected.length === 0) return new Set();
  const indexes = await archive.findDamaged(expected, options);
  return new Set(indexes.flatMap((at) => expected[at]?.id ?? []));
}
