import type { Pmid } from '../../domain/ids.ts';
import { PubmedError } from '../../errors/pubmed-error.ts';
import type {
  LiteratureSource,
  SearchAnswer,
  SearchWarning,
  SourceCallOptions,
} from '../literature-source.ts';
import { MAX_SEARCH_HITS } from '../source-limits.ts';
import { ALL_PMIDS, type PmidRange, splitPmidRange, toPmidRangeQuery } from './pmid-range.ts';

/** All hits of the query in one range of PMIDs: exactly as many as NCBI counted. */
export interface ListedRange {
  range: PmidRange;
  pmids: Pmid[];
  warnings: SearchWarning[];
}

export interface ListingRequest {
  source: Pick<LiteratureSource, 'search'>;
  /** A checked query. */
  term: string;
  /** Where to look; default everywhere. A run that resumes passes what its last one left. */
  range?: PmidRange;
  /** The end of each request's time, milliseconds since 1970. */
  deadlineAt: () => number;
}

/**
 * PubMed's counts move while it indexes: a range whose list and count differ is asked for again this often.
 */
const MAX_TRIES = 3;
/** The range that holds today's PMIDs and some years' more, so that halving does not begin far above them. */
const PRESENT: PmidRange = { from: 1, to: 2 ** 26 - 1 };

/**
 * Every PMID that matches, by ascending ranges of PMIDs. Up to 9,999 hits are one range and one
 * request; beyond, ranges are halved until each fits, as EDirect does, so that neither the wall nor the
 * history server matters.
 */
export async function* listMatchingPmids(
  { source, term, range = ALL_PMIDS, deadlineAt }: ListingRequest,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<ListedRange, void, undefined> {
  const pending: PmidRange[] = [range];
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    const isWhole = part.from <= ALL_PMIDS.from && part.to >= ALL_PMIDS.to;
    const query = isWhole ? term : toPmidRangeQuery(term, part);
    const answer = await askWhole({ source, query, deadlineAt }, { signal });
    const halves = answer.total <= MAX_SEARCH_HITS ? null : isWhole ? halvePresent() : splitPmidRange(part);
    if (halves === null) yield { range: part, pmids: answer.pmids, warnings: answer.warnings };
    else pending.push(halves[1], halves[0]);
  }
}

function halvePresent(): [PmidRange, PmidRange] {
  return [PRESENT, { from: PRESENT.to + 1, to: ALL_PMIDS.to }];
}

async function askWhole(
  {
    source,
    query,
    deadlineAt,
  }: { source: ListingRequest['source']; query: string; deadlineAt: () => number },
  { signal }: { signal: AbortSignal },
): Promise<SearchAnswer> {
  for (let tries = 1; ; tries += 1) {
    const options: SourceCallOptions = { signal, deadlineAt: deadlineAt() };
    const answer = await source.search({ term: query, limit: MAX_SEARCH_HITS }, options);
    const pmids = [...new Set(answer.pmids)];
    if (answer.total > MAX_SEARCH_HITS || pmids.length === answer.total) return { ...answer, pmids };
    if (tries === MAX_TRIES) {
      const message = `a search counted ${answer.total} hits and listed ${pmids.length}, ${tries} times`;
      throw new PubmedError('PUBMED_BAD_RESPONSE', { message });
    }
  }
}
