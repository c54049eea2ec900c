import type { CallOptions } from '../domain/call-options.ts';
import type { Chunk } from '../domain/chunk.ts';
import type { Embedder } from '../embedding/embedder.ts';
import { chunkDocument, toChunkId } from '../search/chunking.ts';
import { toDocumentFacts } from '../search/document-facts.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { CorpusStore, LiveRevision } from '../store/corpus-store.ts';
import { toEmbeddedText } from './prepare-task.ts';

export interface ReindexParts {
  store: CorpusStore;
  /** Empty; it becomes the corpus' index when the caller says so. */
  index: SearchIndex;
  embedder: Embedder;
}

/**
 * Fills an empty index from the documents of the store, in the order in which they entered, each with its own
 * sequence number. Resolves to how many documents it holds.
 */
export async function fillIndex(
  { store, index, embedder }: ReindexParts,
  options: CallOptions,
): Promise<number> {
  let documents = 0;
  for await (const revisions of store.listLive(options)) {
    options.signal.throwIfAborted();
    const chunks = revisions.flatMap(toChunks);
    const texts = chunks.map(({ facts, text }) => toEmbeddedText(facts.title, text));
    const vectors = await embedder.embed(texts, 'passage', options);
    const [first] = revisions;
    if (first === undefined) continue;
    await index.write({ sequence: first.enteredSequence, chunks, vectors, superseded: [] }, options);
    documents += revisions.length;
  }
  await index.optimize(options);
  return documents;
}

function toChunks({ citation, revision }: LiveRevision): Chunk[] {
  const facts = toDocumentFacts(citation);
  return chunkDocument(citation).map((passage) => ({
    ...passage,
    revision,
    facts,
    chunkId: toChunkId(citation.pmid, revision, passage.position),
  }));
}
