import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, Index } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { searchTable } from '../../src/search/lancedb/lancedb-search.ts';
import { MOST_SEGMENTS } from '../../src/search/lancedb/lancedb-table.ts';
import { toWordColumn } from '../../src/search/lancedb/lancedb-words.ts';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import type { ChunkFilters } from '../../src/search/search-index.ts';
import { ANALYZER } from '../../src/search/words/analyzer.ts';
import { describeSearchIndex, type TestSearchIndex } from '../conformance/search-index.ts';
import { DIMENSIONS, pmidsOf, toBatch, toPmid, toQuery } from './index-samples.ts';

/** No row has it. */
const GONE = 2n ** 40n;

describeSearchIndex('LanceDB', openTestIndex);

describe('LanceDB index', () => {
  test('an index of other dimensions is refused with both numbers', async () => {
    await using folder = await makeFolder();
    await using _index = await openLanceDbIndex({ folder: folder.path, dimensions: 16 });

    await assert.rejects(openLanceDbIndex({ folder: folder.path, dimensions: 384 }), {
      code: 'INDEX_UNAVAILABLE',
      hint: /vectors of 16 dimensions, the embedder makes 384/,
    });
  });

  test('a table of an earlier release gets the lists that it lacks, and goes on', async ({ signal }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS };
    const made = await openLanceDbIndex(options);
    await made.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    await made[Symbol.asyncDispose]();
    const database = await connect(folder.path);
    await (await database.openTable('chunks')).dropColumns(['author_keys', 'id_keys']);

    await using index = await openLanceDbIndex(options);
    const later = { pmid: 2, text: 'heart', facts: { authorKeys: ['smith'], idKeys: ['pmc:2'] } };
    await index.write(toBatch(2, [later]), { signal });
    const find = async (filters: Partial<ChunkFilters>) =>
      pmidsOf(
        await index.search(toQuery('heart', { filters: { excludeRetracted: false, ...filters } }), {
          signal,
        }),
      );
    assert.deepEqual(await find({}), [1, 2]);
    assert.deepEqual(await find({ authors: ['smith'] }), [2]);
    assert.deepEqual(await find({ named: { pmids: [toPmid(1)], keys: ['pmc:2'] } }), [1, 2]);
  });

  test('a damaged folder ends in one sentence that says what to do', async ({ signal }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS });
    await index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    await index[Symbol.asyncDispose]();
    await rm(join(folder.path, 'chunks.lance', '_versions'), { recursive: true });

    await assert.rejects(openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS }), {
      code: 'INDEX_UNAVAILABLE',
      hint: /damaged.*bio-mcp reindex/,
    });
  });

  test('a file where the folder should be is refused', async () => {
    await using folder = await makeFolder();
    const path = join(folder.path, 'file');
    await writeFile(path, 'no folder');

    await assert.rejects(openLanceDbIndex({ folder: path, dimensions: DIMENSIONS }), {
      code: 'INDEX_UNAVAILABLE',
    });
  });

  test('vectors that do not fit the chunks are a mistake of the caller', async ({ signal }) => {
    await using opened = await openTestIndex();
    const batch = { ...toBatch(1, [{ pmid: 1, text: 'heart' }]), vectors: new Float32Array(3) };

    await assert.rejects(opened.index.write(batch, { signal }), TypeError);
  });

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

  test('with a vector index the nearest are found, later rows and narrow filters included', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: 600 };
    await using index = await openLanceDbIndex(options);
    const samples = Array.from({ length: 600 }, (_, at) => ({
      pmid: at + 1,
      text: `word${at} word${at * 7} word${at * 13}`,
      facts: { meshKeys: at === 321 ? ['rare'] : ['common'] },
    }));
    await index.write(toBatch(1, samples), { signal });
    const semantic = (text: string, mesh: string[] = []) =>
      index.search(
        toQuery(text, { mode: 'semantic', limit: 30, filters: { excludeRetracted: false, mesh } }),
        { signal },
      );
    // Of 16 numbers a quantised index tells little: only what is the question itself is sure to be
    // a candidate.
    const nearest = async () => {
      const [hit, ...others] = await semantic('word5 word35 word65');
      assert.ok(hit !== undefined && others.length > 0);
      return { pmids: pmidsOf([hit]), cosine: hit.cosine?.toFixed(4) };
    };
    const exact = await nearest();

    await optimizeWhole(index, { signal });
    await index.write(toBatch(2, [{ pmid: 900, text: 'late heart' }]), { signal });

    const files = await readdir(folder.path, { recursive: true });
    assert.ok(
      files.some((path) => path.includes('_indices') && path.endsWith('auxiliary.idx')),
      'a vector index is there',
    );
    assert.deepEqual(await nearest(), exact);
    assert.deepEqual(pmidsOf(await semantic('word5', ['rare'])), [322]);
    assert.ok(pmidsOf(await semantic('late heart')).includes(900));
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

  test('with a vector index filters find all that they let through, passages without a vector too', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: 600 };
    await using index = await openLanceDbIndex(options);
    const samples = Array.from({ length: 700 }, (_, at) => ({
      pmid: at + 1,
      text: at % 50 === 0 ? '—' : `word${at} word${at * 7} word${at * 13}`,
      facts: { authorKeys: at % 2 === 0 ? ['smith'] : ['jones'] },
    }));
    await index.write(toBatch(1, samples), { signal });
    await optimizeWhole(index, { signal });
    const filters = { excludeRetracted: false, authors: ['smith'] };
    const hits = await index.search(toQuery('word5 word35', { mode: 'semantic', limit: 500, filters }), {
      signal,
    });
    assert.equal(pmidsOf(hits).length, 350);
  });

  test('an index of whole vectors, as earlier releases made it, is made anew in its turn', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: 600 };
    await using index = await openLanceDbIndex(options);
    const samples = Array.from({ length: 600 }, (_, at) => ({
      pmid: at + 1,
      text: `word${at} word${at * 7}`,
    }));
    await index.write(toBatch(1, samples), { signal });
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
      pmidsOf(await later.search(toQuery('word5 word35', { mode: 'semantic', limit: 30 }), { signal })).slice(
        0,
        1,
      ),
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

  test('rows that move while a question is asked are read all the same', async ({ signal }) => {
    await using folder = await makeFolder();
    await using index = await openLanceDbIndex({ folder: folder.path, dimensions: DIMENSIONS });
    const samples = ['heart', 'heart rate', 'liver', 'rate of the liver'].map((text, at) => ({
      pmid: at + 1,
      text,
    }));
    await index.write(toBatch(1, samples), { signal });
    const table = await (await connect(folder.path)).openTable('chunks');
    /** One of the rows is not where it was found. */
    const moving = new Proxy(table, {
      get(target, name) {
        if (name === 'takeRowIds') return (ids: bigint[]) => target.takeRowIds([...ids.slice(1), GONE]);
        const member: unknown = Reflect.get(target, name);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
    for (const mode of ['bm25', 'semantic', 'hybrid'] as const) {
      const query = toQuery('heart rate', { mode, limit: 2 });
      const asked = { query, words: toWordColumn(ANALYZER), where: null, dimensions: DIMENSIONS };
      const expected = await searchTable(table, asked);
      assert.ok(expected.length >= 2);
      assert.deepEqual(await searchTable(moving, asked), expected, mode);
    }
  });

  test('the weights of words follow what another process writes', async ({ signal }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, isShared: true };
    await using writer = await openLanceDbIndex(options);
    await writer.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    await using reader = await openLanceDbIndex(options);
    const weigh = () => reader.weigh({ text: 'heart liver', membership: { kind: 'live' } }, { signal });
    const before = await weigh();
    assert.deepEqual([before.unknown, await weigh()], [['liver'], before]);
    await writer.write(toBatch(2, [{ pmid: 2, text: 'liver' }]), { signal });
    assert.deepEqual((await weigh()).unknown, []);
  });

  test('halves of a surrogate pair in neighbouring texts stay apart', async ({ signal }) => {
    await using opened = await openTestIndex();
    const samples = [
      { pmid: 1, text: 'heart one \ud83d' },
      { pmid: 2, text: '\ude00 heart two' },
    ];
    await opened.index.write(toBatch(1, samples), { signal });

    const hits = await opened.index.search(toQuery('heart', { mode: 'bm25' }), { signal });

    const shown = await opened.index.readShown(
      hits.map(({ chunkId }) => chunkId),
      { signal },
    );
    assert.deepEqual([...shown.values()].map(({ text }) => text).sort(), [
      'heart one \ufffd',
      '\ufffd heart two',
    ]);
  });

  test('searches that run while batches are written and old versions go are all answered', async ({
    signal,
  }) => {
    await using opened = await openTestIndex();
    const { index } = opened;
    await index.write(toBatch(1, [{ pmid: 1, text: 'heart' }]), { signal });
    const LAST = 7;
    let done = false;
    const searchOn = async () => {
      let searches = 0;
      for (; !done; searches++) assert.ok((await index.search(toQuery('heart'), { signal })).length <= 2);
      return searches;
    };

    const searching = Promise.all([searchOn(), searchOn(), searchOn()]);
    for (let sequence = 2; sequence <= LAST; sequence++) {
      await index.write(toBatch(sequence, [{ pmid: sequence, text: 'heart' }], [sequence - 1]), { signal });
      await index.removeEnded({ upTo: sequence, checkpoints: [] }, { signal });
      await optimizeWhole(index, { signal });
    }
    done = true;

    assert.ok((await searching).every((searches) => searches > 0));
    assert.deepEqual(pmidsOf(await index.search(toQuery('heart'), { signal })), [LAST]);
  });
});

async function openTestIndex(): Promise<TestSearchIndex> {
  const folder = await makeFolder();
  // What few rows do without: filters find the same by the indexes and, in all other tests, without.
  const options = { folder: folder.path, dimensions: DIMENSIONS, filterIndexRows: 0 };
  let index = await openLanceDbIndex(options);
  return {
    index,
    async reopen() {
      await index[Symbol.asyncDispose]();
      index = await openLanceDbIndex(options);
      return index;
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
  const parent = await mkdtemp(join(tmpdir(), 'bio-mcp-index-'));
  const path = join(parent, 'index');
  await mkdir(path);
  return { path, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

async function listIndexesOf(folder: string): Promise<string[]> {
  const table = await (await connect(folder)).openTable('chunks');
  return (await table.listIndices()).map(({ name }) => name).sort();
}
