import type { Pmid } from '../../domain/ids.ts';
import type { LiteratureSource, SourceCallOptions } from '../../pubmed/literature-source.ts';
import type { DocumentReads } from '../../store/port/document-reads.ts';
import type { RecordLookups } from '../../store/port/record-lookups.ts';

/** Why there is no document of a PMID. */
export interface PmidProblem {
  pmid: Pmid;
  reason: /** NCBI says that it has no such record, and the corpus never had one. */
    | 'not_found'
    /** NCBI says that it has no such record, and the corpus had one; or the corpus knows of the deletion. */
    | 'deleted'
    /** Now a part of another record. */
    | 'merged_into'
    /** It is archived and cannot be read, embedded or indexed. */
    | 'unreadable'
    /** NCBI neither sent it nor said why: asking again later may help. */
    | 'unanswered';
  mergedInto: Pmid | null;
}

/**
 * Asks ESummary about PMIDs that EFetch did not send. Only NCBI's explicit word makes one `deleted`,
 * `merged_into` or `not_found`; whatever else is `unanswered`.
 */
export async function explainMissing(
  {
    literature,
    store,
  }: {
    literature: Pick<LiteratureSource, 'summarise'>;
    store: DocumentReads & Pick<RecordLookups, 'findPointers'>;
  },
  missing: readonly Pmid[],
  options: SourceCallOptions,
): Promise<PmidProblem[]> {
  if (missing.length === 0) return [];
  const [{ problems }, held] = await Promise.all([
    literature.summarise(missing, options),
    store.findPointers(missing, options),
  ]);
  const told = new Map(problems.map((problem) => [problem.pmid, problem]));
  return missing.map((pmid): PmidProblem => {
    const { reason = 'unanswered', mergedInto = null } = told.get(pmid) ?? {};
    if (reason === 'merged') return { pmid, reason: 'merged_into', mergedInto };
    if (reason === 'unanswered') return { pmid, reason, mergedInto: null };
    return { pmid, reason: held.has(pmid) ? 'deleted' : 'not_found', mergedInto: null };
  });
}
