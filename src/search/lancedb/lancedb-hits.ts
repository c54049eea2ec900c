import type { RecordBatch, Table } from 'apache-arrow';
import type { Pmid } from '../../domain/ids.ts';
import { dot } from '../dot.ts';
import type { ChunkHit } from '../search-index.ts';

/** What tells a passage from every other. */
export const PLACE_COLUMNS = ['pmid', 'revision', 'position'] as const;

/** What a hit needs, beside its scores, words and vector. */
export const HIT_COLUMNS = [...PLACE_COLUMNS, 'title', 'year', 'retraction_status', 'quality'] as const;

/** What one kind of match found: rows by their ids, best first, each with its score. */
export type Leg = ReadonlyMap<bigint, number>;

export type HitRow = Omit<ChunkHit, 'bm25' | 'cosine'>;

/** `score`: the name of its column. */
export function toLeg(rows: Table, score: '_score' | '_distance'): Leg {
  const found = rows.batches.flatMap((batch) => {
    const rowId = reader<bigint>(batch, '_rowid');
    const value = reader<number>(batch, score);
    return Array.from({ length: batch.numRows }, (_, row) => [rowId(row), value(row)] as const);
  });
  return new Map(found);
}

/** By row id. `dimensions`: of the vectors, where they were read. */
export function toHitRows(rows: Table, dimensions: number | null): Map<bigint, HitRow> {
  return new Map(rows.batches.flatMap((batch) => toBatchRows(batch, dimensions)));
}

/**
 * One list of both kinds, the matches of words first; a passage that both found keeps the BM25 of the one and
 * the cosine of the other. Dot distance is 1 minus the cosine of unit vectors.
 */
export function toHits(
  { byWords, byVector }: { byWords: Leg | null; byVector: Leg | null },
  rows: ReadonlyMap<bigint, HitRow>,
  asked: Float32Array | null,
): ChunkHit[] {
  const hits = new Map<string, ChunkHit>();
  for (const [rowId, bm25] of byWords ?? []) {
    const row = getRow(rows, rowId);
    const cosine = asked === null || row.vector === null ? null : dot(row.vector, asked);
    hits.set(toPlace(row), { ...row, bm25, cosine });
  }
  for (const [rowId, distance] of byVector ?? []) {
    const row = getRow(rows, rowId);
    const known = hits.get(toPlace(row));
    hits.set(toPlace(row), { ...(known ?? { ...row, bm25: null }), cosine: 1 - distance });
  }
  return [...hits.values()];
}

/** `pmid/revision/position`. */
function toPlace({ facts, revision, position }: Pick<ChunkHit, 'facts' | 'revision' | 'position'>) {
  return `${facts.pmid}/${revision}/${position}`;
}

function getRow(rows: ReadonlyMap<bigint, HitRow>, rowId: bigint): HitRow {
  const row = rows.get(rowId);
  if (row === undefined) throw new TypeError(`the index answered without row ${rowId}`);
  return row;
}

function toBatchRows(batch: RecordBatch, dimensions: number | null): [bigint, HitRow][] {
  const rowId = reader<bigint>(batch, '_rowid');
  const pmid = reader<number>(batch, 'pmid');
  const revision = reader<number>(batch, 'revision');
  const position = reader<number>(batch, 'position');
  const title = reader<string>(batch, 'title');
  const year = reader<number | null>(batch, 'year');
  const retractionStatus = reader<string>(batch, 'retraction_status');
  const quality = reader<string>(batch, 'quality');
  const words = batch.getChild('words') === null ? null : reader<string>(batch, 'words');
  const vectors = dimensions === null ? null : flatVectors(batch);
  const toVector = (row: number, size: number) => vectors?.subarray(row * size, (row + 1) * size) ?? null;
  return Array.from({ length: batch.numRows }, (_, row) => {
    const hit = {
      revision: revision(row),
      position: position(row),
      facts: {
        // Written from a Pmid by `toRows`.
        pmid: String(pmid(row)) as Pmid,
        title: title(row),
        year: year(row),
        retractionStatus: retractionStatus(row),
        quality: quality(row),
      },
      words: words === null ? null : words(row),
      vector: dimensions === null ? null : toVector(row, dimensions),
    };
    return [rowId(row), { ...hit, chunkId: `${toPlace(hit)}/${rowId(row)}` }];
  });
}

/** The column's type is that of `toSchema`; the caller states it. */
export function reader<T>(batch: RecordBatch, column: string): (row: number) => T {
  const vector = batch.getChild(column);
  if (vector === null) throw new TypeError(`the index answered without its column ${column}`);
  return (row) => vector.get(row) as T;
}

function flatVectors(batch: RecordBatch): Float32Array {
  const data = batch.getChild('vector')?.data[0]?.children[0]?.values;
  if (!(data instanceof Float32Array)) throw new TypeError('the index answered without its column vector');
  return data;
}
