import { createRequire } from 'node:module';
import { setImmediate } from 'node:timers/promises';
import type * as Arrow from 'apache-arrow';
import type { Chunk } from '../../domain/document/chunk.ts';
import { toSearchText } from '../chunking.ts';
import type { IndexBatch } from '../search-index.ts';
import { FIRST_ANALYZER } from '../words/analyzer.ts';

// LanceDB's own copy: an import would load the package once more, in its form for ES modules, and LanceDB
// would make its own tables of ours.
const arrow: typeof Arrow = createRequire(import.meta.url)('apache-arrow');
const { Field, FixedSizeList, Float32, Int32, List, makeData, RecordBatch, Schema, Struct, Table, Utf8 } =
  arrow;

/** `left_seq` of a live row: no sequence number reaches it. */
export const LIVE = 2_147_483_647;

/** Lists that a table of an earlier release lacks, and gets when it is opened. */
export const LATER_KEYS = ['author_keys', 'id_keys'] as const;

/** What decides the columns of a table. */
export interface TableForm {
  dimensions: number;
  analyzer: number;
}

/**
 * One row a chunk. `content` is title and passage in one, as they were embedded; `words`, which came
 * with the second analyzer, is both as tokens.
 */
export function toSchema({ dimensions, analyzer }: TableForm): Arrow.Schema {
  return new Schema([
    new Field('chunk_id', new Utf8(), false),
    new Field('pmid', new Int32(), false),
    new Field('revision', new Int32(), false),
    new Field('position', new Int32(), false),
    new Field('section', new Utf8(), true),
    new Field('sections', new Utf8(), true),
    new Field('title', new Utf8(), false),
    new Field('content', new Utf8(), false),
    new Field('vector', toVectorType(dimensions), false),
    new Field('entered_seq', new Int32(), false),
    new Field('left_seq', new Int32(), false),
    new Field('published_from', new Int32(), true),
    new Field('published_to', new Int32(), true),
    new Field('year', new Int32(), true),
    new Field('journal', new Utf8(), true),
    new Field('journal_keys', KEYS, false),
    new Field('mesh_keys', KEYS, false),
    new Field('publication_type_keys', KEYS, false),
    new Field('publication_types', KEYS, false),
    new Field('languages', KEYS, false),
    new Field('retraction_status', new Utf8(), false),
    new Field('quality', new Utf8(), false),
    // Absent in rows of earlier releases.
    ...LATER_KEYS.map((name) => new Field(name, KEYS, true)),
    ...(analyzer === FIRST_ANALYZER ? [] : [new Field('words', new Utf8(), false)]),
  ]);
}

/** Between what is shown and what is only looked through: XML cannot hold it. */
export const TERMS_BEGIN = '\u001e';

/** The first analyzer looks through `content`, and finds the terms of a document there. */
function toContent(chunk: Chunk, analyzer: number): string {
  const { title, terms } = chunk.facts;
  const shown = toSearchText(title, chunk);
  return analyzer !== FIRST_ANALYZER || terms === '' ? shown : `${shown}${TERMS_BEGIN}${terms}`;
}

/** Some 8 ms of work, after which a request that waits has its turn. */
const CHUNKS_A_SLICE = 200;

/** In slices, between which requests are answered. */
export async function toRows(
  { chunks, vectors, ...batch }: IndexBatch,
  form: TableForm,
): Promise<Arrow.Table> {
  const { dimensions } = form;
  const schema = toSchema(form);
  const slices: Arrow.RecordBatch[] = [];
  for (let from = 0; from < chunks.length; from += CHUNKS_A_SLICE) {
    if (from > 0) await setImmediate();
    const to = from + CHUNKS_A_SLICE;
    const slice = vectors.subarray(from * dimensions, to * dimensions);
    slices.push(toSlice({ ...batch, chunks: chunks.slice(from, to), vectors: slice }, schema, form));
  }
  return new Table(schema, slices);
}

/** Column by column: three times as fast as a row object for each chunk. */
function toSlice(
  { chunks, vectors, sequence, left }: IndexBatch,
  schema: Arrow.Schema,
  { dimensions, analyzer }: TableForm,
): Arrow.RecordBatch {
  const ints = (read: (chunk: Chunk) => number | null) => toInts(chunks.map(read));
  const texts = (read: (chunk: Chunk) => string | null) => toTexts(chunks.map(read));
  const lists = (read: (chunk: Chunk) => readonly string[]) => toLists(chunks.map(read));
  const columns: Arrow.Data[] = [
    texts(({ chunkId }) => chunkId),
    ints(({ facts }) => Number(facts.pmid)),
    ints(({ revision }) => revision),
    ints(({ position }) => position),
    texts(({ section }) => section),
    texts(({ sections }) => (sections.length > 1 ? JSON.stringify(sections) : null)),
    texts(({ facts }) => facts.title),
    texts((chunk) => toContent(chunk, analyzer)),
    toVectors(vectors, chunks.length, dimensions),
    ints(() => sequence),
    ints(({ facts }) => left?.get(facts.pmid) ?? LIVE),
    ints(({ facts }) => facts.publishedFrom),
    ints(({ facts }) => facts.publishedTo),
    ints(({ facts }) => facts.year),
    texts(({ facts }) => facts.journal),
    lists(({ facts }) => facts.journalKeys),
    lists(({ facts }) => facts.meshKeys),
    lists(({ facts }) => facts.publicationTypeKeys),
    lists(({ facts }) => facts.publicationTypes),
    lists(({ facts }) => facts.languages),
    texts(({ facts }) => facts.retractionStatus),
    texts(({ facts }) => facts.quality),
    lists(({ facts }) => facts.authorKeys),
    lists(({ facts }) => facts.idKeys),
    ...(analyzer === FIRST_ANALYZER ? [] : [texts(({ words }) => words)]),
  ];
  const data = makeData({
    type: new Struct(schema.fields),
    length: chunks.length,
    nullCount: 0,
    children: columns,
  });
  return new RecordBatch(schema, data);
}

const KEYS = new List(new Field('item', new Utf8(), true));

function toVectorType(dimensions: number): Arrow.FixedSizeList<Arrow.Float32> {
  return new FixedSizeList(dimensions, new Field('item', new Float32(), true));
}

function toVectors(vectors: Float32Array, length: number, dimensions: number): Arrow.Data {
  const child = makeData({ type: new Float32(), length: vectors.length, data: vectors });
  return makeData({ type: toVectorType(dimensions), length, nullCount: 0, child });
}

function toInts(values: readonly (number | null)[]): Arrow.Data<Arrow.Int32> {
  const data = Int32Array.from(values, (value) => value ?? 0);
  return makeData({ type: new Int32(), length: values.length, data, ...toNulls(values) });
}

function toTexts(values: readonly (string | null)[]): Arrow.Data<Arrow.Utf8> {
  const data = Buffer.from(values.join(''));
  const valueOffsets = new Int32Array(values.length + 1);
  for (let at = 0, end = 0; at < values.length; at++) {
    end += Buffer.byteLength(values[at] ?? '');
    valueOffsets[at + 1] = end;
  }
  // Halves of a surrogate pair at the ends of two neighbours would join to one character.
  if (valueOffsets.at(-1) !== data.length)
    return toTexts(values.map((value) => value?.toWellFormed() ?? null));
  return makeData({ type: new Utf8(), length: values.length, valueOffsets, data, ...toNulls(values) });
}

function toLists(values: readonly (readonly string[])[]): Arrow.Data<Arrow.List<Arrow.Utf8>> {
  const valueOffsets = new Int32Array(values.length + 1);
  values.forEach((list, at) => {
    valueOffsets[at + 1] = (valueOffsets[at] ?? 0) + list.length;
  });
  return makeData({
    type: KEYS,
    length: values.length,
    nullCount: 0,
    valueOffsets,
    child: toTexts(values.flat()),
  });
}

function toNulls(values: readonly unknown[]): { nullCount: number; nullBitmap?: Uint8Array } {
  const nullCount = values.filter((value) => value === null).length;
  if (nullCount === 0) return { nullCount };
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  values.forEach((value, at) => {
    if (value !== null) nullBitmap[at >> 3] = (nullBitmap[at >> 3] ?? 0) | (1 << (at & 7));
  });
  return { nullCount, nullBitmap };
}
