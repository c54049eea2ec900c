import type { CallOptions } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Pmid } from '../../domain/ids.ts';
import { PubmedError } from '../../errors/pubmed-error.ts';
import type { LiteratureSource, SourceCallOptions } from '../../pubmed/literature-source.ts';
import { UnreadableInputError } from '../../pubmed/records/unreadable-input-error.ts';
import { JOB_REQUEST_DEADLINE_MS } from '../../pubmed/source-limits.ts';
import type { CorpusStore } from '../../store/corpus-store.ts';
import type { IncomingRecord } from '../records.ts';
import type { IncomingItem } from '../to-batches.ts';
import { explainMissing, type PmidProblem } from './explain-missing.ts';
import { type FetchedRecords, toFetchedRecords } from './fetched-records.ts';

export interface PortionNeeds {
  literature: Pick<LiteratureSource, 'fetchRecords' | 'summarise'>;
  store: CorpusStore;
  clock: Clock;
}

/** What came of at most 200 PMIDs: each is among the records or among the problems. */
export interface Portion {
  records: IncomingRecord[];
  /** PMIDs without a record; `unanswered` ones are owed: NCBI has them, or says nothing of them. */
  problems: PmidProblem[];
}

/**
 * One poison record costs 16 requests to find; answers that stay unreadable beyond that are no matter
 * of a record.
 */
const MOST_UNREADABLE_ANSWERS = 50;
/**
 * Where NCBI says that it has this many records at once, and delivers none of them, it is NCBI that fails.
 */
const TOO_MANY_TO_OWE = 20;

/** One request of a run, with the time it may take. */
export function toRequestOptions(clock: Clock, { signal }: CallOptions): SourceCallOptions {
  return { signal, deadlineAt: clock.now().getTime() + JOB_REQUEST_DEADLINE_MS };
}

/** The source as `fetchPortion` takes it, with one deadline over all that it asks. */
export function keepDeadline(
  literature: PortionNeeds['literature'],
  { deadlineAt }: Pick<SourceCallOptions, 'deadlineAt'>,
): PortionNeeds['literature'] {
  return {
    fetchRecords: (pmids, { signal }) => literature.fetchRecords(pmids, { signal, deadlineAt }),
    summarise: (pmids, { signal }) => literature.summarise(pmids, { signal, deadlineAt }),
  };
}

/**
 * Fetches the records and asks after those that did not come. A record that spoils its whole answer is found
 * by halving, so that its neighbours come in. Throws `PubmedError` where NCBI fails.
 */
export async function fetchPortion(
  needs: PortionNeeds,
  pmids: readonly Pmid[],
  options: CallOptions,
): Promise<Portion> {
  const { records, missing, unreadable } = await fetchByHalves(needs, pmids, options);
  if (missing.length + unreadable.length === 0) return { records, problems: [] };
  const problems = await explainMissing(
    needs,
    [...missing, ...unreadable],
    toRequestOptions(needs.clock, options),
  );
  const again = problems.flatMap(({ pmid, reason }) =>
    reason === 'unanswered' && !unreadable.includes(pmid) ? [pmid] : [],
  );
  if (again.length === 0) return { records, problems };
  // ESummary has them, so EFetch may have left them out in passing.
  const second = await fetchByHalves(needs, again, options);
  const delivered = new Set(second.records.map(({ pmid }) => pmid));
  if (delivered.size === 0 && again.length === pmids.length && again.length >= TOO_MANY_TO_OWE) {
    const message = `EFetch delivered none of ${again.length} records, twice`;
    throw new PubmedError('PUBMED_BAD_RESPONSE', { message });
  }
  return {
    records: [...records, ...second.records],
    problems: problems.filter(({ pmid }) => !delivered.has(pmid)),
  };
}

interface Fetched extends Pick<FetchedRecords, 'records' | 'missing'> {
  /** PMIDs whose answer cannot be read, each asked for by itself. */
  unreadable: Pmid[];
}

async function fetchByHalves(
  { literature, clock }: PortionNeeds,
  pmids: readonly Pmid[],
  options: CallOptions,
): Promise<Fetched> {
  const fetched: Fetched = { records: [], missing: [], unreadable: [] };
  const waiting: (readonly Pmid[])[] = [pmids];
  let failures = 0;
  for (let asked = waiting.pop(); asked !== undefined; asked = waiting.pop()) {
    const answer = await literature.fetchRecords(asked, toRequestOptions(clock, options));
    try {
      const { records, missing } = toFetchedRecords(answer, asked);
      fetched.records.push(...records);
      fetched.missing.push(...missing);
    } catch (error) {
      failures += 1;
      if (!isUnreadable(error) || failures > MOST_UNREADABLE_ANSWERS) throw error;
      const middle = Math.ceil(asked.length / 2);
      if (asked.length === 1) fetched.unreadable.push(...asked);
      else waiting.push(asked.slice(middle), asked.slice(0, middle));
    }
  }
  return fetched;
}

function isUnreadable(error: unknown): boolean {
  return error instanceof PubmedError && error.cause instanceof UnreadableInputError;
}

/** The records of a portion, and the departures that follow from NCBI's word. */
export function toItems({ records, problems }: Portion): IncomingItem[] {
  return [
    ...records.map((record): IncomingItem => ({ kind: 'record', record })),
    ...problems
      .filter(({ reason }) => reason === 'deleted' || reason === 'merged_into')
      .map(({ pmid, mergedInto }) => toDeparture(pmid, mergedInto)),
  ];
}

export function toDeparture(pmid: Pmid, mergedInto: Pmid | null): IncomingItem {
  const merged = mergedInto === null ? {} : { mergedInto };
  return { kind: 'deletion', deletion: { ordinal: 0, pmids: [pmid], ...merged } };
}
