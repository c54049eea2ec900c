import { Index, type Table } from '@lancedb/lancedb';

/**
 * Fewer rows are read through in less than 2 ms. To make or mend the indexes of a table takes some 40 ms of
 * the processor, at the end of each load.
 */
export const FILTER_INDEX_ROWS = 1_000;

/** What filters ask for, a number in each row. */
const NUMBERS = ['published_from', 'published_to', 'pmid', 'left_seq'] as const;

/**
 * What filters ask for, a list in each row. Unindexed, a MeSH filter takes 15 ms more at 30,000 rows;
 * indexed, none. A question that reads as an author takes 45 ms of the processor there, and 3 ms indexed.
 */
const LISTS = [
  'journal_keys',
  'mesh_keys',
  'publication_type_keys',
  'languages',
  'author_keys',
  'id_keys',
] as const;

/** LanceDB writes a fragment of a table anew where more of its rows are deleted. */
const REWRITTEN_SHARE = 0.1;

/**
 * To be called before LanceDB's `optimize`, and `makeFilterIndex` after it. LanceDB would bring new rows
 * into them value by value: 30 rows cost 150 CPU-s where the table holds 18,664, while to make all six anew
 * costs 2. Filters read the rows meanwhile, and find the same. Where `optimize` will leave them as they are,
 * they stay.
 */
export async function dropListIndexes(table: Table): Promise<void> {
  const names = await listNames(table);
  if (!(await willChange(table, names))) return;
  for (const column of LISTS) {
    if (names.has(toName(column))) await dropIndex(table, toName(column));
  }
}

/**
 * Of more than a million rows LanceDB keeps several fragments, and of fewer where rows came after the vector
 * index was made: there they are made anew each time.
 */
async function willChange(table: Table, names: ReadonlySet<string>): Promise<boolean> {
  const { numRows, fragmentStats } = await table.stats();
  const { numFragments, lengths } = fragmentStats;
  if (numFragments > 1 || lengths.max - numRows > REWRITTEN_SHARE * lengths.max) return true;
  for (const column of LISTS) {
    if (!names.has(toName(column))) continue;
    const stats = await table.indexStats(toName(column));
    if (stats !== undefined && stats.numUnindexedRows > 0) return true;
  }
  return false;
}

/** Another process of a shared table may have dropped it meanwhile. */
async function dropIndex(table: Table, name: string): Promise<void> {
  await table.dropIndex(name).catch(async (error: unknown) => {
    await table.checkoutLatest();
    if ((await listNames(table)).has(name)) throw error;
  });
}

/** The columns whose indexes are missing, where the table has so many rows. */
export async function findUnindexed(table: Table, leastRows: number): Promise<string[]> {
  if ((await table.countRows()) < leastRows) return [];
  const names = await listNames(table);
  return [...NUMBERS, ...LISTS].filter((column) => !names.has(toName(column)));
}

/** At 120,000 rows that of languages takes 20 ms of the processor, that of authors 1.1 s. */
export async function makeFilterIndex(table: Table, column: string): Promise<void> {
  const isNumber = NUMBERS.some((number) => number === column);
  await table.createIndex(column, { config: isNumber ? Index.btree() : Index.labelList() });
}

async function listNames(table: Table): Promise<ReadonlySet<string>> {
  return new Set((await table.listIndices()).map(({ name }) => name));
}

function toName(column: string): string {
  return `${column}_idx`;
}
