import type { NewRevision } from '../../store/port/commit-batch.ts';
import type { PreparedCitation } from '../records.ts';

/** What the store keeps of a revision that follows from its content alone. */
export function toRevisionFacts({
  documentHash,
  documentKind: kind,
  facts: { year, journal },
  retractionStatus,
  passages,
  document,
}: PreparedCitation): Omit<NewRevision, 'pmid' | 'revision' | 'version' | 'contentHash'> {
  return { documentHash, kind, year, journal, retractionStatus, chunkCount: passages.length, document };
}
