import type { CallOptions } from '../../domain/call-options.ts';
import type { NormalisedDocument } from '../../domain/document.ts';
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

export async function findHeld(
  store: DocumentReads,
  pmids: readonly Pmid[],
  options: CallOptions,
): Promise<Held> {
  const held: Held = { documents: new Map(), departed: new Map() };
  await Promise.all(
    pmids.map(async (pmid) => {
      const document = await store.findDocument(pmid, options);
      if (document !== null) {
        held.documents.set(pmid, document);
        return;
      }
      const tombstone = await store.findTombstone(pmid, options);
      if (tombstone === null) return;
      const { reason, mergedInto } = tombstone;
      held.departed.set(pmid, { pmid, reason: reason === 'merged' ? 'merged_into' : reason, mergedInto });
    }),
  );
  return held;
}
