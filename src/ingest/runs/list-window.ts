import { randomUUID } from 'node:crypto';
import type { DayWindow } from '../../domain/calendar/ncbi-day.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Pmid } from '../../domain/ids.ts';
import { listMatchingPmids } from '../../pubmed/queries/pmid-listing.ts';
import { toDateWindowQuery } from '../../pubmed/queries/query-builder.ts';
import { JOB_REQUEST_DEADLINE_MS } from '../../pubmed/source-limits.ts';
import type { SyncList } from '../../store/port/sync-lists.ts';
import { toRequestOptions } from '../fetch/fetch-portion.ts';
import type { SyncNeeds } from './work-off-list.ts';

/**
 * New records have their day of creation in the window, revised ones that of their modification. The day of
 * entry never serves: NLM dates it back for records that come late.
 */
const WINDOW_TAGS = ['crdt', 'mdat'] as const;

/** How many records are new or revised in the window; those that are both count twice. */
export async function countWindow(
  { literature, clock }: SyncNeeds,
  term: string,
  window: DayWindow,
  options: CallOptions,
): Promise<number> {
  let count = 0;
  for (const tag of WINDOW_TAGS) {
    const query = toDateWindowQuery(term, { ...window, tag });
    const { total } = await literature.search({ term: query, limit: 0 }, toRequestOptions(clock, options));
    count += total;
  }
  return count;
}

export interface WindowRequest {
  term: string;
  /** What the user asked, by which a later run finds the list. */
  key: string;
  window: DayWindow;
  /** At most so many records; the list is truncated when there are more. */
  room: number;
  listedAt: Date;
}

export async function listWindow(
  needs: SyncNeeds,
  { term, key, window, room, listedAt }: WindowRequest,
  options: CallOptions,
): Promise<SyncList> {
  const { store, literature: source, clock } = needs;
  const listId = randomUUID();
  const head = { listId, request: key, windowFrom: window.from, windowTo: window.to };
  await store.startList({ ...head, listedAt: listedAt.toISOString() }, options);
  const deadlineAt = () => clock.now().getTime() + JOB_REQUEST_DEADLINE_MS;
  const isLimited = Number.isFinite(room);
  /** What fills the room: a record that is new and revised takes one place. Empty without a limit. */
  const taken = new Set<Pmid>();
  let truncated = false;
  for (const tag of WINDOW_TAGS) {
    const query = toDateWindowQuery(term, { ...window, tag });
    for await (const { pmids } of listMatchingPmids({ source, term: query, deadlineAt }, options)) {
      const fresh = pmids.filter((pmid) => !taken.has(pmid));
      const fitting = fresh.slice(0, room - taken.size);
      await store.addToList(listId, fitting, options);
      truncated ||= fitting.length < fresh.length;
      if (isLimited) for (const pmid of fitting) taken.add(pmid);
    }
  }
  return store.finishList(listId, { truncated, term }, options);
}
