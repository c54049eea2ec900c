import type { Archive } from '../../archive/archive.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { deferToAwait } from '../../domain/concurrency/defer-to-await.ts';
import { type KeySpace, toHistoryKey, toKeyForms, toRawKey } from '../../domain/corpus/archive-key.ts';
import type { Pmid } from '../../domain/ids.ts';
import { joinVectors } from '../../embedding/join-vectors.ts';
import type { SearchIndex } from '../../search/search-index.ts';
import type { CorpusRebuild, RestoredRevision } from '../../store/rebuild/corpus-rebuild.ts';
import { findArchivedRecord } from '../publish/archived-record.ts';
import { type BatchOutcome, NOTHING } from '../publish/batch-outcome.ts';
import { toRevisionFacts } from '../publish/revision-facts.ts';
import { toChunks } from '../publish/to-chunks.ts';
import { writeAccepted } from '../publish/write-accepted.ts';
import type { IncomingRecord, PreparedCitation, PreparedRecord, Preparer } from '../records.ts';

export interface RestoreNeeds {
  archive: Archive;
  keys: KeySpace;
  preparer: Preparer;
  rebuild: CorpusRebuild;
  /** Empty. */
  index: SearchIndex;
}

interface Read {
  revision: RestoredRevision;
  /** `null` where no whole object holds the payload any more. */
  record: IncomingRecord | null;
}

interface Ready {
  revision: RestoredRevision;
  record: IncomingRecord;
  prepared: PreparedRecord;
}

/**
 * Reads every revision's payload again and fills the fresh tables and the fresh index, by one sequence number
 * after the other: while one is written the next is prepared. What has ended goes into the index only where a
 * checkpoint sees it.
 */
export async function* restoreDocuments(
  needs: RestoreNeeds,
  options: CallOptions,
): AsyncIterable<BatchOutcome> {
  const checkpoints = await needs.rebuild.store.listCheckpointSequences(options);
  let preparing: Promise<Ready[]> | null = null;
  let outcome: BatchOutcome | null = null;
  for await (const revisions of needs.rebuild.listRevisions(options)) {
    options.signal.throwIfAborted();
    const read = await Promise.all(revisions.map((revision) => readRevision(needs, revision, options)));
    const lost = await forgetLost(needs, read, options);
    const next = prepare(needs, read);
    next.catch(deferToAwait);
    if (preparing !== null)
      yield await write(needs, { ready: await preparing, checkpoints, lost: outcome }, options);
    preparing = next;
    outcome = lost;
  }
  if (preparing !== null)
    yield await write(needs, { ready: await preparing, checkpoints, lost: outcome }, options);
}

/**
 * At the address that `state/` names, or where its bytes were kept when a crash came before that was told, or
 * under its own key where `state/` was written for another store.
 */
async function readRevision(
  { archive, keys, rebuild }: RestoreNeeds,
  revision: RestoredRevision,
  options: CallOptions,
): Promise<Read> {
  const { pmid, contentHash, uri } = revision;
  const body = await archive.find(uri, options);
  const record = body === null ? null : findArchivedRecord({ body, uri });
  if (record?.contentHash === contentHash) return { revision, record };
  const places = [toHistoryKey(keys, pmid, contentHash), toRawKey(keys, pmid)].flatMap(toKeyForms);
  for (const key of places) {
    const kept = await archive.findCurrent(key, options);
    const earlier = kept === null ? null : findArchivedRecord(kept);
    if (kept === null || earlier?.contentHash !== contentHash) continue;
    await rebuild.movePayload({ pmid, contentHash, uri: kept.uri }, options);
    return { revision, record: earlier };
  }
  return { revision, record: null };
}

/** Of a payload that is gone no table may speak: loaded again, it must count as new. */
async function forgetLost(
  { rebuild }: RestoreNeeds,
  read: readonly Read[],
  options: CallOptions,
): Promise<BatchOutcome> {
  const lost = read.filter(({ record }) => record === null).map(({ revision }) => revision);
  for (const { pmid, contentHash } of lost) await rebuild.forgetPayload({ pmid, contentHash }, options);
  const problems = lost.map(({ pmid, revision, contentHash }) => ({
    pmid,
    reason: `Revision ${revision} is lost: no whole object of the archive holds its record (SHA-256 ${contentHash}); load it again.`,
  }));
  return { ...NOTHING, failed: lost.length, problems };
}

async function prepare({ preparer }: RestoreNeeds, read: readonly Read[]): Promise<Ready[]> {
  const found = read.flatMap(({ revision, record }) => (record === null ? [] : [{ revision, record }]));
  const prepared = await preparer.prepare(found.map(({ record }) => record));
  return found.flatMap((one, at) => {
    const ready = prepared[at];
    return ready === undefined ? [] : [{ ...one, prepared: ready }];
  });
}

async function write(
  needs: RestoreNeeds,
  {
    ready,
    checkpoints,
    lost,
  }: { ready: readonly Ready[]; checkpoints: readonly number[]; lost: BatchOutcome | null },
  options: CallOptions,
): Promise<BatchOutcome> {
  const { rebuild } = needs;
  const read = ready.flatMap(({ prepared, ...one }) =>
    prepared.kind === 'citation' ? [{ ...one, prepared }] : [],
  );
  const seen = read.filter(({ revision }) => isSeen(revision, checkpoints));
  const refused = await writeChunks(needs, seen, options);
  const refusalOf = ({ revision: { pmid } }: Citation) => refused.get(pmid);
  const citations = read.filter((one) => refusalOf(one) === undefined);
  const unreadable = [
    ...ready.flatMap(({ prepared, ...one }) =>
      prepared.kind === 'unreadable' ? [{ ...one, reason: prepared.reason }] : [],
    ),
    ...read.flatMap((one) => {
      const reason = refusalOf(one);
      return reason === undefined ? [] : [{ ...one, reason }];
    }),
  ];
  await rebuild.addRevisions(
    citations.map(({ revision, prepared }) => ({ ...revision, ...toRevisionFacts(prepared) })),
    options,
  );
  await rebuild.addQuarantined(
    unreadable.map(({ revision: { pmid, contentHash, uri }, record, reason }) => {
      const { source, fetchedAt } = record.origin;
      return { pmid, contentHash, uri, reason, source: source.endpoint, at: fetchedAt };
    }),
    options,
  );
  const problems = unreadable.map(({ revision: { pmid }, reason }) => ({ pmid, reason }));
  return {
    ...NOTHING,
    skipped: citations.length,
    indexed: seen.filter((one) => refusalOf(one) === undefined).length,
    failed: unreadable.length + (lost?.failed ?? 0),
    problems: [...(lost?.problems ?? []), ...problems],
  };
}

interface Citation extends Ready {
  prepared: PreparedCitation;
}

/** Resolves to the documents that the index refuses. */
async function writeChunks(
  { index }: RestoreNeeds,
  seen: readonly Citation[],
  options: CallOptions,
): Promise<ReadonlyMap<Pmid, string>> {
  const [first] = seen;
  if (first === undefined) return new Map();
  const left = seen.flatMap(({ revision: { pmid, leftSequence } }) =>
    leftSequence === null ? [] : [[pmid, leftSequence] as const],
  );
  const batch = {
    sequence: first.revision.enteredSequence,
    chunks: seen.flatMap(({ revision, prepared }) => toChunks(prepared, revision.revision)),
    vectors: joinVectors(seen.map(({ prepared }) => prepared.vectors)),
    superseded: [],
    left: new Map(left),
  };
  // What is written again in the same number takes the place of what was there.
  return writeAccepted({ index, undo: async () => undefined }, batch, options);
}

function isSeen(
  { enteredSequence, leftSequence }: RestoredRevision,
  checkpoints: readonly number[],
): boolean {
  return (
    leftSequence === null ||
    checkpoints.some((sequence) => sequence >= enteredSequence && sequence < leftSequence)
  );
}
