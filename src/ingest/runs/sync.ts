import { randomUUID } from 'node:crypto';
import { earlier, type NcbiDay, toNcbiDay } from '../../domain/calendar/ncbi-day.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { RunName } from '../../domain/corpus/archive-key.ts';
import { BioMcpError, ERROR_CODES } from '../../errors/bio-mcp-error.ts';
import { PubmedError } from '../../errors/pubmed-error.ts';
import type { SearchAnswer } from '../../pubmed/literature-source.ts';
import { listMatchingPmids } from '../../pubmed/queries/pmid-listing.ts';
import { checkTerm } from '../../pubmed/queries/query-check.ts';
import { toWarningSentence } from '../../pubmed/queries/search-literature.ts';
import { JOB_REQUEST_DEADLINE_MS, MAX_SEARCH_HITS } from '../../pubmed/source-limits.ts';
import type { SyncList } from '../../store/port/sync-lists.ts';
import { toRequestOptions } from '../fetch/fetch-portion.ts';
import type { RunReport } from './run-report.ts';
import { withdrawGone } from './withdraw-gone.ts';
import { type SyncNeeds, workOffList } from './work-off-list.ts';

export interface SyncRequest {
  /** In PubMed's own query language. */
  term: string;
  /** `null`: everything that matches. */
  limit: number | null;
}

/** What a sync works with: the report it fills and the run it belongs to. */
export interface SyncRun {
  report: RunReport;
  run: RunName;
}

const CLOCK_IS_WRONG =
  'The clock of this machine is more than a day off that of NCBI, whose days count: set it right.';
const DAY_MS = 24 * 3_600_000;
/** A list older than this is no answer to "what matches now": the run lists anew. */
const RESUMABLE_MS = DAY_MS;
/** Nobody comes back for a list that was left alone for so long. */
const FORGOTTEN_MS = 7 * DAY_MS;

/**
 * Brings everything that matches into the corpus. The list of PMIDs is kept first, so that a run that was
 * killed or failed is gone on with by the same command. A run that a limit did not cut short finds deletions
 * and moves the query's watermark to the day on which the list was made.
 */
export async function syncQuery(
  needs: SyncNeeds,
  request: SyncRequest,
  { report, run }: SyncRun,
  options: CallOptions,
): Promise<void> {
  const { store, clock } = needs;
  const term = checkTerm(request.term);
  const { total, today } = await askTerm(needs, term, report, options);
  report.facts.truncated = request.limit !== null && request.limit < total;
  const key = JSON.stringify(['pubmed.sync', term, request.limit]);
  if (total === 0) return withdrawVanished(needs, { term, key, today }, { report, run }, options);
  const list =
    (await resumeList(needs, key, { report, run }, options)) ??
    (await makeList(needs, { term, key, limit: request.limit, total, today }, { report, run }, options));
  const part = report.startPart(term);
  report.addFound(part, list.total);
  report.addSkipped(part, list.done);
  const toPct = (done: number) => (done / Math.max(list.total, 1)) * 99;
  await keepOrDrop(needs, list, () => workOffList(needs, list, { report, part, toPct }, options));
  if (!list.truncated) await withdrawGone(needs, { term, listId: list.listId }, { report, part }, options);
  const completeTo = list.truncated ? null : earlier(list.windowTo, today);
  const at = clock.now().toISOString();
  const close = () =>
    store.closeList(list.listId, { term, completeTo, today, runId: run.jobId, at }, options);
  await store.withPublishLock(close, options);
  report.facts.watermark = (await store.findWatermark(term, options))?.completeTo ?? null;
}

/**
 * What NCBI makes of the term, before anything else is asked: it leaves a phrase that it does not know out of
 * a query, so a term that finds nothing would find all of PubMed beside another condition.
 */
export async function askTerm(
  { literature, clock, store }: SyncNeeds,
  term: string,
  { facts }: RunReport,
  options: CallOptions,
): Promise<SearchAnswer & { today: NcbiDay }> {
  const answer = await literature.search({ term, limit: 0 }, toRequestOptions(clock, options));
  facts.term = term;
  facts.total = answer.total;
  facts.query_translation = answer.queryTranslation;
  facts.watermark = (await store.findWatermark(term, options))?.completeTo ?? null;
  const now = answer.answeredAt ?? clock.now();
  const isClockWrong = Math.abs(now.getTime() - clock.now().getTime()) > DAY_MS;
  const warnings = [...answer.warnings.map(toWarningSentence), ...(isClockWrong ? [CLOCK_IS_WRONG] : [])];
  facts.warnings = warnings;
  // Before the work: what finds nothing, or fails on its way, has its warnings shown too.
  await store.saveTopic({ term, at: clock.now().toISOString(), warnings }, options);
  return { ...answer, today: toNcbiDay(now) };
}

/** The list that an earlier attempt at the same request left; `null` when there is none to go on with. */
export async function resumeList(
  { store }: SyncNeeds,
  request: string,
  { report, run }: SyncRun,
  options: CallOptions,
): Promise<SyncList | null> {
  const before = (ms: number) => new Date(run.startedAt.getTime() - ms).toISOString();
  await store.dropListsUntouchedSince(before(FORGOTTEN_MS), options);
  // One from the future was made by a clock that was wrong: nobody knows how old it is.
  const within = { listedAfter: before(RESUMABLE_MS), listedBefore: before(-RESUMABLE_MS) };
  const list = await store.findList({ request, ...within }, options);
  report.facts.resumed = list !== null;
  return list;
}

/**
 * Of a query that brought something before and now finds nothing at all. That may be a fault of NCBI's: only
 * what it names as deleted or merged leaves, and the watermark stays where it is.
 */
async function withdrawVanished(
  needs: SyncNeeds,
  { term, key, today }: Pick<ListRequest, 'term' | 'key' | 'today'>,
  { report, run }: SyncRun,
  options: CallOptions,
): Promise<void> {
  const { store } = needs;
  if (report.facts.watermark === null) return;
  const listId = randomUUID();
  const listedAt = run.startedAt.toISOString();
  await store.startList({ listId, request: key, windowFrom: null, windowTo: today, listedAt }, options);
  try {
    const part = report.startPart(term);
    await withdrawGone(needs, { term, listId, forgetsLive: false }, { report, part }, options);
  } finally {
    await store.dropList(listId, { signal: AbortSignal.timeout(60_000) });
  }
}

interface ListRequest {
  term: string;
  key: string;
  limit: number | null;
  total: number;
  today: NcbiDay;
}

async function makeList(
  needs: SyncNeeds,
  { term, key, limit, total, today }: ListRequest,
  { report, run }: SyncRun,
  options: CallOptions,
): Promise<SyncList> {
  const { store } = needs;
  const listId = randomUUID();
  const listedAt = run.startedAt.toISOString();
  await store.startList({ listId, request: key, windowFrom: null, windowTo: today, listedAt }, options);
  const truncated = limit !== null && limit < total;
  let room = truncated ? limit : Number.POSITIVE_INFINITY;
  let listed = 0;
  for await (const pmids of truncated && limit <= MAX_SEARCH_HITS
    ? listFirst(needs, term, limit, options)
    : listAll(needs, term, options)) {
    const taken = pmids.slice(0, room);
    await store.addToList(listId, taken, options);
    room -= taken.length;
    listed += taken.length;
    report.say({
      pct: 0,
      message: `listing: ${listed.toLocaleString('en')} of ${total.toLocaleString('en')}`,
    });
    if (room <= 0) break;
  }
  return store.finishList(listId, { truncated, term }, options);
}

/** The newest ones, in one request. */
async function* listFirst(
  { literature, clock }: SyncNeeds,
  term: string,
  limit: number,
  options: CallOptions,
) {
  const { pmids, total } = await literature.search({ term, limit }, toRequestOptions(clock, options));
  if (pmids.length < Math.min(limit, total)) {
    const message = `a search counted ${total} hits and listed ${pmids.length} of the ${limit} asked for`;
    throw new PubmedError('PUBMED_BAD_RESPONSE', { message });
  }
  yield pmids;
}

async function* listAll({ literature, clock }: SyncNeeds, term: string, options: CallOptions) {
  const deadlineAt = () => clock.now().getTime() + JOB_REQUEST_DEADLINE_MS;
  for await (const { pmids } of listMatchingPmids({ source: literature, term, deadlineAt }, options))
    yield pmids;
}

/**
 * What may pass by itself leaves the list, and so does a stop; with any other failure it is of no
 * use any more.
 */
export async function keepOrDrop(
  { store }: SyncNeeds,
  { listId }: SyncList,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    // Of a block the list is not to blame: once it is lifted, the run goes on.
    const isLasting =
      error instanceof BioMcpError && !ERROR_CODES[error.code].retryable && error.code !== 'PUBMED_BLOCKED';
    if (isLasting) await store.dropList(listId, { signal: AbortSignal.timeout(60_000) });
    throw error;
  }
}
