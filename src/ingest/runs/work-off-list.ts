import type { CallOptions } from '../../domain/call-options.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { LiteratureSource } from '../../pubmed/literature-source.ts';
import { MAX_IDS_PER_REQUEST } from '../../pubmed/source-limits.ts';
import type { SyncList } from '../../store/port/sync-lists.ts';
import type { PmidProblem } from '../fetch/explain-missing.ts';
import { fetchPortion, type Portion, toItems } from '../fetch/fetch-portion.ts';
import { createFetchWindow, type FetchWindow } from '../fetch/fetch-window.ts';
import { type PipelineNeeds, runPipeline } from '../pipeline.ts';
import { readAhead } from '../read-ahead.ts';
import type { IncomingBatch } from '../records.ts';
import { DEFAULT_BATCH_LIMITS, toBatches } from '../to-batches.ts';
import type { PartCounts, RunReport } from './run-report.ts';

export interface SyncNeeds extends PipelineNeeds {
  literature: LiteratureSource;
}

export interface ListProgress {
  report: RunReport;
  part: PartCounts;
  /** 0 … 100 of the whole run, from how many of the list are done. */
  toPct: (done: number) => number;
}

/** Requests under way or answered and waiting: as many as a full batch takes. */
const FETCHES_AHEAD = DEFAULT_BATCH_LIMITS.maxRecords / MAX_IDS_PER_REQUEST;
/** The portions that were taken together are one batch: `isBatchFull` has bounded them. */
const AS_TAKEN = { maxRecords: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
const PORTIONS_A_PAGE = 10;

/** What comes with the last batch of the portions that were taken together. */
interface Taken {
  problems: readonly PmidProblem[];
  /** PMIDs asked for. */
  asked: number;
}

interface Fetching extends Pick<ListProgress, 'part' | 'report'> {
  window: FetchWindow;
  takenWith: Map<IncomingBatch, Taken>;
}

/**
 * Fetches what the list has left and publishes it; what is published is marked as done. Whatever ends it
 * early, the list tells what is left, and no more is fetched again than the window holds.
 */
export async function workOffList(
  needs: SyncNeeds,
  list: SyncList,
  { report, part, toPct }: ListProgress,
  options: CallOptions,
): Promise<void> {
  const { store, clock } = needs;
  const takenWith = new Map<IncomingBatch, Taken>();
  const window = createFetchWindow(list.total);
  // Whoever looks on, or takes the job over, knows how much it is before the first batch is done.
  report.say({ pct: toPct(list.done), message: `${part.name}: ${part.found.toLocaleString('en')} records` });
  let done = list.done;
  for await (const { batch, outcome } of runPipeline(
    needs,
    fetchBatches(needs, list, { takenWith, window, part, report }, options),
    options,
  )) {
    const { problems, asked } = takenWith.get(batch) ?? NOTHING_TAKEN;
    takenWith.delete(batch);
    const settled = listSettled(batch, problems);
    for (const owed of [false, true]) {
      const pmids = settled.filter((one) => one.owed === owed).map(({ pmid }) => pmid);
      const facts = { owed, at: clock.now().toISOString() };
      if (pmids.length > 0) await store.markDone(list.listId, pmids, facts, options);
    }
    window.give(asked);
    done += settled.length;
    report.addFailed(part, problems.map(toProblem));
    report.addBatch(part, outcome, toPct(done));
    await report.save(options);
  }
  // A run of the same request that works off the same list has done the rest.
  report.addSkipped(part, list.total - done);
}

const NOTHING_TAKEN: Taken = { problems: [], asked: 0 };

/**
 * A batch is what the portions that have arrived hold: a slow source is not waited for, a fast one fills
 * batches. Whoever stops reading ends the requests that are under way.
 */
function fetchBatches(
  needs: SyncNeeds,
  list: SyncList,
  fetching: Fetching,
  { signal }: CallOptions,
): AsyncIterable<IncomingBatch> {
  return {
    [Symbol.asyncIterator]() {
      const stopping = new AbortController();
      const options = { signal: AbortSignal.any([signal, stopping.signal]), stop: () => stopping.abort() };
      const batches = readBatches(needs, list, fetching, options);
      return {
        next: () => batches.next(),
        return() {
          options.stop();
          return batches.return(undefined);
        },
      };
    },
  };
}

async function* readBatches(
  needs: SyncNeeds,
  list: SyncList,
  { takenWith, window, part, report }: Fetching,
  { stop, ...options }: CallOptions & { stop: () => void },
): AsyncGenerator<IncomingBatch, undefined> {
  const fetched = readAhead(listPortions(needs, list, window, options), {
    ahead: FETCHES_AHEAD,
    work: async (pmids) => ({ ...(await fetchPortion(needs, pmids, options)), asked: pmids.length }),
  });
  try {
    for (
      let portions = await fetched.take(isBatchFull);
      portions !== null;
      portions = await fetched.take(isBatchFull)
    ) {
      let last: IncomingBatch | null = null;
      report.addFound(
        part,
        portions.reduce((extra, portion) => extra + countExtra(portion), 0),
      );
      for await (const batch of toBatches(portions.flatMap(toItems), {
        file: null,
        limits: AS_TAKEN,
      })) {
        if (last !== null) yield last;
        last = batch;
      }
      if (last === null) continue;
      takenWith.set(last, {
        problems: portions.flatMap(({ problems }) => problems),
        asked: portions.reduce((sum, { asked }) => sum + asked, 0),
      });
      yield last;
    }
  } finally {
    stop();
    await fetched[Symbol.asyncDispose]();
  }
}

function isBatchFull(portions: readonly Portion[]): boolean {
  const records = portions.flatMap((portion) => portion.records);
  const bytes = records.reduce((sum, record) => sum + record.bytes.length, 0);
  return records.length >= DEFAULT_BATCH_LIMITS.maxRecords || bytes >= DEFAULT_BATCH_LIMITS.maxBytes;
}

/** Several versions of a PMID, or records that tell none, are records beyond those of the list. */
function countExtra({ records }: Portion): number {
  const pmids = records.flatMap(({ pmid }) => (pmid === null ? [] : [pmid]));
  return records.length - new Set(pmids).size;
}

async function* listPortions(
  { store }: SyncNeeds,
  { listId }: SyncList,
  window: FetchWindow,
  options: CallOptions,
) {
  let after = '';
  for (;;) {
    const page = await store.listUndone(listId, { after, limit: PORTIONS_A_PAGE * window.portion }, options);
    for (let at = 0; at < page.length; at += window.portion) {
      const pmids = page.slice(at, at + window.portion);
      await window.take(pmids.length, options);
      yield pmids;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

function listSettled(
  { records }: IncomingBatch,
  problems: readonly PmidProblem[],
): { pmid: Pmid; owed: boolean }[] {
  const delivered = new Set(records.flatMap(({ pmid }) => (pmid === null ? [] : [pmid])));
  return [
    ...[...delivered].map((pmid) => ({ pmid, owed: false })),
    ...problems.map(({ pmid, reason }) => ({ pmid, owed: reason === 'unanswered' })),
  ];
}

function toProblem({ pmid, reason, mergedInto }: PmidProblem): { pmid: string; reason: string } {
  switch (reason) {
    case 'merged_into':
      return { pmid, reason: `NCBI merged it into PMID ${mergedInto}.` };
    case 'deleted':
      return { pmid, reason: 'NCBI deleted it.' };
    case 'not_found':
      return { pmid, reason: 'NCBI lists it and has no record of it.' };
    default:
      return { pmid, reason: 'NCBI did not deliver it; the next run of the query asks for it again.' };
  }
}
