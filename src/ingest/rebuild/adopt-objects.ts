import { adoptPuts } from '../../archive/adopted-puts.ts';
import type { ArchivedObject } from '../../archive/archive.ts';
import { listRoom, RECORD_ROOMS, type Room } from '../../archive/list-room.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import type { QuarantinedRecord } from '../../store/port/commit-batch.ts';
import { runPipeline } from '../pipeline.ts';
import { findArchivedRecord } from '../publish/archived-record.ts';
import { type BatchOutcome, NOTHING } from '../publish/batch-outcome.ts';
import { toRecordId } from '../publish/plan-batch.ts';
import type { IncomingRecord } from '../records.ts';
import { type IncomingItem, toBatches } from '../to-batches.ts';
import type { RestoreNeeds } from './restore-documents.ts';

const PAGE = 200;
const MOST_QUARANTINED = 1_000_000;

export interface AdoptNeeds extends RestoreNeeds {
  clock: Clock;
}

/**
 * What the tables do not know yet: archive objects that `state/` does not name (a crash came between archive
 * and store, or there is no `state/`), and records that could not be read and now can. They come in by the
 * way of every other record, and nothing is put that lies there already.
 */
export async function* adoptObjects(needs: AdoptNeeds, options: CallOptions): AsyncIterable<BatchOutcome> {
  const { rebuild, archive, index, keys, preparer, clock } = needs;
  const pipeline = {
    store: rebuild.store,
    archive: adoptPuts(archive),
    index,
    keys,
    preparer,
    clock,
  };
  const problems: BatchOutcome['problems'] = [];
  const items = listItems(needs, problems, options);
  for await (const { outcome } of runPipeline(pipeline, toBatches(items, { file: null }), options)) {
    const { archived, skipped, ...rest } = outcome;
    yield { ...rest, archived: 0, skipped: archived + skipped };
  }
  yield { ...NOTHING, failed: problems.length, problems };
}

async function* listItems(
  needs: AdoptNeeds,
  problems: BatchOutcome['problems'],
  options: CallOptions,
): AsyncIterable<IncomingItem> {
  const { archive, keys } = needs;
  for (const record of await listReadable(needs, options)) yield { kind: 'record', record };
  // Current objects first: what an earlier one says then goes to the history.
  for (const room of RECORD_ROOMS) {
    let page: ArchivedObject[] = [];
    for await (const object of listRoom({ archive, prefix: keys.prefix }, room, options)) {
      page.push(object);
      if (page.length < PAGE) continue;
      yield* listUnknown(needs, { page, room, problems }, options);
      page = [];
    }
    yield* listUnknown(needs, { page, room, problems }, options);
  }
}

async function* listUnknown(
  needs: AdoptNeeds,
  found: { page: readonly ArchivedObject[]; room: Room; problems: BatchOutcome['problems'] },
  options: CallOptions,
): AsyncIterable<IncomingItem> {
  const { archive, rebuild } = needs;
  const { page, room, problems } = found;
  if (page.length === 0) return;
  options.signal.throwIfAborted();
  const known = await rebuild.findPayloadsAt(
    page.map(({ uri }) => uri),
    options,
  );
  const expected = page.flatMap(({ uri }) => {
    const contentHash = known.get(uri)?.contentHash;
    return contentHash === undefined ? [] : [{ uri, contentHash }];
  });
  const damaged = new Set((await archive.findDamaged(expected, options)).map((at) => expected[at]?.uri));
  for (const { key, uri } of page) {
    if (known.has(uri) && !damaged.has(uri)) continue;
    const body = await archive.find(uri, options);
    const record = body === null ? null : findArchivedRecord({ body, uri });
    if (record === null) {
      const pmid = known.get(uri)?.pmid ?? null;
      problems.push({ pmid, reason: `The archived object ${key} is damaged; load its record again.` });
      continue;
    }
    if (await isToldElsewhere(needs, record, uri, options)) continue;
    yield { kind: 'record', record: { ...record, outranked: room === 'history' } };
  }
}

/** A payload that the tables know: they are told where it lies when its own address leads to it no more. */
async function isToldElsewhere(
  { archive, rebuild }: AdoptNeeds,
  { pmid, contentHash }: IncomingRecord,
  uri: ArchivedObject['uri'],
  options: CallOptions,
): Promise<boolean> {
  if (pmid === null) return (await rebuild.store.findQuarantined([contentHash], options)).size > 0;
  const known = await rebuild.store.findArchived([{ pmid, contentHash }], options);
  const told = known.get(toRecordId(pmid, contentHash));
  if (told === undefined) return false;
  const damaged = await archive.findDamaged([{ uri: told, contentHash }], options);
  if (damaged.length > 0) await rebuild.movePayload({ pmid, contentHash, uri }, options);
  return true;
}

/** Quarantined records that this release reads: forgotten, so that they come in as new. */
async function listReadable(
  { archive, rebuild, preparer }: AdoptNeeds,
  options: CallOptions,
): Promise<IncomingRecord[]> {
  const readable: IncomingRecord[] = [];
  const quarantined = await rebuild.store.listQuarantined(MOST_QUARANTINED, options);
  for (const one of quarantined) {
    options.signal.throwIfAborted();
    const record = await findQuarantinedRecord(archive, one, options);
    if (record === null) continue;
    const [prepared] = await preparer.prepare([record]);
    if (prepared?.kind !== 'citation' || record.pmid === null) continue;
    const outranked = !(await isCurrent(rebuild, record.pmid, record.contentHash, options));
    await rebuild.forgetPayload({ pmid: one.pmid, contentHash: one.contentHash }, options);
    readable.push({ ...record, outranked });
  }
  return readable;
}

async function findQuarantinedRecord(
  archive: AdoptNeeds['archive'],
  { uri, contentHash }: QuarantinedRecord,
  options: CallOptions,
): Promise<IncomingRecord | null> {
  const body = await archive.find(uri, options);
  const record = body === null ? null : findArchivedRecord({ body, uri });
  return record?.contentHash === contentHash ? record : null;
}

/** Whether nothing newer of the PMID came after it. */
async function isCurrent(
  { store }: AdoptNeeds['rebuild'],
  pmid: Pmid,
  contentHash: Sha256,
  options: CallOptions,
): Promise<boolean> {
  const pointer = (await store.findPointers([pmid], options)).get(pmid);
  return pointer === undefined || pointer.contentHash === contentHash;
}
