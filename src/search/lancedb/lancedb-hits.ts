import type { RecordBatch, Table } from 'apache-arrow';
import type { SectionStart } from '../../domain/chunk.ts';
import type { Pmid } from '../../domain/ids.ts';
import { dot } from '../dot.ts';
import type { ChunkHit } from '../search-index.ts';
import { TERMS_BEGIN } from './lancedb-rows.ts';

/** All that a hit needs, the scores aside. */
export const HIT_COLUMNS = [
  'chunk_id',
  'pmid',
  'revision',
  'position',
  'section',
  'sections',
  'title',
  'content',
  'year',
  'journal',
  'publication_types',
  'retraction_status',
  'quality',
] as const;

/**
 * Hits of a full-text query; `vector`, where given and selected, adds the cosine that the query
 * did not compute.
 */
export function toWordHits(rows: Table, vector: Float32Array | null): ChunkHit[] {
  return rows.batches.flatMap((batch) => {
    const score = reader<number>(batch, '_score');
    const vectors = vector === null ? null : flatVectors(batch);
    return toHits(batch, (row) => ({
      bm25: score(row),
      ...toCompared(vectors, row, vector),
    }));
  });
}

/** Hits of a vector query by dot distance, which is 1 minus the cosine of unit vectors. */
export function toVectorHits(rows: Table, vector: Float32Array | null): ChunkHit[] {
  return rows.batches.flatMap((batch) => {
    const distance = reader<number>(batch, '_distance');
    const vectors = flatVectors(batch);
    return toHits(batch, (row) => {
      return { ...toCompared(vectors, row, vector), bm25: null, cosine: 1 - distance(row) };
    });
  });
}

/** By chunk id. */
export function toTexts(rows: Table): Map<string, string> {
  const texts = rows.batches.flatMap((batch) => {
    const chunkId = reader<string>(batch, 'chunk_id');
    const title = reader<string>(batch, 'title');
    const content = reader<string>(batch, 'content');
    return Array.from({ length: batch.numRows }, (_, row) => {
      return [chunkId(row), toPassageText(content(row), title(row))] as const;
    });
  });
  return new Map(texts);
}

/** One list of both; a chunk found twice keeps the BM25 of the one and the cosine of the other. */
export function mergeHits(byWords: readonly ChunkHit[], byVector: readonly ChunkHit[]): ChunkHit[] {
  const merged = new Map(byWords.map((hit) => [hit.chunkId, hit]));
  for (const hit of byVector) {
    const known = merged.get(hit.chunkId);
    merged.set(hit.chunkId, known === undefined ? hit : { ...known, cosine: hit.cosine });
  }
  return [...merged.values()];
}

type Scores = Pick<ChunkHit, 'bm25' | 'cosine' | 'vector'>;

/** The vector of a row, and its cosine to the question's. */
function toCompared(
  vectors: Float32Array | null,
  row: number,
  asked: Float32Array | null,
): Pick<Scores, 'cosine' | 'vector'> {
  if (asked === null || vectors === null) return { cosine: null, vector: null };
  const vector = vectors.subarray(row * asked.length, (row + 1) * asked.length);
  return { vector, cosine: dot(vector, asked) };
}

function toHits(batch: RecordBatch, scores: (row: number) => Scores): ChunkHit[] {
  const chunkId = reader<string>(batch, 'chunk_id');
  const pmid = reader<number>(batch, 'pmid');
  const revision = reader<number>(batch, 'revision');
  const position = reader<number>(batch, 'position');
  const section = reader<string | null>(batch, 'section');
  const sections = reader<string | null>(batch, 'sections');
  const title = reader<string>(batch, 'title');
  const content = reader<string>(batch, 'content');
  const year = reader<number | null>(batch, 'year');
  const journal = reader<string | null>(batch, 'journal');
  const publicationTypes = reader<Iterable<string>>(batch, 'publication_types');
  const retractionStatus = reader<string>(batch, 'retraction_status');
  const quality = reader<string>(batch, 'quality');
  const words = batch.getChild('words') === null ? null : reader<string>(batch, 'words');
  return Array.from({ length: batch.numRows }, (_, row) => ({
    chunkId: chunkId(row),
    revision: revision(row),
    position: position(row),
    section: section(row),
    sections: toSections(sections(row), section(row)),
    text: toPassageText(content(row), title(row)),
    facts: {
      // Written from a Pmid by `toRows`.
      pmid: String(pmid(row)) as Pmid,
      title: title(row),
      journal: journal(row),
      year: year(row),
      publicationTypes: [...publicationTypes(row)],
      retractionStatus: retractionStatus(row),
      quality: quality(row),
    },
    words: words === null ? null : words(row),
    ...scores(row),
  }));
}

/** The column's type is that of `toSchema`; the caller states it. */
function reader<T>(batch: RecordBatch, column: string): (row: number) => T {
  const vector = batch.getChild(column);
  if (vector === null) throw new TypeError(`the index answered without its column ${column}`);
  return (row) => vector.get(row) as T;
}

function flatVectors(batch: RecordBatch): Float32Array {
  const data = batch.getChild('vector')?.data[0]?.children[0]?.values;
  if (!(data instanceof Float32Array)) throw new TypeError('the index answered without its column vector');
  return data;
}

function toSections(json: string | null, section: string | null): SectionStart[] {
  // Written by `toRows`, which serialises this very type.
  return json === null ? [{ label: section, start: 0 }] : (JSON.parse(json) as SectionStart[]);
}

/** The passage alone: the reverse of `toSearchText`, without the terms behind it. */
function toPassageText(content: string, title: string): string {
  const [shown = ''] = content.split(TERMS_BEGIN, 1);
  return title !== '' && shown.startsWith(`${title}\n`) ? shown.slice(title.length + 1) : shown;
}
