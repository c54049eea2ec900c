import type { CallOptions } from '../../domain/call-options.ts';
import type { NormalisedDocument } from '../../domain/document/document.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { DocumentReads } from '../../store/port/document-reads.ts';
import type { PmidProblem } from './explain-missing.ts';

/**
 * What the corpus can say of these PMIDs without asking anybody; it knows nothing of those that are absent.
 */
export interface Held {
  documents: Map<Pmid, NormalisedDocument>;
  /** Documents that left: the corpus knows why. */
  departed: Map<Pmid, PmidProblem>;
}

/** Two statements, however many there are. */
export async function findHeld(
  store: Pick<DocumentReads, 'findDocuments' | 'findTombstones'>,
  pmids: readonly Pmid[],
  options: CallOptions,
): Promise<Held> {
  const documents = await store.findDocuments(pmids, options);
  const others = pmids.filter((pmid) => !documents.has(pmid));
  const tombstones = others.length === 0 ? [] : await store.findTombstones(others, options);
  const departed = [...tombstones].map(([pmid, { reason, mergedInto }]): [Pmid, PmidProblem] => {
    return [pmid, { pmid, reason: reason === 'merged' ? 'merged_into' : reason, mergedInto }];
  });
  return { documents, departed: new Map(departed) };
}
