import type { Chunk } from '../src/domain/document/chunk.ts';
import { parseRecord } from '../src/pubmed/records/parse-record.ts';
import { toChunkId } from '../src/search/chunk-id.ts';
import { chunkDocument } from '../src/search/chunking.ts';
import { toDocumentFacts } from '../src/search/document-facts.ts';
import { toPassageWords } from '../src/search/words/passage-words.ts';

/** The passages of a record, as its first publish writes them to the index. */
export function toRealChunks(bytes: Buffer): Chunk[] {
  const citation = parseRecord(bytes);
  const facts = toDocumentFacts(citation);
  return chunkDocument(citation).map((passage) => ({
    ...passage,
    words: toPassageWords(facts.title, passage, facts.terms),
    revision: 1,
    facts,
    chunkId: toChunkId(facts.pmid, 1, passage.position),
  }));
}
