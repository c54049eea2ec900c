import { MatchQuery, type Query, type Table, type VectorQuery } from '@lancedb/lancedb';
import type { Table as ArrowTable } from 'apache-arrow';
import type { ChunkHit, ChunkQuery, ShownFacts, ShownPassage } from '../search-index.ts';
import { joinTokens } from '../words/asked-words.ts';
import { toDocumentsSql } from './lancedb-filter.ts';
import { HIT_COLUMNS, type HitRow, type Leg, toHitRows, toHits, toLeg } from './lancedb-hits.ts';
import { FACT_COLUMNS, PASSAGE_COLUMNS, toShownFacts, toShownPassages } from './lancedb-shown.ts';
import { LEAST_PARTITIONS, REFINE } from './lancedb-table.ts';
import type { WordColumn } from './lancedb-words.ts';

export interface LanceDbQuery {
  query: ChunkQuery;
  table: Table;
  words: WordColumn;
  /** Filters and membership; `null`: every row. */
  where: string | null;
  dimensions: number;
}

/**
 * Of each row no more than ranking needs is read: all columns of a hundred rows cost as much as finding
 * them. In `hybrid` each kind of match finds row ids and scores alone, and the rows of both are read once.
 * Where some have moved meanwhile, by a write or an `optimize`, each kind of match reads its own rows, as
 * in the other modes, of the table as a search that begins then has to see it.
 */
export async function searchTable(see: () => LanceDbQuery): Promise<ChunkHit[]> {
  const asked = see();
  const { query } = asked;
  const vector = query.mode === 'bm25' ? null : query.vector;
  const dimensions = vector === null ? null : asked.dimensions;
  const columns = toColumns(asked);
  if (query.mode === 'hybrid') {
    const found = await findLegs(asked, []);
    const rows = await takeRows(asked.table, toRowIds(found), columns);
    if (rows !== null) return toHits(toLegs(found), toHitRows(rows, dimensions), vector);
  }
  const found = await findLegs(query.mode === 'hybrid' ? see() : asked, columns);
  const read = [found.byWords, found.byVector].flatMap((one) =>
    one === null ? [] : [...toHitRows(one.rows, dimensions)],
  );
  return toHits(toLegs(found), new Map<bigint, HitRow>(read), vector);
}

export function readPassages(table: Table, chunkIds: readonly string[]): Promise<Map<string, ShownPassage>> {
  return readShown(table, chunkIds, { columns: PASSAGE_COLUMNS, toShown: toShownPassages });
}

export function readFacts(table: Table, chunkIds: readonly string[]): Promise<Map<string, ShownFacts>> {
  return readShown(table, chunkIds, { columns: FACT_COLUMNS, toShown: toShownFacts });
}

interface Shown<T> {
  columns: readonly string[];
  /** By place. */
  toShown(rows: ArrowTable): Map<string, T>;
}

/** By the ids of hits: by their rows, or, where those have moved, by their places. */
async function readShown<T>(
  table: Table,
  chunkIds: readonly string[],
  { columns, toShown }: Shown<T>,
): Promise<Map<string, T>> {
  const placed = new Map(chunkIds.map((chunkId) => [chunkId, parseHitId(chunkId)]));
  const known = [...placed.values()].filter((hit) => hit !== null);
  const rowIds = [...new Set(known.map(({ rowId }) => rowId))];
  const select = [...columns];
  const taken = rowIds.length === 0 ? null : await table.takeRowIds(rowIds).select(select).toArrow();
  const found = taken === null || taken.numRows === 0 ? new Map<string, T>() : toShown(taken);
  const moved = known.filter(({ place }) => !found.has(place)).map(({ pmid }) => pmid);
  if (moved.length > 0) {
    const rows = await table.query().where(toDocumentsSql(moved)).select(select).toArrow();
    for (const [place, shown] of toShown(rows)) found.set(place, shown);
  }
  const read = new Map<string, T>();
  for (const [chunkId, hit] of placed) {
    const shown = hit === null ? undefined : found.get(hit.place);
    if (shown !== undefined) read.set(chunkId, shown);
  }
  return read;
}

interface Found {
  leg: Leg;
  rows: ArrowTable;
}

interface FoundLegs {
  byWords: Found | null;
  byVector: Found | null;
}

async function findLegs(asked: LanceDbQuery, columns: readonly string[]): Promise<FoundLegs> {
  const { mode } = asked.query;
  const [byWords, byVector] = await Promise.all([
    mode === 'semantic' ? null : findByWords(asked, columns),
    mode === 'bm25' ? null : findByVector(asked, columns),
  ]);
  return { byWords, byVector };
}

async function findByWords(
  { query: { text, limit }, table, words, where }: LanceDbQuery,
  columns: readonly string[],
): Promise<Found> {
  const match = new MatchQuery(joinTokens(words.toAsked(text)), words.name);
  const found = table
    .query()
    .fullTextSearch(match)
    .select([...columns, '_score'])
    .limit(limit);
  const rows = await ask(found, where);
  return { leg: toLeg(rows, '_score'), rows };
}

async function findByVector(
  { query: { vector, mode, limit }, table, where }: LanceDbQuery,
  columns: readonly string[],
): Promise<Found> {
  if (vector === null) throw new TypeError(`a ${mode} search needs a vector`);
  const found = table
    .query()
    .nearestTo(vector)
    .column('vector')
    .distanceType('dot')
    .maximumNprobes(0)
    .minimumNprobes(LEAST_PARTITIONS)
    .refineFactor(REFINE)
    .select([...columns, '_distance'])
    .limit(limit);
  const rows = await ask(found, where);
  return { leg: toLeg(rows, '_distance'), rows };
}

function ask(query: Query | VectorQuery, where: string | null): Promise<ArrowTable> {
  return (where === null ? query : query.where(where)).withRowId().toArrow();
}

/** `null` where one of them is not there any more: LanceDB leaves it out. No row id is given twice. */
async function takeRows(
  table: Table,
  rowIds: readonly bigint[],
  columns: readonly string[],
): Promise<ArrowTable | null> {
  const rows = await table
    .takeRowIds(rowIds)
    .select([...columns])
    .withRowId()
    .toArrow();
  return rows.numRows === rowIds.length ? rows : null;
}

function toColumns({ query: { mode }, words }: LanceDbQuery): string[] {
  const ofWords = words.name === 'words' ? ['words'] : [];
  return [...HIT_COLUMNS, ...ofWords, ...(mode === 'bm25' ? [] : ['vector'])];
}

/** Of both kinds, none twice. */
function toRowIds({ byWords, byVector }: FoundLegs): bigint[] {
  return [...new Set([...(byWords?.leg.keys() ?? []), ...(byVector?.leg.keys() ?? [])])];
}

function toLegs({ byWords, byVector }: FoundLegs) {
  return { byWords: byWords?.leg ?? null, byVector: byVector?.leg ?? null };
}

const HIT_ID = /^(?<place>(?<pmid>\d+)\/\d+\/\d+)\/(?<rowId>\d+)$/;

/** `null`: it is not the id of a hit. */
function parseHitId(chunkId: string): { place: string; pmid: string; rowId: bigint } | null {
  const { place, pmid, rowId } = HIT_ID.exec(chunkId)?.groups ?? {};
  if (place === undefined || pmid === undefined || rowId === undefined) return null;
  return { place, pmid, rowId: BigInt(rowId) };
}
