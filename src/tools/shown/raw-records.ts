import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { DocumentAnswer } from '../rag-get.ts';
import type { SearchAnswer } from '../rag-search.ts';
import type { ShowOptions } from '../tool-command.ts';
import type { RawRecords } from './render-corpus.ts';

/** Of the revisions that were searched: those of now, or those that the checkpoint froze. */
export async function findRawRecords(
  { documents }: SearchAnswer,
  { params, ask }: ShowOptions,
): Promise<RawRecords> {
  const { checkpoint_id } = params;
  const checkpoint = checkpoint_id === undefined ? {} : { checkpoint_id };
  const pairs = await Promise.all(
    documents.map(async ({ doc_id }) => {
      const asked = ask('rag.get', { doc_id, ...checkpoint }).catch(nullWhereNotFound);
      const document = (await asked) as DocumentAnswer | null; // of that tool's own answer
      return document === null ? [] : [[doc_id, document.archive] as const];
    }),
  );
  return new Map(pairs.flat());
}

/** It may have left the corpus since the search. */
function nullWhereNotFound(error: unknown): null {
  if (error instanceof BioMcpError && error.code === 'NOT_FOUND') return null;
  throw error;
}
