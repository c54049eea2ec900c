import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { RETRACTION_STATUSES } from '../domain/document/document.ts';
import { type Pmid, toDocId } from '../domain/ids.ts';
import { isRetractedSince, retractedSince } from './schemas/checkpoint-schema.ts';
import type { CorpusServices } from './tool-context.ts';

const MOST_CITING = 50;

export const citingSchema = z.object({
  total: z.int(),
  papers: z
    .array(
      z.object({
        doc_id: z.string(),
        pmid: z.string(),
        title: z.string().nullable(),
        journal: z.string().nullable(),
        published: z.string().nullable(),
        retraction_status: z.enum(RETRACTION_STATUSES),
        retracted_since: retractedSince.optional(),
      }),
    )
    .describe(
      `Of the corpus or the checkpoint, by their own reference lists; newest first, at most ${MOST_CITING}.`,
    ),
  complete: z
    .boolean()
    .describe('false: what some papers cite was not kept when they came; corpus.reindex reads it.'),
});
type Citing = z.output<typeof citingSchema>;

/** `sequence`: as the corpus was at that number; `null`: as it is. Asks nobody but the store. */
export async function listCiting(
  store: Pick<CorpusServices['store'], 'listCiting' | 'findRevisions' | 'findLiveStatuses'>,
  { pmid, sequence }: { pmid: Pmid; sequence: number | null },
  options: CallOptions,
): Promise<Citing> {
  const { revisions, total, isComplete } = await store.listCiting(
    pmid,
    { sequence, limit: MOST_CITING },
    options,
  );
  const pmids = revisions.map((one) => one.pmid);
  const [documents, now] = await Promise.all([
    store.findRevisions(revisions, options),
    sequence === null ? null : store.findLiveStatuses(pmids, options),
  ]);
  const papers = pmids.flatMap((one) => {
    const document = documents.get(one);
    if (document === undefined) return [];
    const { title, vernacular_title, journal, published, retraction_status } = document;
    return {
      doc_id: toDocId(one),
      pmid: one,
      title: title ?? vernacular_title,
      journal: journal?.iso_abbreviation ?? journal?.title ?? null,
      published: published.verbatim,
      retraction_status,
      ...(now === null ? {} : { retracted_since: isRetractedSince(retraction_status, now.get(one)) }),
    };
  });
  return { total, papers, complete: isComplete };
}
