import type { Chunk, DocumentFacts } from '../../src/domain/document/chunk.ts';
import { findPmid, type Pmid } from '../../src/domain/ids.ts';
import { toChunkId } from '../../src/search/chunk-id.ts';
import type { ChunkHit, ChunkQuery, IndexBatch } from '../../src/search/search-index.ts';
import { toPassageWords } from '../../src/search/words/passage-words.ts';

export const DIMENSIONS = 16;

/** Throws where `number` is no PMID. */
export function toPmid(number: number): Pmid {
  const pmid = findPmid(String(number));
  if (pmid === null) throw new TypeError(`no PMID: ${number}`);
  return pmid;
}

export interface Sample {
  pmid: number;
  text: string;
  title?: string;
  section?: string | null;
  sections?: Chunk['sections'];
  revision?: number;
  position?: number;
  facts?: Partial<DocumentFacts>;
}

/** A chunk with facts that no filter of a test asks for, unless the sample says otherwise. */
export function toChunk({
  pmid,
  text,
  title = '',
  revision = 1,
  position = 0,
  facts,
  ...rest
}: Sample): Chunk {
  const id = toPmid(pmid);
  const section = rest.section ?? null;
  return {
    chunkId: toChunkId(id, revision, position),
    revision,
    position,
    section,
    sections: rest.sections ?? [{ label: section, start: 0 }],
    text,
    words: toPassageWords(title, { section, text }, facts?.terms),
    facts: {
      pmid: id,
      title,
      journal: null,
      year: null,
      publishedFrom: null,
      publishedTo: null,
      journalKeys: [],
      meshKeys: [],
      publicationTypeKeys: [],
      publicationTypes: [],
      languages: [],
      authorKeys: [],
      idKeys: [],
      terms: '',
      retractionStatus: 'none',
      quality: '{}',
      ...facts,
    },
  };
}

/**
 * A unit vector that depends on the words only: texts that share words are close. Zeros for a
 * text without words.
 */
export function toVector(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    let hash = 7;
    for (const letter of word) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 10_007;
    vector[hash % DIMENSIONS] = (vector[hash % DIMENSIONS] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return length === 0 ? vector : vector.map((value) => value / length);
}

export function toBatch(
  sequence: number,
  samples: readonly Sample[],
  superseded: readonly number[] = [],
): IndexBatch {
  const chunks = samples.map(toChunk);
  const vectors = new Float32Array(chunks.length * DIMENSIONS);
  chunks.forEach(({ text }, at) => {
    vectors.set(toVector(text), at * DIMENSIONS);
  });
  return {
    sequence,
    chunks,
    vectors,
    superseded: superseded.map((pmid) => toChunk({ pmid, text: '' }).facts.pmid),
  };
}

export function toQuery(text: string, query: Partial<ChunkQuery> = {}): ChunkQuery {
  return {
    text,
    vector: toVector(text),
    mode: 'hybrid',
    filters: { excludeRetracted: false },
    membership: { kind: 'live' },
    limit: 10,
    ...query,
  };
}

/** In the order of their numbers. */
export function pmidsOf(hits: readonly ChunkHit[]): number[] {
  return [...new Set(hits.map(({ facts }) => Number(facts.pmid)))].sort((a, b) => a - b);
}
