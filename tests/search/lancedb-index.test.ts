import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect } from '@lancedb/lancedb';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import type { ChunkFilters } from '../../src/search/search-index.ts';
import { describeSearchIndex } from '../conformance/search-index.ts';
import { DIMENSIONS, pmidsOf, toBatch, toPmid, toQuery } from './index-samples.ts';
import { makeFolder, openTestIndex } from './lancedb-folder.ts';

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

  test('what has no commit as it opens is not found before it is rolled back, nor is what it replaces gone', async ({
    signal,
  }) => {
    await using folder = await makeFolder();
    const options = { folder: folder.path, dimensions: DIMENSIONS };
    const facts = { languages: ['eng'] };
    const half = toBatch(
      2,
      [
        { pmid: 1, text: 'new', revision: 2, facts },
        { pmid: 2, text: 'heart' },
      ],
      [1],
    );
    {
      await using made = await openLanceDbIndex(options);
      await made.write(toBatch(1, [{ pmid: 1, text: 'heart', facts }]), { signal });
      await made.write({ ...half, awaitsCommit: true }, { signal });
    }
    await using index = await openLanceDbIndex({ ...options, committed: 1 });
    const look = async () => {
      const [heart, fresh] = await Promise.all(
        ['heart', 'new'].map((text) => index.search(toQuery(text, { mode: 'bm25' }), { signal })),
      );
      const names = { kind: 'languages', pieces: ['eng'], membership: { kind: 'live' } } as const;
      const counted = await index.countNames(names, { signal });
      return [
        heart?.map(({ facts: { pmid }, revision }) => `${pmid}r${revision}`),
        fresh,
        counted.get('eng'),
      ];
    };
    assert.deepEqual(await look(), [['1r1'], [], 1]);
    assert.equal(await index.countChunks({ signal }), 1);

    await index.rollbackTo(1, { signal });
    assert.deepEqual(await look(), [['1r1'], [], 1]);
    await index.write(half, { signal });
    assert.deepEqual(pmidsOf(await index.search(toQuery('new', { mode: 'bm25' }), { signal })), [1]);
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
});
