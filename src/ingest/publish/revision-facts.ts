import type { NewRevision } from '../../store/port/commit-batch.ts';
import type { PreparedCitation } from '../records.ts';

/** What the store keeps of a revision that follows from its content alone. */
export function toRevisionFacts({
  documentHash,
  documentKind: kind,
  facts: { year, journal, languages, publicationTypes },
  retractionStatus,
  cited,
  passages,
  document,
}: PreparedCitation): Omit<NewRevision, 'pmid' | 'revision' | 'version' | 'contentHash'> {
  const chunkCount = passages.length;
  const told = { year, journal, languages, publicationTypes, retractionStatus };
  return { documentHash, kind, ...told, chunkCount, cited, document };
}
