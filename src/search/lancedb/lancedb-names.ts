import type { Table } from '@lancedb/lancedb';
import type { Membership, NamesKind, NamesQuery } from '../search-index.ts';
import { toMembershipSql } from './lancedb-filter.ts';

const COLUMNS: Readonly<Record<NamesKind, string>> = {
  journals: 'journal_keys',
  mesh: 'mesh_keys',
  publicationTypes: 'publication_type_keys',
  languages: 'languages',
  authors: 'author_keys',
};
/** Every document has a first passage. */
const ONE_A_DOCUMENT = 'position = 0';
/** So many documents are counted at most. */
const MOST_DOCUMENTS = 20_000;

/** Reads every row once: some 100 ms at 100,000 rows, for a caller whose filter names nothing. */
export async function countNames(
  table: Table,
  { kind, pieces, membership }: NamesQuery & { membership: Membership },
): Promise<Map<string, number>> {
  const column = COLUMNS[kind];
  const plain = pieces.map(toPlain).filter((piece) => piece !== '');
  if (plain.length === 0) return new Map();
  const likes = plain.map((piece) => `array_to_string(${column}, '|') LIKE '%${piece}%'`);
  const where = [toMembershipSql(membership), ONE_A_DOCUMENT, `(${likes.join(' OR ')})`].join(' AND ');
  const rows = await table.query().where(where).select([column]).limit(MOST_DOCUMENTS).toArrow();
  const counts = new Map<string, number>();
  const lists = rows.getChild(column);
  for (let row = 0; row < rows.numRows; row++) {
    const keys = lists?.get(row) as Iterable<string> | null; // the column's type is that of `toSchema`
    for (const key of keys ?? []) {
      if (plain.some((piece) => key.includes(piece))) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

/** Letters and digits alone: no quote, and nothing that LIKE reads as a sign. */
function toPlain(piece: string): string {
  return piece.replaceAll(/[^\p{L}\p{N}]/gu, '');
}
