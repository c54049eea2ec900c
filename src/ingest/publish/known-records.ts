import type { CallOptions } from '../../domain/call-options.ts';
import type { RecordLookups } from '../../store/port/record-lookups.ts';
import type { IncomingBatch } from '../records.ts';
import { type KnownRecords, toRecordId } from './plan-batch.ts';

/** What the corpus holds of everything that a batch names. */
export async function findKnownRecords(
  store: RecordLookups,
  { records, deletions }: IncomingBatch,
  options: CallOptions,
): Promise<Omit<KnownRecords, 'damaged'>> {
  const named = records.flatMap(({ pmid, contentHash }) => (pmid === null ? [] : [{ pmid, contentHash }]));
  const unnamed = records.flatMap(({ pmid, contentHash }) => (pmid === null ? [contentHash] : []));
  const pmids = new Set([
    ...named.map(({ pmid }) => pmid),
    ...deletions.flatMap((deletion) => deletion.pmids),
  ]);
  const [pointers, withdrawals, archived, quarantined] = await Promise.all([
    store.findPointers([...pmids], options),
    store.findWithdrawals([...pmids], options),
    store.findArchived(named, options),
    unnamed.length === 0 ? new Map() : store.findQuarantined(unnamed, options),
  ]);
  const uris = new Map([
    ...archived,
    ...[...quarantined].map(([hash, uri]) => [toRecordId(null, hash), uri] as const),
  ]);
  return {
    pointers,
    withdrawals,
    archived: new Set(archived.keys()),
    quarantined: new Set(quarantined.keys()),
    uris,
  };
}
