import type { Citation } from '../../domain/document/document.ts';
import type { RecordKeeping } from '../../domain/document/record-keeping.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { SourceCallOptions } from '../../pubmed/literature-source.ts';
import { parseRecord } from '../../pubmed/records/parse-record.ts';
import { readRecordKeeping } from '../../pubmed/records/read-record-keeping.ts';
import { UnreadableRecordError } from '../../pubmed/records/unreadable-record-error.ts';
import type { IncomingRecord } from '../records.ts';
import type { PmidProblem } from './explain-missing.ts';
import { fetchPortion, keepDeadline, type PortionNeeds } from './fetch-portion.ts';

export interface FetchedCitations {
  citations: Map<Pmid, Citation>;
  /** What NLM notes of each of them. */
  keeping: Map<Pmid, RecordKeeping>;
  problems: PmidProblem[];
}

/** Reads at most 200 records from the source and leaves the corpus as it is. */
export async function fetchCitations(
  needs: PortionNeeds,
  pmids: readonly Pmid[],
  options: SourceCallOptions,
): Promise<FetchedCitations> {
  const literature = keepDeadline(needs.literature, options);
  const { records, problems } = await fetchPortion({ ...needs, literature }, pmids, options);
  const citations = new Map<Pmid, Citation>();
  const keeping = new Map<Pmid, RecordKeeping>();
  for (const record of records) {
    for (const citation of readCitation(record)) {
      citations.set(citation.pmid, citation);
      keeping.set(citation.pmid, readRecordKeeping(record.bytes));
    }
  }
  const unreadable = pmids
    .filter((pmid) => !citations.has(pmid) && !problems.some((problem) => problem.pmid === pmid))
    .map((pmid): PmidProblem => ({ pmid, reason: 'unreadable', mergedInto: null }));
  return { citations, keeping, problems: [...unreadable, ...problems] };
}

/** Nothing where the record cannot be read: its PMID is then among the problems. */
function readCitation({ bytes, outranked }: IncomingRecord): Citation[] {
  if (outranked) return [];
  try {
    return [parseRecord(bytes)];
  } catch (error) {
    if (error instanceof UnreadableRecordError) return [];
    throw error;
  }
}
