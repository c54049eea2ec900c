import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  formatStaticVectors,
  loadStaticVectors,
  parseStaticVectors,
  STATIC_DIMENSIONS,
  STATIC_EMBEDDER_ID,
  STATIC_VECTORS_SHA256,
} from '../../src/embedding/static-vectors.ts';

const FILE = new URL('../../src/embedding/static-vectors.bin', import.meta.url);

test('the committed table is the one whose hash the source and scripts/README.md give', async () => {
  const digest = createHash('sha256')
    .update(await readFile(FILE))
    .digest('hex');
  const readme = await readFile(new URL('../../scripts/README.md', import.meta.url), 'utf8');

  assert.equal(digest, STATIC_VECTORS_SHA256);
  assert.ok(readme.includes(digest), `scripts/README.md does not name ${digest}`);
});

test('the id holds the first twelve digits of the hash', () => {
  assert.equal(STATIC_EMBEDDER_ID, `static:all-minilm-l6-v2:256:${STATIC_VECTORS_SHA256.slice(0, 12)}`);
});

test('every array of the loaded table stands in shared memory', async ({ signal }) => {
  const { rows, scales, trie } = await loadStaticVectors({ signal });

  for (const array of [rows, scales, trie.columns, trie.edges, trie.pieces]) {
    assert.ok(array.buffer instanceof SharedArrayBuffer);
  }
  assert.equal(rows.length, scales.length * STATIC_DIMENSIONS);
});

test('special tokens weigh nothing, words do', async ({ signal }) => {
  const { vocabulary, scales } = parseStaticVectors(await readFile(FILE, { signal }));
  const scaleOf = (piece: string): number => scales[vocabulary.indexOf(piece)] ?? Number.NaN;

  for (const special of ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '[unused0]'])
    assert.equal(scaleOf(special), 0);
  assert.ok(scaleOf('insulin') > 0);
});

test('a formatted table is read back as it was', () => {
  const table = {
    vocabulary: ['[UNK]', 'é', '##ß'],
    dimensions: 2,
    scales: Float32Array.of(0, 0.5, 2),
    rows: Int8Array.of(0, 0, 127, -127, 3, -4),
  };

  assert.deepEqual(parseStaticVectors(formatStaticVectors(table)), table);
});

test('a table that is cut off or something else is refused with its name', () => {
  const table = formatStaticVectors({
    vocabulary: ['[UNK]'],
    dimensions: 2,
    scales: Float32Array.of(1),
    rows: Int8Array.of(1, 2),
  });

  assert.throws(() => parseStaticVectors(table.subarray(0, -1)), /static-vectors\.bin is cut off at/);
  assert.throws(
    () => parseStaticVectors(Buffer.alloc(100)),
    /static-vectors\.bin is no table of token vectors/,
  );
});
