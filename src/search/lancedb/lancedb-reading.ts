import type { Table } from '@lancedb/lancedb';
import type { ChunkHit, ChunkQuery, WordWeights } from '../search-index.ts';
import { weighWords } from '../words/word-weights.ts';
import { toConjunction, toFilterSql, toMembershipSql } from './lancedb-filter.ts';
import { searchTable } from './lancedb-search.ts';
import { type LanceDbState, mayHaveEnded, toSeen } from './lancedb-state.ts';
import { hasVectorIndex, prewarmVectorIndex } from './lancedb-table.ts';

/** What LanceDB multiplies a weight with at most: k1 + 1. */
const BM25_HIGHEST = 2.2;

export function searchChunks(state: LanceDbState, query: ChunkQuery): Promise<ChunkHit[]> {
  const { view, words, form } = state;
  return searchTable(() => ({
    query,
    table: view.toRead(query.membership),
    words,
    where: toWhere(state, query),
    dimensions: form.dimensions,
  }));
}

function toWhere(state: LanceDbState, { filters, membership: asked }: ChunkQuery): string | null {
  const membership = toSeen(state, asked);
  const everything = membership.kind === 'live' && !mayHaveEnded(state);
  return toConjunction([everything ? null : toMembershipSql(membership), toFilterSql(filters)]);
}

export async function weighText(
  { view, words, ceilings }: LanceDbState,
  { text, membership }: Pick<ChunkQuery, 'text' | 'membership'>,
): Promise<WordWeights> {
  const table = view.toRead(membership);
  await ceilings.follow(table);
  return weighWords(words.toAsked(text), {
    findCeilings: (tokens) => Promise.all(tokens.map((token) => ceilings.find(token, table))),
    countPassages: () => table.countRows(),
    highest: BM25_HIGHEST,
  });
}

export function countLive(state: LanceDbState): Promise<number> {
  const membership = toSeen(state, { kind: 'live' });
  const isAll = membership.kind === 'live' && !mayHaveEnded(state);
  return state.table.countRows(isAll ? undefined : toMembershipSql(membership));
}

/** Reads what every search reads into memory. */
export async function warmIndexes({ table, words, form }: LanceDbState): Promise<void> {
  await table.prewarmIndex(words.indexName);
  if (await hasVectorIndex(table, form.dimensions)) await prewarmVectorIndex(table);
}

export async function requireWordIndex({ table, words }: LanceDbState): Promise<void> {
  if (!(await hasIndex(table, words.indexName))) throw new Error('the full-text index is missing');
}

async function hasIndex(table: Table, wanted: string): Promise<boolean> {
  return (await table.listIndices()).some(({ name }) => name === wanted);
}
