import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Archive, ArchivePutResult } from '../../archive/archive.ts';
import { type CallOptions, type HeldOptions, NEVER } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import type { KeySpace } from '../../domain/corpus/archive-key.ts';
import { findFileRank } from '../../domain/corpus/bulk-file-name.ts';
import type { Chunk } from '../../domain/document/chunk.ts';
import type { Pmid } from '../../domain/ids.ts';
import { joinVectors } from '../../embedding/join-vectors.ts';
import type { IndexBatch, SearchIndex } from '../../search/search-index.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { ArchivedRecord, CommitBatch, MovedRecord } from '../../store/port/commit-batch.ts';
import type { ReadyBatch } from '../prepare/prepare-batch.ts';
import type { IncomingBatch } from '../records.ts';
import type { BatchOutcome } from './batch-outcome.ts';
import { findKnownRecords } from './known-records.ts';
import { type BatchPlan, findRecordFileRank, listRevisions, planBatch, type Step } from './plan-batch.ts';
import { toRevisionFacts } from './revision-facts.ts';
import { toChunks } from './to-chunks.ts';
import { writeAccepted } from './write-accepted.ts';

export interface PublishNeeds {
  archive: Archive;
  store: CorpusStore;
  index: SearchIndex;
  keys: KeySpace;
  clock: Clock;
}

/** Undoing takes place although the caller gave up, and must itself end. */
export const UNDO_MS = 60_000;

type ArchiveStep = Extract<Step, { kind: 'archive' }>;

/** A batch whose records are announced and archived, and that nothing leads to yet. */
export interface ArchivedBatch extends Planned {
  batch: IncomingBatch;
  batchId: string;
  /** `false`: nothing follows from it, not even that its file got so far. */
  isNews: boolean;
  results: readonly ArchivePutResult[];
  content: Pick<IndexBatch, 'chunks' | 'vectors' | 'superseded'>;
}

interface Planned {
  plan: BatchPlan;
  /**
   * Without what the index refuses: the same records go to the same keys, and some of them make no revision.
   */
  planAgain(refused: ReadonlyMap<Pmid, string>): BatchPlan;
}

interface PublishableBatch extends ReadyBatch {
  /** An announcement that stays until all of it is settled has its records. Default false. */
  isAnnounced?: boolean;
}

/** Both halves, one after the other. */
export async function publishBatch(
  needs: PublishNeeds,
  ready: PublishableBatch,
  options: HeldOptions,
): Promise<BatchOutcome> {
  return commitArchived(needs, await archiveBatch(needs, ready, options), options);
}

/**
 * The first half: announces the batch and archives its records. The caller holds the publish lock from before
 * this until the second half has ended; meanwhile nothing else changes what the batch touches.
 */
export async function archiveBatch(
  { store, archive, keys }: PublishNeeds,
  { batch, prepared, damaged, isAnnounced = false }: PublishableBatch,
  options: HeldOptions,
): Promise<ArchivedBatch> {
  const known = { ...(await findKnownRecords(store, batch, options)), damaged };
  const plan = planBatch(batch, prepared, known, keys);
  const planAgain = (refused: ReadonlyMap<Pmid, string>) =>
    planBatch(batch, quarantineRefused(prepared, plan, refused), known, keys);
  const batchId = randomUUID();
  const steps = listArchiveSteps(plan);
  const pmids = new Set(steps.flatMap(({ record }) => (record.pmid === null ? [] : [record.pmid])));
  if (isChange(plan) && !isAnnounced) await store.announce({ batchId, pmids: [...pmids] }, options);
  const puts = steps.map(({ key, prepared, replaces }) => ({ key, body: prepared.body, replaces }));
  const [results, content] = await Promise.all([archive.put(puts, options), toContent(plan)]);
  const isNews = isChange(plan) || batch.file !== null;
  return { batch, plan, planAgain, batchId, isNews, results, content };
}

function isChange(plan: BatchPlan): boolean {
  return listArchiveSteps(plan).length > 0 || plan.deleted.length > 0;
}

/**
 * The second half: index, then the store's one transaction, which gives the sequence number: so whatever is
 * known is archived, and whatever was written above the last sequence number was never published. A failure
 * half-way is undone in the index; what was archived stays, and the announcement leads the next writer to it.
 * The signal is that of the lock: who lost it undoes nothing here, since the index may be another's by now.
 */
export async function commitArchived(
  needs: PublishNeeds,
  archived: ArchivedBatch,
  options: HeldOptions,
): Promise<BatchOutcome> {
  const written = archived.isNews ? await write(needs, archived, options) : archived.plan;
  return toOutcome(written, listArchiveSteps(written));
}

function listArchiveSteps({ steps }: BatchPlan): ArchiveStep[] {
  return steps.filter((step) => step.kind === 'archive');
}

function quarantineRefused(
  prepared: ReadyBatch['prepared'],
  { steps }: BatchPlan,
  refused: ReadonlyMap<Pmid, string>,
): ReadyBatch['prepared'] {
  const settled = new Map(prepared);
  for (const { record, pmid, prepared: one } of listRevisions(steps)) {
    const reason = refused.get(pmid);
    if (reason !== undefined) settled.set(record, { kind: 'unreadable', body: one.body, reason });
  }
  return settled;
}

/** Resolves to the plan that was carried out. */
async function write(
  needs: PublishNeeds,
  { batch, batchId, plan, planAgain, results, content }: ArchivedBatch,
  options: HeldOptions,
): Promise<BatchPlan> {
  const { store, index, clock } = needs;
  const { last: after, next } = await store.findSequences(options);
  const sequence = isChange(plan) ? next : after;
  try {
    options.signal.throwIfAborted();
    const isNews = content.chunks.length > 0 || content.superseded.length > 0;
    const undo = () => rollBackIndex(needs, options);
    const refused = isNews
      ? await writeAccepted({ index, undo }, { ...content, sequence, awaitsCommit: true }, options)
      : NOTHING_REFUSED;
    const written = refused.size === 0 ? plan : planAgain(refused);
    const head = { batchId, after, sequence, at: clock.now().toISOString() };
    await store.commit(toCommit(head, { batch, plan: written, results }), options);
    if (isNews) await index.show(NEVER);
    return written;
  } catch (error) {
    // What has its commit by now is not undone: the store is asked.
    if (!options.signal.aborted) await undoIndex(needs).catch(leaveToReconcile);
    throw error;
  }
}

const NOTHING_REFUSED: ReadonlyMap<Pmid, string> = new Map();

async function undoIndex(needs: PublishNeeds): Promise<void> {
  await rollBackIndex(needs, { signal: AbortSignal.timeout(UNDO_MS) });
}

/**
 * The caller holds the publish lock. The store is asked once it has settled: a commit whose answer was lost
 * on the way may still become one.
 */
export async function rollBackIndex({ store, index }: PublishNeeds, options: CallOptions): Promise<void> {
  const { last, next } = await store.findSequences(options);
  await index.rollbackTo(last, { ...options, upTo: next });
}

/** The batch stays announced, so that the next writer undoes it. */
export function leaveToReconcile(): void {}

/** Some 5 ms of work, after which a request that waits has its turn. */
const REVISIONS_A_SLICE = 200;

async function toContent({ steps, superseded }: BatchPlan): Promise<ArchivedBatch['content']> {
  const revisions = listRevisions(steps);
  const chunks: Chunk[] = [];
  for (let from = 0; from < revisions.length; from += REVISIONS_A_SLICE) {
    const slice = revisions.slice(from, from + REVISIONS_A_SLICE);
    chunks.push(...slice.flatMap(({ revision, prepared }) => toChunks(prepared, revision)));
    await setImmediate();
  }
  const vectors = joinVectors(revisions.map(({ prepared }) => prepared.vectors));
  return { chunks, vectors, superseded };
}

function toCommit(
  head: Pick<CommitBatch, 'batchId' | 'after' | 'sequence' | 'at'>,
  { batch, plan, results }: Pick<ArchivedBatch, 'batch' | 'plan' | 'results'>,
): CommitBatch {
  const { file, itemsDone, finished } = batch;
  const { steps: all, deleted, buried, confirmed, withdrawn } = plan;
  const placed = listArchiveSteps(plan).map((step, at) => ({ ...step, ...resultAt(results, at) }));
  const fileRank = file === null ? null : findFileRank(file.name);
  return {
    ...head,
    archived: placed.flatMap(({ record, uri, current }): ArchivedRecord[] => {
      const { pmid, contentHash, version, origin } = record;
      if (pmid === null) return [];
      const { fetchedAt, http } = origin;
      const fileRank = findRecordFileRank(record);
      return [{ pmid, uri, contentHash, version, current, fileRank, fetchedAt, etag: http.etag }];
    }),
    moved: placed.flatMap(({ record: { pmid }, replaces, earlierUri }): MovedRecord[] => {
      const contentHash = replaces?.keep?.contentHash;
      return pmid === null || contentHash === undefined || earlierUri === null
        ? []
        : [{ pmid, contentHash, uri: earlierUri }];
    }),
    revisions: listRevisions(all).map(({ record, pmid, revision, prepared }) => ({
      pmid,
      revision,
      version: record.version,
      contentHash: record.contentHash,
      ...toRevisionFacts(prepared),
    })),
    deletions: [...deleted, ...buried],
    quarantined: placed.flatMap(({ record, prepared, uri }) =>
      prepared.kind === 'unreadable'
        ? [
            {
              contentHash: record.contentHash,
              pmid: record.pmid,
              reason: prepared.reason,
              uri,
              source: record.origin.source.endpoint,
            },
          ]
        : [],
    ),
    file:
      file === null ? null : { fileHash: file.fileHash, md5: file.md5, name: file.name, itemsDone, finished },
    confirmed: fileRank === null ? null : { fileRank, pmids: confirmed },
    withdrawn: fileRank === null ? null : { fileRank, pmids: withdrawn },
  };
}

function resultAt(results: readonly ArchivePutResult[], at: number): ArchivePutResult {
  const result = results[at];
  if (result === undefined) throw new Error('the archive answered fewer results than it was given puts');
  return result;
}

function toOutcome({ steps, deleted }: BatchPlan, archived: readonly ArchiveStep[]): BatchOutcome {
  const unreadable = archived.flatMap(({ record, prepared }) =>
    prepared.kind === 'unreadable' ? [{ pmid: record.pmid, reason: prepared.reason }] : [],
  );
  return {
    archived: archived.length - unreadable.length,
    skipped: steps.length - archived.length,
    indexed: archived.filter(({ revision }) => revision !== null).length,
    failed: unreadable.length,
    deleted: deleted.length,
    problems: unreadable,
  };
}
