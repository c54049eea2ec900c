import { type Connection, connect, Index, Session, type Table } from '@lancedb/lancedb';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { answering } from './lancedb-errors.ts';
import { LATER_KEYS, type TableForm, toSchema } from './lancedb-rows.ts';
import { toWordColumn } from './lancedb-words.ts';

const CHUNKS = 'chunks';
const VECTOR_INDEX = 'vector_idx';

/**
 * Exact search takes 15 ms at 30,000 rows of 256 numbers and 130 ms at 300,000, and every answer of it is
 * right; from here on it is too slow.
 */
export const VECTOR_INDEX_ROWS = 100_000;
/**
 * Of 85 at 350,000 rows; there is no most, so that all are visited. Fewer miss more than they save: 64 of
 * them find 0.984 of the 50 closest, all 0.999.
 */
export const LEAST_PARTITIONS = 32;
/**
 * The index holds a bit for each number of a vector; so many times more candidates than are asked for are
 * compared by their whole vectors. 3 find 0.993 of the 50 closest, 4 0.9997, at the same cost.
 */
export const REFINE = 4;

/** LanceDB's own limits are 6 GB and 1 GB; an index of 300,000 chunks fits into these. */
const INDEX_CACHE_BYTES = 512n * 1024n * 1024n;
const METADATA_CACHE_BYTES = 128n * 1024n * 1024n;

const DAMAGED =
  'The search index cannot be opened: its folder is damaged or cannot be written. Make it anew with `bio-mcp reindex`.';

export interface TableOptions extends TableForm {
  isShared: boolean;
}

/** The table of chunks, open twice: what one is pinned to leaves the other alone. */
export interface ChunkTable {
  table: Table;
  again: Table;
}

/**
 * Opens the table of chunks in `folder`, or creates it so that it can be searched at once.
 */
export async function openChunkTable(folder: string, options: TableOptions): Promise<ChunkTable> {
  return answering('open', () => openOrCreate(folder, options), DAMAGED);
}

async function openOrCreate(folder: string, { isShared, ...form }: TableOptions): Promise<ChunkTable> {
  const session = new Session(INDEX_CACHE_BYTES, METADATA_CACHE_BYTES);
  const database = await connect(folder, isShared ? { readConsistencyInterval: 0 } : {}, session);
  const table = await findTable(database);
  if (table !== null) await checkForm(table, form);
  const opened = table ?? (await database.createEmptyTable(CHUNKS, toSchema(form)));
  await addMissingColumns(opened);
  await createWordIndex(opened, form);
  return { table: opened, again: await database.openTable(CHUNKS) };
}

async function findTable(database: Connection): Promise<Table | null> {
  const { tables } = await database.listTables();
  return tables.includes(CHUNKS) ? database.openTable(CHUNKS) : null;
}

async function checkForm(table: Table, { dimensions, analyzer }: TableForm): Promise<void> {
  const { fields } = await table.schema();
  // LanceDB carries an Arrow of its own, so its types are read by shape, not by class.
  const type: unknown = fields.find(({ name }) => name === 'vector')?.type;
  // A power cut may leave the last description of the table without its columns.
  if (typeof type !== 'object' || type === null || !('listSize' in type)) {
    throw new BioMcpError('INDEX_UNAVAILABLE', DAMAGED, { message: 'the table of chunks has no vectors' });
  }
  if (!fields.some(({ name }) => name === toWordColumn(analyzer).name)) {
    throw new BioMcpError(
      'INDEX_UNAVAILABLE',
      'The search index was not made by this release: make it anew with `bio-mcp reindex`.',
      { message: `the table of chunks lacks what analyzer ${analyzer} asks for` },
    );
  }
  const held = type.listSize;
  if (held === dimensions) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    `The search index holds vectors of ${held} dimensions, the embedder makes ${dimensions}. Set the embedder that the corpus was made with, or rebuild the index with corpus.reindex.`,
  );
}

/**
 * Rows of an earlier release have none of their values; another process may be adding them at the same time.
 */
async function addMissingColumns(table: Table): Promise<void> {
  const isMissing = async (name: string) =>
    !(await table.schema()).fields.some((field) => field.name === name);
  for (const name of LATER_KEYS) {
    if (!(await isMissing(name))) continue;
    const column = { name, valueSql: "arrow_cast(NULL, 'List(Utf8)')" };
    await table.addColumns([column]).catch(async (error: unknown) => {
      await table.checkoutLatest();
      if (await isMissing(name)) throw error;
    });
  }
}

/** A crash may have come between the table and its index. */
async function createWordIndex(table: Table, { analyzer }: TableForm): Promise<void> {
  const words = toWordColumn(analyzer);
  const indexes = await table.listIndices();
  if (indexes.some(({ name }) => name === words.indexName)) return;
  await table.createIndex(words.name, { config: words.toIndex() });
}

/** Of whole vectors, as earlier releases made it, and wherever the quantised one cannot be made. */
const WHOLE = { type: 'IVF_FLAT', toIndex: () => Index.ivfFlat({ distanceType: 'dot' }) } as const;
/** With `REFINE` the distance of a hit is exact, too; only some hits may be missed. */
const QUANTISED = { type: 'IVF_RQ', toIndex: () => Index.ivfRq({ distanceType: 'dot' }) } as const;
/** LanceDB quantises vectors of so many numbers, or a multiple. */
const QUANTISED_STEP = 8;

/** Whether there is one, of the kind that such vectors are to have. */
export async function hasVectorIndex(table: Table, dimensions: number): Promise<boolean> {
  const stats = await table.indexStats(VECTOR_INDEX);
  return stats?.indexType === toVectorIndex(dimensions).type;
}

/**
 * Each `optimize` indexes new vectors by themselves, and rows that are indexed apart stay in fragments of
 * their own, which make searches slower. Anew they are in one again, and the next `optimize` joins them: at
 * 120,000 rows 1.2 and 4.6 s of the processor.
 */
export const MOST_SEGMENTS = 16;

/** Whether it is of few segments, see `MOST_SEGMENTS`; also where there is none. */
export async function isVectorIndexWhole(table: Table): Promise<boolean> {
  const stats = await table.indexStats(VECTOR_INDEX);
  return (stats?.numIndices ?? 1) <= MOST_SEGMENTS;
}

export async function prewarmVectorIndex(table: Table): Promise<void> {
  await table.prewarmIndex(VECTOR_INDEX);
}

/** In the place of the one that may be there. */
export async function createVectorIndex(table: Table, dimensions: number): Promise<void> {
  await table.createIndex('vector', { config: toVectorIndex(dimensions).toIndex() });
}

function toVectorIndex(dimensions: number): typeof WHOLE | typeof QUANTISED {
  return dimensions % QUANTISED_STEP === 0 ? QUANTISED : WHOLE;
}
