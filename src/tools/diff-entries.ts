import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { RETRACTION_STATUSES } from '../domain/document/document.ts';
import { type Pmid, toDocId } from '../domain/ids.ts';
import type { Change } from '../store/port/checkpoint-store.ts';
import type { CorpusServices } from './tool-context.ts';

/** A document that is not the same at the two ends of a diff. */
export const diffEntry = z.object({
  doc_id: z.string(),
  title: z.string().nullable(),
  retraction_status: z.enum(RETRACTION_STATUSES).describe('At `to`; of what left, at `from`.'),
  from_revision: z.int().nullable().describe('null: `from` does not hold it.'),
  to_revision: z.int().nullable(),
});
export type DiffEntry = z.output<typeof diffEntry>;

/** The ends of a diff as sequence numbers; `from` may lie behind `to`. */
export interface DiffEnds {
  from: number;
  to: number;
}

export interface DiffEntries {
  entered: DiffEntry[];
  changed: DiffEntry[];
  left: DiffEntry[];
}

/** Told from `from` to `to`, whichever of them is the later. */
export async function toDiffEntries(
  { findRevisions }: Pick<CorpusServices['store'], 'findRevisions'>,
  { changes, ends }: { changes: readonly Change[]; ends: DiffEnds },
  options: CallOptions,
): Promise<DiffEntries> {
  const told = changes.map((change) => ({ pmid: change.pmid, ...toRevisions(change, ends) }));
  const shown = told.flatMap(({ pmid, from, to }) => {
    const revision = to ?? from;
    return revision === null ? [] : [{ pmid, revision }];
  });
  const documents = await findRevisions(shown, options);
  const entries: DiffEntries = { entered: [], changed: [], left: [] };
  for (const { pmid, from, to } of told) {
    const document = documents.get(pmid);
    const kind = from === null ? 'entered' : to === null ? 'left' : 'changed';
    entries[kind].push({
      doc_id: toDocId(pmid),
      title: document?.title ?? document?.vernacular_title ?? null,
      retraction_status: document?.retraction_status ?? 'none',
      from_revision: from,
      to_revision: to,
    });
  }
  return entries;
}

function toRevisions({ before, now }: Change, { from, to }: DiffEnds) {
  return from <= to ? { from: before, to: now } : { from: now, to: before };
}

/** Those that a search finds, at the end of the diff that holds them. */
export async function keepFound(
  { searchCorpus }: Pick<CorpusServices, 'searchCorpus'>,
  { changes, query, ends }: { changes: readonly Change[]; query: string; ends: DiffEnds },
  options: CallOptions,
): Promise<Change[]> {
  const isLeft = (change: Change) => toRevisions(change, ends).to === null;
  const find = async (pmids: readonly Pmid[], sequence: number): Promise<Pmid[]> => {
    if (pmids.length === 0) return [];
    const { documents } = await searchCorpus(
      {
        query,
        topK: pmids.length,
        mode: 'hybrid',
        alpha: 0.5,
        filters: { exclude_retracted: false },
        among: pmids,
        rerankByQuality: false,
        withPassages: false,
        membership: { kind: 'checkpoint', sequence },
      },
      options,
    );
    return documents.map(({ pmid }) => pmid);
  };
  const [gone, held] = [changes.filter(isLeft), changes.filter((change) => !isLeft(change))];
  const toPmids = (some: readonly Change[]) => some.map(({ pmid }) => pmid);
  const found = new Set([...(await find(toPmids(gone), ends.from)), ...(await find(toPmids(held), ends.to))]);
  return changes.filter(({ pmid }) => found.has(pmid));
}
