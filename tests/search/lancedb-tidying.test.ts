import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, Index } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { MOST_SEGMENTS } from '../../src/search/lancedb/lancedb-table.ts';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import { DIMENSIONS, pmidsOf, toBatch, toQuery } from './index-samples.ts';
import { listIndexesOf, makeFolder, makeSamples, VECTOR_INDEX_ROWS } from './lancedb-folder.ts';

describe('tidying LanceDB', () => {
  test('optimize keeps the number of files the same however many batches were written', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS });
    const writeTen = async (from: number) => {
      for (let at = from; at < from + 10; at++)
        await index.write(toBatch(at, [{ pmid: at, text: `heart ${at}` }]), { signal });
      await optimizeWhole(index, { signal });
      return (await readdir(folder.path, { recursive: true })).length;
    };

    const entries: number[] = [];
    for (let round = 0; round < 5; round++) entries.push(await writeTen(1 + 10 * round));

    const [, , third = 0, , fifth = 0] = entries;
    // A version of the very millisecond of a pruning stays until the next: that is two files, and no batch's.
    assert.ok(fifth <= third + 2, `entries after each ten batches: ${entries.join(', ')}`);
    assert.equal(await index.countChunks({ signal }), 50);
  });

  test('a table of few rows has the index of words alone, and gets the others as it grows', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({
      folder: folder.path,
      dimensions: DIMENSIONS,
      filterIndexRows: 3,
    });
    const filters = { excludeRetracted: false, mesh: ['rare'] };
    for (const pmid of [1, 2, 3]) {
      const sample = { pmid, text: 'heart', facts: { meshKeys: pmid === 2 ? ['rare'] : [] } };
      await index.write(toBatch(pmid, [sample]), { signal });
      await optimizeWhole(index, { signal });
      const expected = pmid < 2 ? [] : [2];
      assert.deepEqual(pmidsOf(await index.search(toQuery('heart', { filters }), { signal })), expected);
      const indexes = await listIndexesOf(folder.path);
      if (pmid < 3) assert.deepEqual(indexes, ['words_idx']);
      else assert.ok(indexes.includes('mesh_keys_idx') && indexes.includes('pmid_idx'), indexes.join(', '));
    }
  });

  test('indexes of lists that a killed tidying left out are owed from the opening on, and made by the next one', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, filterIndexRows: 0 };
    const listIndexes = () => listIndexesOf(folder.path);
    const leaveOut = async () => {
      const table = await (await connect(folder.path)).openTable('chunks');
      for (const name of ['author_keys_idx', 'mesh_keys_idx']) await table.dropIndex(name);
    };
    const filters = { excludeRetracted: false, mesh: ['rare'] };
    const samples = [1, 2, 3].map((pmid) => ({
      pmid,
      text: 'heart',
      facts: { meshKeys: pmid === 2 ? ['rare'] : [] },
    }));
    {
      await using index = await openLanceDbIndex(options);
      await index.write(toBatch(1, samples), { signal });
      await optimizeWhole(index, { signal });
    }
    const all = await listIndexes();
    assert.ok(all.length >= 10, all.join(', '));

    await leaveOut();
    {
      // Another process may be in the midst of it.
      await using index = await openLanceDbIndex({ ...options, isShared: true });
      assert.equal((await listIndexes()).length, all.length - 2);
      assert.deepEqual(pmidsOf(await index.search(toQuery('heart', { filters }), { signal })), [2]);
      await index.write(toBatch(2, [{ pmid: 4, text: 'heart', facts: { meshKeys: ['rare'] } }]), { signal });
      await optimizeWhole(index, { signal });
      assert.deepEqual(pmidsOf(await index.search(toQuery('heart', { filters }), { signal })).sort(), [2, 4]);
    }
    assert.deepEqual(await listIndexes(), all);

    await leaveOut();
    await using again = await openLanceDbIndex(options);
    assert.equal(again.isOptimizeDue, true);
    assert.deepEqual(pmidsOf(await again.search(toQuery('heart', { filters }), { signal })).sort(), [2, 4]);
    await optimizeWhole(again, { signal });
    assert.equal(again.isOptimizeDue, false);
    assert.deepEqual(await listIndexes(), all);
  });

  test('many small fragments are owed to be joined, by whoever opens it too', async ({ signal }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS };
    {
      await using index = await openLanceDbIndex(options);
      for (let at = 1; at < 20; at++)
        await index.write(toBatch(at, [{ pmid: at, text: 'heart' }]), { signal });
      assert.equal(index.isOptimizeDue, false);
      await index.write(toBatch(20, [{ pmid: 20, text: 'heart' }]), { signal });
      assert.equal(index.isOptimizeDue, true);
    }
    await using index = await openLanceDbIndex(options);
    assert.equal(index.isOptimizeDue, true);
    await optimizeWhole(index, { signal });
    assert.equal(index.isOptimizeDue, false);
    await using again = await openLanceDbIndex(options);
    assert.equal(again.isOptimizeDue, false);
  });

  test('indexes of lists are made anew only where rows came or moved, or many left', async ({ signal }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({
      folder: folder.path,
      dimensions: DIMENSIONS,
      filterIndexRows: 0,
    });
    const toSamples = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, at) => ({
        pmid: from + at,
        text: 'heart',
        facts: { meshKeys: [(from + at) % 2 === 0 ? 'even' : 'odd'] },
      }));
    const filters = { excludeRetracted: false, mesh: ['even'] };
    const countFound = async () =>
      pmidsOf(await index.search(toQuery('heart', { mode: 'bm25', filters, limit: 100 }), { signal })).length;
    const known = new Set<string>();
    /** How many indexes it makes: each has a folder of its own. */
    const optimize = async () => {
      await optimizeWhole(index, { signal });
      const names = await readdir(join(folder.path, 'chunks.lance', '_indices'));
      const made = names.filter((name) => !known.has(name)).length;
      for (const name of names) known.add(name);
      return made;
    };
    await index.write(toBatch(1, toSamples(1, 20)), { signal });
    await index.write(toBatch(2, toSamples(20, 40)), { signal });
    await index.write(toBatch(3, toSamples(40, 41)), { signal });
    assert.ok((await optimize()) >= 6);
    assert.equal(await optimize(), 0, 'nothing is new');

    await index.rollbackTo(2, { signal });
    assert.equal(await optimize(), 0, 'one of forty left');
    assert.equal(await countFound(), 19);

    await index.rollbackTo(1, { signal });
    assert.ok((await optimize()) >= 6, 'half of them left');
    assert.equal(await countFound(), 9);
  });

  test('vectors that were indexed apart are indexed anew, and their rows joined', async ({ signal }) => {
    await using folder = await makeFolder();
    const rows = { vectorIndexRows: 300, filterIndexRows: Number.POSITIVE_INFINITY };
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS, ...rows });
    const samples = Array.from({ length: 300 }, (_, at) => ({ pmid: at + 1, text: `word${at}` }));
    await index.write(toBatch(1, samples), { signal });
    await optimizeWhole(index, { signal });
    const table = await (await connect(folder.path)).openTable('chunks');
    const countFragments = async () => {
      await table.checkoutLatest();
      const segments = (await table.indexStats('vector_idx'))?.numIndices;
      return { segments, fragments: (await table.stats()).fragmentStats.numFragments };
    };
    const writeOne = async (sequence: number) => {
      await index.write(toBatch(sequence, [{ pmid: 1_000 + sequence, text: 'heart' }]), { signal });
      await optimizeWhole(index, { signal });
    };
    for (let at = 2; at <= MOST_SEGMENTS; at++) await writeOne(at);
    assert.deepEqual(await countFragments(), { segments: MOST_SEGMENTS, fragments: MOST_SEGMENTS });

    await writeOne(MOST_SEGMENTS + 1);
    assert.equal((await countFragments()).segments, 1);
    await optimizeWhole(index, { signal });
    assert.deepEqual(await countFragments(), { segments: 1, fragments: 1 });
    const found = await index.search(toQuery('heart', { mode: 'semantic', limit: 400 }), { signal });
    assert.equal(found.filter(({ facts }) => Number(facts.pmid) > 1_000).length, MOST_SEGMENTS);
  });

  test('an index of whole vectors, as earlier releases made it, is made anew in its turn', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: VECTOR_INDEX_ROWS };
    await using index = await openLanceDbIndex(options);
    await index.write(toBatch(1, makeSamples(VECTOR_INDEX_ROWS)), { signal });
    const table = await (await connect(folder.path)).openTable('chunks');
    await table.createIndex('vector', { config: Index.ivfFlat({ distanceType: 'dot' }) });
    const readType = async () => {
      await table.checkoutLatest();
      return (await table.indexStats('vector_idx'))?.indexType;
    };
    assert.equal(await readType(), 'IVF_FLAT');

    await using later = await openLanceDbIndex(options);
    await optimizeWhole(later, { signal });

    assert.equal(await readType(), 'IVF_RQ');
    assert.deepEqual(
      pmidsOf(
        await later.search(toQuery('word5 word35 word65', { mode: 'semantic', limit: 30 }), { signal }),
      ).slice(0, 1),
      [6],
    );
  });

  test('vectors that cannot be quantised have an index of whole ones', async ({ signal }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: 12, vectorIndexRows: 600 });
    const samples = Array.from({ length: 600 }, (_, at) => ({ pmid: at + 1, text: `word${at}` }));
    const vectors = new Float32Array(600 * 12).map((_, at) => (at % 12 === Math.floor(at / 12) % 12 ? 1 : 0));
    await index.write({ ...toBatch(1, samples), vectors }, { signal });
    await optimizeWhole(index, { signal });
    const table = await (await connect(folder.path)).openTable('chunks');
    assert.equal((await table.indexStats('vector_idx'))?.indexType, 'IVF_FLAT');
  });
});
