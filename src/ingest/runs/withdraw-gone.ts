import type { CallOptions } from '../../domain/call-options.ts';
import type { Pmid } from '../../domain/ids.ts';
import { MAX_IDS_PER_REQUEST } from '../../pubmed/source-limits.ts';
import { toDeparture, toRequestOptions } from '../fetch/fetch-portion.ts';
import { runPipeline } from '../pipeline.ts';
import { toBatches } from '../to-batches.ts';
import type { PartCounts, RunReport } from './run-report.ts';
import type { SyncNeeds } from './work-off-list.ts';

interface Withdrawal {
  term: string;
  /** Of the list that names what the query brings now. */
  listId: string;
  /** Whether what matches no more, and is there still, leaves the query. Default true. */
  forgetsLive?: boolean;
}

/**
 * Asks after each document that the query brought before and no longer does. Only NCBI's explicit word that a
 * record is deleted or merged makes it leave; one that merely matches no more stays. What NCBI says nothing
 * of is asked for again by the next complete run.
 */
export async function withdrawGone(
  needs: SyncNeeds,
  { term, listId, forgetsLive = true }: Withdrawal,
  { report, part }: { report: RunReport; part: PartCounts },
  options: CallOptions,
): Promise<void> {
  const { store, literature, clock } = needs;
  let after = '';
  for (;;) {
    options.signal.throwIfAborted();
    const page = { term, after, limit: MAX_IDS_PER_REQUEST };
    const gone = await store.listGone(listId, page, options);
    const last = gone.at(-1);
    if (last === undefined) return;
    after = last.pmid;
    const live = gone.filter((one) => one.live).map(({ pmid }) => pmid);
    const { problems } =
      live.length === 0
        ? { problems: [] }
        : await literature.summarise(live, toRequestOptions(clock, options));
    const departed = problems.filter(({ reason }) => reason !== 'unanswered');
    const items = departed.map(({ pmid, mergedInto }) => toDeparture(pmid, mergedInto));
    for await (const { outcome } of runPipeline(needs, toBatches(items, { file: null }), options)) {
      report.addBatch(part, outcome, report.progress.pct);
    }
    const unanswered = new Set(
      problems.flatMap(({ pmid, reason }) => (reason === 'unanswered' ? [pmid] : [])),
    );
    const departedPmids = new Set(departed.map(({ pmid }) => pmid));
    const isTold = (pmid: Pmid) => (forgetsLive ? !unanswered.has(pmid) : departedPmids.has(pmid));
    const told = gone.map(({ pmid }) => pmid).filter(isTold);
    await store.withPublishLock(() => store.forgetGone(term, told, options), options);
  }
}
