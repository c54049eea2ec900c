import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { searchTable } from '../../src/search/lancedb/lancedb-search.ts';
import { toWordColumn } from '../../src/search/lancedb/lancedb-words.ts';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import { ANALYZER } from '../../src/search/words/analyzer.ts';
import { DIMENSIONS, pmidsOf, toBatch, toQuery } from './index-samples.ts';
import { makeFolder, makeSamples, openTestIndex, VECTOR_INDEX_ROWS } from './lancedb-folder.ts';

/** No row has it. */
const GONE = 2n ** 40n;

describe('reading LanceDB', () => {
  test('with a vector index the nearest are found, later rows and narrow filters included', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: VECTOR_INDEX_ROWS };
    await using index = await openLanceDbIndex(options);
    const samples = makeSamples(VECTOR_INDEX_ROWS, (at) => ({
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

  test('with a vector index filters find all that they let through, passages without a vector too', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS, vectorIndexRows: VECTOR_INDEX_ROWS };
    await using index = await openLanceDbIndex(options);
    const samples = makeSamples(700, (at) => ({
      ...(at % 50 === 0 && { text: '—' }),
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
      const expected = await searchTable(() => ({ ...asked, table }));
      assert.ok(expected.length >= 2);
      assert.deepEqual(await searchTable(() => ({ ...asked, table: moving })), expected, mode);
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
