import type { ReplacedObject } from '../../archive/archive.ts';
import {
  type ArchiveKey,
  type ArchiveUri,
  findCompressionOf,
  type KeySpace,
  toHistoryKey,
  toRawKey,
  toUnidentifiedKey,
} from '../../domain/corpus/archive-key.ts';
import { findFileRank } from '../../domain/corpus/bulk-file-name.ts';
import type { Pmid, Sha256 } from '../../domain/ids.ts';
import type { Deletion } from '../../store/port/commit-batch.ts';
import type { Pointer } from '../../store/port/record-lookups.ts';
import type { IncomingBatch, IncomingRecord, PreparedCitation, PreparedRecord } from '../records.ts';

/** What becomes of one record. */
export type Step =
  /** Its bytes were archived before, and nothing follows from seeing them again. */
  | { kind: 'skip'; record: IncomingRecord }
  | {
      kind: 'archive';
      record: IncomingRecord;
      prepared: PreparedRecord;
      key: ArchiveKey;
      replaces: ReplacedObject | null;
      current: boolean;
      /** The number of the revision that it makes; `null`: its normalised content is that of the latest. */
      revision: number | null;
    };

export interface BatchPlan {
  steps: Step[];
  /** PMIDs whose document ends without another taking its place. */
  deleted: Deletion[];
  /** PMIDs whose live chunks end: replaced or deleted. */
  superseded: Pmid[];
  /**
   * PMIDs of which the batch's file, newer than what told of them so far, brings nothing to write but that.
   */
  confirmed: Pmid[];
  /** PMIDs that the batch's file withdraws while the corpus holds no document of them. */
  withdrawn: Pmid[];
  /** PMIDs whose first document comes in after a newer file withdrew it: archived, and never live. */
  buried: Deletion[];
}

export interface KnownRecords {
  pointers: ReadonlyMap<Pmid, Pointer>;
  /**
   * PMIDs that were withdrawn before a document of them came in, with the file rank of the newest
   * that did so.
   */
  withdrawals: ReadonlyMap<Pmid, number>;
  /** `pmid:hash` of every payload of these PMIDs that was ever archived. */
  archived: ReadonlySet<string>;
  /** Payloads without a PMID that were archived. */
  quarantined: ReadonlySet<Sha256>;
  /** Where each of `archived` and `quarantined` lies, the latter as `null:hash`. */
  uris: ReadonlyMap<string, ArchiveUri>;
  /** `pmid:hash` of payloads whose bytes in the archive are missing or damaged, to be put again. */
  damaged: ReadonlySet<string>;
}

export function toRecordId(pmid: Pmid | null, contentHash: Sha256): string {
  return `${pmid}:${contentHash}`;
}

/**
 * Decides what a batch changes, from what the corpus holds. Pure: the caller holds the publish lock, so
 * `known` stays true until the commit.
 */
export function planBatch(
  batch: IncomingBatch,
  prepared: ReadonlyMap<IncomingRecord, PreparedRecord>,
  known: KnownRecords,
  keys: KeySpace,
): BatchPlan {
  const seen = new Set<string>();
  const replaced = new Set(
    batch.records.flatMap((record) =>
      prepared.has(record) && replacesCurrent(record, batch, known) ? [record.pmid] : [],
    ),
  );
  const steps = batch.records.map((record): Step => {
    const id = toRecordId(record.pmid, record.contentHash);
    const ready = prepared.get(record);
    const again = seen.has(id);
    seen.add(id);
    if (ready === undefined || again) return { kind: 'skip', record };
    if (!isKnown(record, batch, known)) return planNews(record, ready, known, keys);
    if (!known.damaged.has(id)) return { kind: 'skip', record };
    const current = isCurrent(record, known) && !replaced.has(record.pmid);
    return mend(record, ready, { current, known, keys });
  });
  const ended = steps.flatMap((step) => (endsLiveDocument(step, known) ? [step.record.pmid] : []));
  const deleted = listDeleted(batch, known);
  return {
    steps,
    deleted,
    superseded: [...ended, ...deleted.map(({ pmid }) => pmid)].filter((pmid) => pmid !== null),
    confirmed: listConfirmed(batch, steps, known),
    withdrawn: listWithdrawn(batch, known),
    buried: steps.flatMap((step) => listBuried(step, known)),
  };
}

/**
 * Whether a record that is already archived says nothing new where it stands: it is what the corpus holds, or
 * its file told it before (a replay), or a higher version is there. Content that comes back from elsewhere
 * after another is news: it makes a revision again.
 */
export function isKnown(record: IncomingRecord, batch: IncomingBatch, known: KnownRecords): boolean {
  const { pmid, contentHash } = record;
  if (pmid === null) return known.quarantined.has(contentHash);
  if (!known.archived.has(toRecordId(pmid, contentHash))) return false;
  const pointer = known.pointers.get(pmid);
  if (isReplay(record, batch) || isLower(record, pointer)) return true;
  if (pointer?.contentHash !== contentHash) return false;
  // A withdrawn document that comes again, by another file than before, is back.
  if (pointer.latest !== null) return pointer.latest.live;
  return !known.withdrawals.has(pmid) || isWithdrawn(record, known);
}

function planNews(
  record: IncomingRecord,
  prepared: PreparedRecord,
  known: KnownRecords,
  keys: KeySpace,
): Step {
  const { pmid, contentHash } = record;
  const pointer = findPointer(record, known);
  const archive = { kind: 'archive', record, prepared } as const;
  if (pmid === null) {
    const key = toUnidentifiedKey(keys, contentHash);
    return { ...archive, key, replaces: null, current: false, revision: null };
  }
  if (isLower(record, pointer)) {
    const key = toHistoryKey(keys, pmid, contentHash);
    return { ...archive, key, replaces: null, current: false, revision: null };
  }
  return {
    ...archive,
    key: toRawKey(keys, pmid),
    replaces: pointer === undefined ? null : toReplaced(pointer, contentHash, keys),
    current: true,
    revision: isWithdrawn(record, known) ? null : toRevision(prepared, pointer),
  };
}

/** What the pointer tells of is found by its address: today's settings may call it otherwise. */
function toReplaced({ pmid, uri, contentHash }: Pointer, incoming: Sha256, keys: KeySpace): ReplacedObject {
  if (contentHash === incoming) return { uri, keep: null };
  const form = { ...keys, compression: findCompressionOf(uri) ?? keys.compression };
  return { uri, keep: { contentHash, as: toHistoryKey(form, pmid, contentHash) } };
}

/**
 * The same payload again where its bytes are missing or damaged; nothing else changes. Bytes that lie
 * under the PMID's own key go straight to the history where another record of the batch takes that key,
 * before or after them.
 */
function mend(
  record: IncomingRecord,
  prepared: PreparedRecord,
  { current, known, keys }: { current: boolean; known: KnownRecords; keys: KeySpace },
): Step {
  const { pmid, contentHash } = record;
  const uri = known.uris.get(toRecordId(pmid, contentHash));
  // What lies at an address that does not name the payload may be another's by now.
  const isOwn = uri !== undefined && (current || uri.includes(contentHash));
  const key =
    pmid === null
      ? toUnidentifiedKey(keys, contentHash)
      : current
        ? toRawKey(keys, pmid)
        : toHistoryKey(keys, pmid, contentHash);
  return {
    kind: 'archive',
    record,
    prepared,
    key,
    replaces: isOwn ? { uri, keep: null } : null,
    current,
    revision: null,
  };
}

function findPointer({ pmid }: IncomingRecord, { pointers }: KnownRecords): Pointer | undefined {
  return pmid === null ? undefined : pointers.get(pmid);
}

function isCurrent(record: IncomingRecord, known: KnownRecords): boolean {
  return findPointer(record, known)?.contentHash === record.contentHash;
}

/** Whether it takes the key of another record, which moves to the history. */
function replacesCurrent(record: IncomingRecord, batch: IncomingBatch, known: KnownRecords): boolean {
  const pointer = findPointer(record, known);
  if (pointer === undefined || isKnown(record, batch, known) || isLower(record, pointer)) return false;
  return pointer.contentHash !== record.contentHash;
}

function isReplay(record: IncomingRecord, { file }: IncomingBatch): boolean {
  return file !== null && record.ordinal < file.itemsDone;
}

/** A higher version wins wherever it came from; of one version, the file that applies later does. */
function isLower(record: IncomingRecord, pointer: Pointer | undefined): boolean {
  if (record.outranked) return true;
  if (pointer === undefined || record.version !== pointer.version) {
    return record.version < (pointer?.version ?? 0);
  }
  return isOlder(findRecordFileRank(record), pointer);
}

/** Whether a newer bulk file told of the PMID before; never where one of the two is of no bulk file. */
function isOlder(fileRank: number | null, pointer: Pointer | undefined): boolean {
  return fileRank !== null && fileRank < (pointer?.fileRank ?? 0);
}

/** Whether a newer bulk file withdrew the PMID before any document of it came in. */
function isWithdrawn(record: IncomingRecord, { withdrawals }: KnownRecords): boolean {
  const fileRank = findRecordFileRank(record);
  return fileRank !== null && record.pmid !== null && fileRank < (withdrawals.get(record.pmid) ?? 0);
}

/** Of the bulk file that a record came in, also where it is read from the archive again. */
export function findRecordFileRank({ origin: { source } }: IncomingRecord): number | null {
  return source.api === 'nlm-file' ? findFileRank(source.endpoint) : null;
}

function toRevision(prepared: PreparedRecord, pointer: Pointer | undefined): number | null {
  if (prepared.kind === 'unreadable') return null;
  const latest = pointer?.latest ?? null;
  if (latest === null) return 1;
  return latest.live && latest.documentHash === prepared.documentHash ? null : latest.revision + 1;
}

function endsLiveDocument(step: Step, { pointers }: KnownRecords): boolean {
  if (step.kind === 'skip' || step.revision === null || step.record.pmid === null) return false;
  return pointers.get(step.record.pmid)?.latest?.live === true;
}

/**
 * Most PMIDs that NLM deletes were never loaded; and a deletion that its file told before says nothing new.
 */
function listDeleted({ deletions, file }: IncomingBatch, { pointers }: KnownRecords): Deletion[] {
  const fresh = deletions.filter(({ ordinal }) => file === null || ordinal >= file.itemsDone);
  const all = fresh.flatMap(({ pmids, mergedInto = null }) =>
    pmids.map((pmid): [Pmid, Deletion] => [
      pmid,
      { pmid, reason: mergedInto === null ? 'deleted' : 'merged', mergedInto },
    ]),
  );
  const fileRank = file === null ? null : findFileRank(file.name);
  return [...new Map(all).values()].filter(({ pmid }) => {
    const pointer = pointers.get(pmid);
    return pointer?.latest?.live === true && !isOlder(fileRank, pointer);
  });
}

function listWithdrawn({ file, deletions }: IncomingBatch, known: KnownRecords): Pmid[] {
  const fileRank = file === null ? null : findFileRank(file.name);
  if (fileRank === null) return [];
  const told = new Set(deletions.flatMap(({ pmids }) => pmids));
  return [...told].filter((pmid) => {
    const latest = known.pointers.get(pmid)?.latest ?? null;
    return latest === null && (known.withdrawals.get(pmid) ?? 0) < fileRank;
  });
}

function listBuried(step: Step, known: KnownRecords): Deletion[] {
  const { pmid } = step.record;
  if (pmid === null || step.kind === 'skip' || step.prepared.kind !== 'citation') return [];
  if (!step.current || step.revision !== null || !isWithdrawn(step.record, known)) return [];
  return [{ pmid, reason: 'deleted', mergedInto: null }];
}

function listConfirmed(
  { file, deletions }: IncomingBatch,
  steps: readonly Step[],
  { pointers }: KnownRecords,
): Pmid[] {
  const fileRank = file === null ? null : findFileRank(file.name);
  if (fileRank === null) return [];
  const same = steps.flatMap(({ kind, record: { pmid, contentHash } }) =>
    kind === 'skip' && pmid !== null && pointers.get(pmid)?.contentHash === contentHash ? [pmid] : [],
  );
  const told = new Set([...same, ...deletions.flatMap(({ pmids }) => pmids)]);
  return [...told].filter((pmid) => {
    const pointer = pointers.get(pmid);
    return pointer !== undefined && (pointer.fileRank ?? 0) < fileRank;
  });
}

/** The citations among the steps that make a revision, with their number. */
export function listRevisions(
  steps: readonly Step[],
): { record: IncomingRecord; pmid: Pmid; revision: number; prepared: PreparedCitation }[] {
  return steps.flatMap((step) => {
    if (step.kind === 'skip' || step.revision === null || step.prepared.kind !== 'citation') return [];
    const { record, revision, prepared } = step;
    return record.pmid === null ? [] : [{ record, pmid: record.pmid, revision, prepared }];
  });
}
