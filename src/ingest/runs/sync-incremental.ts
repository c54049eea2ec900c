import { addDays, countDays, type DayWindow, earlier, splitWindow } from '../../domain/calendar/ncbi-day.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';
import { checkTerm } from '../../pubmed/queries/query-check.ts';
import type { SyncList } from '../../store/port/sync-lists.ts';
import { countWindow, listWindow } from './list-window.ts';
import { askTerm, keepOrDrop, resumeList, type SyncRun, syncQuery } from './sync.ts';
import { type SyncNeeds, workOffList } from './work-off-list.ts';

export interface IncrementalRequest {
  term: string;
  /** The first day to ask for, YYYY-MM-DD; `null`: where the query's watermark stands, less the overlap. */
  since: string | null;
  limit: number | null;
  /**
   * So many days before the watermark are asked for again: NCBI dates records by the day and
   * indexes them later.
   */
  overlapDays: number;
}

/** A window with more records than this is halved, so that the watermark moves now and then in a long run. */
const MOST_RECORDS_A_WINDOW = 5_000;

/**
 * Brings in what is new or revised since the watermark, window by window, the oldest first. The watermark
 * moves over each window when all of it is archived and indexed, so whatever ends the run early leaves it
 * where the last complete window ended. A query without a watermark takes everything, as `syncQuery` does,
 * unless `since` is given.
 */
export async function syncIncrementally(
  needs: SyncNeeds,
  { since, limit, overlapDays, ...request }: IncrementalRequest,
  context: SyncRun,
  options: CallOptions,
): Promise<void> {
  const { store } = needs;
  const { report } = context;
  const term = checkTerm(request.term);
  const stored = await store.findWatermark(term, options);
  if (stored === null && since === null) return syncQuery(needs, { term, limit }, context, options);
  const { total, today } = await askTerm(needs, term, report, options);
  if (since !== null && since > today)
    throw new ValidationError(`\`since\` (${since}) lies in the future; at NCBI it is ${today}.`);
  // One in the future was set by a clock that was wrong: nobody knows the day of its run, so that everything
  // is taken anew.
  const completeTo = stored !== null && stored.completeTo <= today ? stored.completeTo : null;
  if (completeTo === null && since === null) return syncQuery(needs, { term, limit }, context, options);
  const from = since ?? addDays(completeTo ?? today, -overlapDays);
  report.facts.truncated = false;
  if (total === 0) return;
  // A beginning behind the watermark leaves a gap, over which it must not move.
  const moves = stored === null || (completeTo !== null && from <= completeTo);
  const key = JSON.stringify(['pubmed.sync.incremental', term, since, limit]);
  const following: Following = { term, key, moves, limit, whole: { from, to: today }, context };
  const reached = await followWindows(needs, following, options);
  report.facts.truncated = reached !== today;
  report.facts.watermark = (await store.findWatermark(term, options))?.completeTo ?? null;
}

interface Following {
  term: string;
  key: string;
  moves: boolean;
  limit: number | null;
  whole: DayWindow;
  context: SyncRun;
}

/** Resolves to the last day that is complete; `null` when none is. */
async function followWindows(
  needs: SyncNeeds,
  following: Following,
  options: CallOptions,
): Promise<string | null> {
  const { term, key, limit, whole, context } = following;
  const listedAt = context.run.startedAt;
  let room = limit ?? Number.POSITIVE_INFINITY;
  let reached: string | null = null;
  const follow = async (list: SyncList) => {
    await followList(needs, following, list, options);
    room = list.truncated ? 0 : room - list.total;
    if (!list.truncated) reached = earlier(list.windowTo, whole.to);
  };
  const left = await resumeList(needs, key, context, options);
  if (left !== null) await follow(left);
  const waiting: DayWindow[] = [];
  const next = reached === null ? whole.from : addDays(reached, 1);
  if (next <= whole.to) waiting.push({ from: next, to: whole.to });
  for (let window = waiting.pop(); window !== undefined && room > 0; window = waiting.pop()) {
    const count = await countWindow(needs, term, window, options);
    const halves = count > Math.min(MOST_RECORDS_A_WINDOW, room) ? splitWindow(window) : null;
    if (halves === null)
      await follow(await listWindow(needs, { term, key, window, room, listedAt }, options));
    else waiting.push(halves[1], halves[0]);
  }
  return reached;
}

async function followList(
  needs: SyncNeeds,
  { term, moves, whole, context: { report, run } }: Following,
  list: SyncList,
  options: CallOptions,
): Promise<void> {
  const { store, clock } = needs;
  const from = list.windowFrom ?? whole.from;
  const part = report.startPart(from === list.windowTo ? from : `${from} to ${list.windowTo}`);
  report.addFound(part, list.total);
  report.addSkipped(part, list.done);
  const daysBefore = countDays(whole.from, from) - 1;
  const days = countDays(from, list.windowTo);
  const all = countDays(whole.from, whole.to);
  const toPct = (done: number) => (99 * (daysBefore + days * (done / Math.max(list.total, 1)))) / all;
  await keepOrDrop(needs, list, () => workOffList(needs, list, { report, part, toPct }, options));
  const completeTo = moves && !list.truncated ? earlier(list.windowTo, whole.to) : null;
  const outcome = { term, completeTo, today: whole.to, runId: run.jobId, at: clock.now().toISOString() };
  await store.withPublishLock(() => store.closeList(list.listId, outcome, options), options);
}
