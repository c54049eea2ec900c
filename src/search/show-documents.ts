import { setImmediate } from 'node:timers/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { type DocId, type Pmid, toDocId } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { type ReadPiece, type ScoredPassage, toPassages } from './passages.ts';
import type { Quality } from './quality/quality.ts';
import { readQuality } from './quality/rerank.ts';
import { type RankedDocument, toShown } from './ranking.ts';
import type { SearchIndex, ShownFacts } from './search-index.ts';
import { toAskedWords } from './words/asked-words.ts';

export interface FoundDocument {
  doc_id: DocId;
  pmid: Pmid;
  revision: number;
  title: string;
  /** 0 … 1, higher is closer; compares with that of other answers in the same mode. */
  score: number;
  /** `bm25` and `vector` as in `ScoreParts`. */
  score_parts: { bm25: number | null; vector: number | null; quality: Quality };
  /** Best first, at least one; none where they were not asked for. */
  passages: ScoredPassage[];
  journal: string | null;
  year: number | null;
  publication_types: string[];
  retraction_status: string;
}

export interface ShowRequest {
  /** The text of the question. */
  question: string;
  withPassages: boolean;
  readPiece: ReadPiece;
  now: Date;
}

const PASSAGES_A_DOCUMENT = 3;
const CHANGED = 'The corpus changed while it was searched; ask again.';

/**
 * Reads what is shown, of what is shown alone: of a document's best chunk, or the passages of all of them.
 */
export async function showDocuments(
  index: Pick<SearchIndex, 'readShown' | 'readShownFacts'>,
  documents: readonly RankedDocument[],
  { question, withPassages, readPiece, now }: ShowRequest,
  options: CallOptions,
): Promise<FoundDocument[]> {
  if (documents.length === 0) return [];
  if (!withPassages) {
    const facts = await index.readShownFacts(documents.map(toFirstId), options);
    return documents.map((document) =>
      toFound(document, { shown: getShown(facts, toFirstId(document)), passages: [], now }),
    );
  }
  const chunkIds = documents.flatMap(({ chunks }) => chunks.map(({ hit }) => hit.chunkId));
  const read = await index.readShown(chunkIds, options);
  const wanted = { asked: toAskedWords(question), readPiece, most: PASSAGES_A_DOCUMENT };
  const found: FoundDocument[] = [];
  for (const document of documents) {
    // Reading a document's passages takes 0.2 ms or more: other requests get their turn in between.
    if (found.length > 0) await setImmediate();
    const chunks = document.chunks.map((chunk) => ({ ...chunk, shown: getShown(read, chunk.hit.chunkId) }));
    const shown = getShown(read, toFirstId(document)); // the same of a document's every passage
    const passages = toPassages(chunks, wanted);
    found.push(toFound(document, { shown, passages, now }));
  }
  options.signal.throwIfAborted();
  return found;
}

function toFirstId({ chunks: [first] }: RankedDocument): string {
  if (first === undefined) throw new TypeError('a document needs a chunk');
  return first.hit.chunkId;
}

function getShown<T>(read: ReadonlyMap<string, T>, chunkId: string): T {
  const shown = read.get(chunkId);
  if (shown === undefined) throw new BioMcpError('INDEX_UNAVAILABLE', CHANGED);
  return shown;
}

function toFound(
  document: RankedDocument,
  { shown, passages, now }: { shown: ShownFacts; passages: ScoredPassage[]; now: Date },
): FoundDocument {
  const { facts, revision, score, bm25, vector } = document;
  return {
    doc_id: toDocId(facts.pmid),
    pmid: facts.pmid,
    revision,
    title: facts.title,
    score: toShown(score),
    score_parts: {
      bm25: bm25 === null ? null : toShown(bm25),
      vector: vector === null ? null : toShown(vector),
      quality: readQuality(document, now),
    },
    passages,
    journal: shown.journal,
    year: facts.year,
    publication_types: shown.publicationTypes,
    retraction_status: facts.retractionStatus,
  };
}
