import { randomUUID } from 'node:crypto';
import { listRoom } from '../../archive/list-room.ts';
import { listStateLogs, readStateLog } from '../../archive/state-log.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { optimizeWhole } from '../../search/optimize-whole.ts';
import { type BatchOutcome, NOTHING } from '../publish/batch-outcome.ts';
import type { PartCounts, RunReport } from '../runs/run-report.ts';
import { type StateNeeds, writeState } from '../write-state.ts';
import { type AdoptNeeds, adoptObjects } from './adopt-objects.ts';
import { restoreDocuments } from './restore-documents.ts';

export interface ReindexNeeds extends AdoptNeeds {
  /** The tables in use. */
  store: StateNeeds['store'];
  /** Of the fresh index. */
  indexState: IndexState;
  /** The fresh index takes its place; called once the fresh tables have taken theirs. */
  switchIndex(): Promise<void>;
  /** Hears why what is left of the fresh tables could not be removed: the next rebuild does so. */
  onLeft(error: unknown): void;
}

/** Lines of one transaction. */
const LINES = 2_000;
/** Reading `state/` and looking through the archive weigh little beside reading every record. */
const PCT = { state: 5, documents: 85, objects: 95 };

/**
 * Builds store and index anew from the archive alone, beside those in use, and puts them in their place as a
 * whole: first what `state/` says, then the records themselves, then whatever else the archive holds. Readers
 * are answered from the old ones until then; writers wait for the end, since the caller holds the publish
 * lock, and has begun with an empty index after that. Where it fails or is stopped, the old ones stay, and it
 * can be started again.
 */
export async function reindexCorpus(
  needs: ReindexNeeds,
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const { rebuild, index } = needs;
  const work = async () => {
    // The tables may know what the archive does not say yet.
    await writeState(needs, { jobId: randomUUID() }, [], options);
    await rebuild.begin(options);
    await restoreState(needs, report, options);
    const { revisions, unknownLines } = await rebuild.settle(options);
    if (unknownLines > 0) report.facts.unknown_state_lines = unknownLines;
    await restoreAll(needs, report, revisions, options);
    report.say({ pct: PCT.objects, message: 'bringing the index up to date' });
    await optimizeWhole(index, options);
    await requireWhole(needs, options);
    report.say({ pct: PCT.objects, message: 'taking the place of the old tables and index' });
    await moveManifests(needs, options);
    options.signal.throwIfAborted();
    await rebuild.swap(options);
    await needs.switchIndex();
  };
  try {
    await work();
  } finally {
    // It has ended by now: a failure here neither makes it one that is done again, nor hides why it failed.
    await rebuild.discard({ signal: AbortSignal.timeout(DISCARD_MS) }).catch(needs.onLeft);
  }
}

/** Where the archive was copied or moved, jobs and runs of before lead to where the manifests lie now. */
async function moveManifests({ rebuild, archive, keys }: ReindexNeeds, options: CallOptions): Promise<void> {
  const elsewhere = await rebuild.listManifestsElsewhere(options);
  if (elsewhere.length === 0) return;
  const here = new Map<string, ArchiveUri>();
  for await (const { key, uri } of listRoom({ archive, prefix: keys.prefix }, 'manifests', options)) {
    here.set(toName(key), uri);
  }
  const moves = elsewhere.flatMap((from) => {
    const to = here.get(toName(from));
    return to === undefined ? [] : [{ from, to }];
  });
  await rebuild.moveManifests(moves, options);
}

/** Of the run and its instant, whatever stands before it. */
function toName(address: string): string {
  const [path = ''] = address.split('?');
  return path.slice(path.lastIndexOf('/') + 1);
}

/**
 * A fresh index that another hand took chunks from would answer with gaps, and nothing would tell of them.
 */
async function requireWhole({ rebuild, index }: ReindexNeeds, options: CallOptions): Promise<void> {
  const [{ chunks: expected }, found] = await Promise.all([
    rebuild.store.countCorpus(options),
    index.countChunks(options),
  ]);
  if (found === expected) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    'The new index does not hold every passage, so that the old one stays; run `bio-mcp reindex` again.',
    { message: `the fresh index holds ${found} live chunks where the fresh tables tell of ${expected}` },
  );
}

/** Tidying takes place although the caller gave up, and must itself end. */
const DISCARD_MS = 60_000;

/** A damaged log is told and passed over: the records that it speaks of are in the archive all the same. */
async function restoreState(needs: ReindexNeeds, report: RunReport, options: CallOptions): Promise<void> {
  const { archive, keys } = needs;
  const part = report.startPart('state');
  for await (const { key, uri } of listStateLogs({ archive, prefix: keys.prefix }, options)) {
    report.say({ pct: 0, message: `reading ${key}` });
    const tell = (reason: string) =>
      report.addBatch(part, { ...NOTHING, problems: [{ pmid: null, reason: `${key}: ${reason}` }] }, 0);
    let lines: unknown[] = [];
    const reading = async () => {
      for await (const line of readStateLog({ archive, uri }, options)) {
        lines.push(line);
        if (lines.length < LINES) continue;
        await restoreLines(needs, lines, tell, options);
        lines = [];
      }
    };
    await reading().catch((error: unknown) => tell(toDamage(error)));
    await restoreLines(needs, lines, tell, options);
  }
}

/** Where one of them has the wrong form, each by itself: the others go in. */
async function restoreLines(
  { rebuild }: Pick<ReindexNeeds, 'rebuild'>,
  lines: readonly unknown[],
  tell: (reason: string) => void,
  options: CallOptions,
): Promise<void> {
  try {
    await rebuild.restore(lines, options);
  } catch (error) {
    const damage = toDamage(error);
    if (lines.length <= 1) return tell(damage);
    for (const line of lines) await restoreLines({ rebuild }, [line], tell, options);
  }
}

/** Throws whatever is no damage of the archive. */
function toDamage(error: unknown): string {
  if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return `${error.message}.`;
  throw error;
}

async function restoreAll(
  needs: ReindexNeeds,
  report: RunReport,
  revisions: number,
  options: CallOptions,
): Promise<void> {
  const add = (part: PartCounts, outcome: BatchOutcome, toPct: () => number) =>
    report.addBatch(part, outcome, toPct());
  const documents = report.startPart('documents');
  const span = PCT.documents - PCT.state;
  for await (const outcome of restoreDocuments(needs, options)) {
    add(documents, outcome, () => PCT.state + (documents.found / Math.max(revisions, 1)) * span);
  }
  await needs.rebuild.finishRestoring(needs.indexState, options);
  const objects = report.startPart('other objects');
  report.say({ pct: PCT.documents, message: 'looking for what state/ does not name' });
  for await (const outcome of adoptObjects(needs, options)) add(objects, outcome, () => PCT.documents);
}
