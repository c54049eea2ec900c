import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import type { Membership, SearchIndex } from '../../src/search/search-index.ts';
import { toBatch, toChunk, toQuery } from '../search/index-samples.ts';
import type { TestSearchIndex } from './search-index.ts';

const LIVE: Membership = { kind: 'live' };

export function describeSearchIndexMembership(open: () => Promise<TestSearchIndex>): void {
  test('a replaced document is found in its new revision, a checkpoint finds the old one', async ({
    signal,
  }) => {
    await using opened = await open();
    await writeThree(opened.index, signal);

    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r2', '3r1']);
    assert.deepEqual(await found(opened.index, at(1), signal), ['1r1', '2r1']);
    assert.deepEqual(await found(opened.index, at(2), signal), ['1r2', '2r1', '3r1']);
    assert.deepEqual(await found(opened.index, at(3), signal), ['1r2', '3r1']);
    assert.deepEqual(await found(opened.index, at(0), signal), []);
    assert.equal(await opened.index.countChunks({ signal }), 2);
  });

  test('optimize and reopening keep what checkpoints see', async ({ signal }) => {
    await using opened = await open();
    await writeThree(opened.index, signal);
    await optimizeWhole(opened.index, { signal });

    const index = await opened.reopen();

    assert.deepEqual(await found(index, LIVE, signal), ['1r2', '3r1']);
    assert.deepEqual(await found(index, at(1), signal), ['1r1', '2r1']);
  });

  test('writing a batch again changes nothing', async ({ signal }) => {
    await using opened = await open();
    await writeThree(opened.index, signal);
    await opened.index.write(third(), { signal });
    const index = await opened.reopen();

    await index.write(second(), { signal });

    assert.deepEqual(await found(index, at(1), signal), ['1r1', '2r1']);
    assert.deepEqual(await found(index, at(2), signal), ['1r2', '2r1', '3r1']);
    assert.deepEqual(await found(index, LIVE, signal), ['1r2', '3r1']);
  });

  test('a rollback undoes what entered and what left above its sequence number', async ({ signal }) => {
    await using opened = await open();
    await writeThree(opened.index, signal);

    await opened.index.rollbackTo(1, { signal });

    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r1', '2r1']);
    assert.deepEqual(await found(opened.index, at(3), signal), ['1r1', '2r1']);
    await opened.index.write(second(), { signal });
    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r2', '2r1', '3r1']);
  });

  test('a rollback to the last sequence number, or of an empty index, changes nothing', async ({
    signal,
  }) => {
    await using opened = await open();
    await opened.index.rollbackTo(0, { signal });
    await writeThree(opened.index, signal);

    await opened.index.rollbackTo(3, { signal });

    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r2', '3r1']);
    assert.deepEqual(await found(opened.index, at(1), signal), ['1r1', '2r1']);
  });

  test('ended chunks go for good once no checkpoint sees them', async ({ signal }) => {
    await using opened = await open();
    await writeThree(opened.index, signal);

    await opened.index.removeEnded({ upTo: 3, checkpoints: [2] }, { signal });
    assert.deepEqual(await found(opened.index, at(1), signal), ['2r1']);
    assert.deepEqual(await found(opened.index, at(2), signal), ['1r2', '2r1', '3r1']);

    await opened.index.removeEnded({ upTo: 2, checkpoints: [] }, { signal });
    assert.deepEqual(await found(opened.index, at(2), signal), ['1r2', '2r1', '3r1']);

    await opened.index.removeEnded({ upTo: 3, checkpoints: [] }, { signal });
    assert.deepEqual(await found(opened.index, at(2), signal), ['1r2', '3r1']);
    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r2', '3r1']);
  });

  test('what is written as having left is found by checkpoints alone, and goes as all that has ended', async ({
    signal,
  }) => {
    await using opened = await open();
    await opened.index.write({ ...first(), left: new Map([[pmidOf(1), 2]]) }, { signal });
    await opened.index.write({ ...second(), superseded: [] }, { signal });

    const hold = async (index: SearchIndex) => {
      assert.deepEqual(await found(index, LIVE, signal), ['1r2', '2r1', '3r1']);
      assert.deepEqual(await found(index, at(1), signal), ['1r1', '2r1']);
      assert.deepEqual(await found(index, at(2), signal), ['1r2', '2r1', '3r1']);
      assert.equal(await index.countChunks({ signal }), 3);
    };
    await hold(opened.index);
    const index = await opened.reopen();
    await hold(index);
    await index.removeEnded({ upTo: 2, checkpoints: [1] }, { signal });
    assert.deepEqual(await found(index, at(1), signal), ['1r1', '2r1']);
    await index.removeEnded({ upTo: 2, checkpoints: [] }, { signal });
    assert.deepEqual(await found(index, at(1), signal), ['2r1']);
  });

  test('superseding a document that the index does not hold is no error', async ({ signal }) => {
    await using opened = await open();
    await opened.index.write(toBatch(1, [], [77]), { signal });
    assert.equal(await opened.index.countChunks({ signal }), 0);
  });

  test('writes that are asked for at once are all done', async ({ signal }) => {
    await using opened = await open();
    const writes = [1, 2, 3, 4, 5].map((pmid) => toBatch(pmid, [{ pmid, text: 'heart' }]));

    await Promise.all(writes.map((batch) => opened.index.write(batch, { signal })));

    assert.deepEqual(await found(opened.index, LIVE, signal), ['1r1', '2r1', '3r1', '4r1', '5r1']);
  });
}

async function writeThree(index: SearchIndex, signal: AbortSignal): Promise<void> {
  await index.write(first(), { signal });
  await index.write(second(), { signal });
  await index.write(third(), { signal });
}

/** Two documents enter; one is replaced and a third enters; the second is deleted. */
const first = () =>
  toBatch(1, [
    { pmid: 1, text: 'heart one' },
    { pmid: 2, text: 'heart two' },
  ]);
const second = () =>
  toBatch(
    2,
    [
      { pmid: 1, text: 'heart one again', revision: 2 },
      { pmid: 3, text: 'heart three' },
    ],
    [1],
  );
const third = () => toBatch(3, [], [2]);

function pmidOf(number: number) {
  return toChunk({ pmid: number, text: '' }).facts.pmid;
}

function at(sequence: number): Membership {
  return { kind: 'checkpoint', sequence };
}

async function found(index: SearchIndex, membership: Membership, signal: AbortSignal): Promise<string[]> {
  const byWords = await index.search(toQuery('heart', { membership, mode: 'bm25' }), { signal });
  const byVector = await index.search(toQuery('heart', { membership, mode: 'semantic' }), { signal });
  const names = (hits: typeof byWords) =>
    hits.map(({ facts, revision }) => `${facts.pmid}r${revision}`).sort();
  assert.deepEqual(names(byWords), names(byVector));
  return names(byWords);
}
