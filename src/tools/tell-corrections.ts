import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import type { Membership } from '../search/search-index.ts';
import type { FoundDocument } from '../search/show-documents.ts';
import type { CorpusServices } from './tool-context.ts';

/** NLM's kinds that bear on whether a paper stands; comments and updates do not. */
const BEARS_ON_TRUST = /^(?:Retract|PartialRetraction|ExpressionOfConcern|Erratum|Corrected)/;

export const correctionsSchema = z
  .array(z.object({ type: z.string(), pmid: z.string().nullable(), citation: z.string().nullable() }))
  .describe(
    'Where the status is not none: RetractionOf names what a notice retracts, ErratumIn the correction.',
  );
type Corrections = z.output<typeof correctionsSchema>;

/** The hits, each whose status is not `none` with the notices that it has or is, as they were searched. */
export async function tellCorrections(
  store: Pick<CorpusServices['store'], 'findDocument' | 'findDocumentAt'>,
  { documents, membership }: { documents: readonly FoundDocument[]; membership: Membership },
  options: CallOptions,
): Promise<(FoundDocument & { corrections?: Corrections })[]> {
  return Promise.all(
    documents.map(async (found) => {
      if (found.retraction_status === 'none') return found;
      const stored =
        membership.kind === 'live'
          ? await store.findDocument(found.pmid, options)
          : await store.findDocumentAt(found.pmid, membership.sequence, options);
      const corrections = (stored?.corrections ?? []).filter(({ type }) => BEARS_ON_TRUST.test(type));
      return { ...found, corrections };
    }),
  );
}
