import assert from 'node:assert/strict';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { connect, Query, type Table, TakeQuery } from '@lancedb/lancedb';
import { toBroken } from '../../src/disk/flush-folders.ts';
import type { Flush } from '../../src/disk/folder-flusher.ts';
import type { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { openLanceDbIndex } from '../../src/search/lancedb/lancedb-index.ts';
import { LONGEST_PAUSE_MS, SHOWN_UNINDEXED_ROWS } from '../../src/search/lancedb/lancedb-view.ts';
import { optimizeWhole } from '../../src/search/optimize-whole.ts';
import type { Membership, SearchIndex } from '../../src/search/search-index.ts';
import { DIMENSIONS, pmidsOf, toBatch, toQuery } from './index-samples.ts';

const MANY = SHOWN_UNINDEXED_ROWS + 1;

describe('what a search sees of LanceDB during a load', () => {
  test('a few new chunks are found at once', async ({ signal }) => {
    await using opened = await openTimed();

    for (let sequence = 1; sequence <= 5; sequence++)
      await opened.index.write(toSamples(sequence, SHOWN_UNINDEXED_ROWS / 10), { signal });

    assert.deepEqual(await opened.find(), [1, 2, 3, 4, 5]);
  });

  test('many are held back while a refresh would take too much of the time, then found', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    assert.deepEqual(await opened.find(), [1], 'the first are built in at once');

    await opened.index.write(toSamples(2, MANY), { signal });
    await opened.index.write(toSamples(3, 1), { signal });

    assert.deepEqual(await opened.find(), [1]);
    opened.clock.ms += 10_000;
    await opened.index.write(toSamples(4, 1), { signal });
    assert.deepEqual(await opened.find(), [1, 2, 3, 4]);
  });

  test('what is held back is found after a pause, by optimize, and by a checkpoint that saw it', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    await opened.index.write(toSamples(2, MANY), { signal });

    assert.deepEqual(await opened.find({ kind: 'checkpoint', sequence: 1 }), [1]);
    assert.deepEqual(await opened.find({ kind: 'checkpoint', sequence: 2 }), [1, 2]);
    assert.deepEqual(await opened.find(), [1]);
    opened.clock.ms += LONGEST_PAUSE_MS + 1;
    assert.deepEqual(await opened.find(), [1, 2], 'after a pause');
    await opened.index.write(toSamples(3, 1), { signal });
    await optimizeWhole(opened.index, { signal });
    assert.deepEqual(await opened.find(), [1, 2, 3], 'after optimize');
  });

  test('what is held back is found after a pause, though the clock of the machine is set back meanwhile', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    await opened.index.write(toSamples(2, MANY), { signal });
    assert.deepEqual(await opened.find(), [1]);

    opened.clock.setBackMs = 3_600_000;
    opened.clock.ms += LONGEST_PAUSE_MS + 1;

    assert.deepEqual(await opened.find(), [1, 2]);
  });

  test('what searches see stays in the table while more is built in, though the clock is set back', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    const { index, folder, clock, find } = opened;
    clock.setBackMs = clock.ms - Date.now() - 3_600_000;
    await opened.writeFirst();
    clock.setBackMs += 3_600_000;
    const table = await (await connect(folder)).openTable('chunks');
    const seen = await table.version();
    await index.write(toSamples(2, MANY), { signal });
    assert.deepEqual(await find(), [1]);

    clock.ms += 60_000;
    await index.write(toSamples(3, 1), { signal });
    await index.write(toSamples(4, 1), { signal });

    assert.deepEqual(await find(), [1, 2, 3, 4]);
    await table.checkout(seen);
    assert.ok((await table.query().toArray()).length > 0);
  });

  test('where nobody searches nothing is built in before optimize, and the first search finds all', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    opened.clock.stepMs = 1_000;

    for (const sequence of [1, 2, 3]) await opened.index.write(toSamples(sequence, MANY), { signal });

    assert.deepEqual(await opened.find(), [1, 2, 3]);
  });

  test('of batches that follow soon, those before the one that comes are built in as it comes', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    await opened.index.write(toSamples(2, MANY), { signal });
    opened.clock.ms += 4_000;
    await opened.index.write(toSamples(3, 1), { signal });
    assert.deepEqual(await opened.find(), [1]);

    opened.clock.ms += 4_000; // a refresh is due
    await opened.index.write(toSamples(4, MANY), { signal });

    assert.deepEqual(await opened.find(), [1, 2, 3]);
  });

  test('words are weighed once as long as what comes is held back, and anew when it is found', async (t) => {
    const { signal } = t;
    await using opened = await openTimed();
    await opened.writeFirst();
    const ask = { text: 'heart kidney', membership: { kind: 'live' } } as const;
    await opened.index.write(toSamples(2, MANY), { signal }); // held back from now on
    const before = await opened.index.weigh(ask, { signal });
    assert.deepEqual(before.unknown, ['kidney']);

    const { mock: asked } = t.mock.method(Query.prototype, 'fullTextSearch');
    await opened.index.write(toBatch(3, [{ pmid: 3, text: 'kidney' }]), { signal });
    assert.deepEqual(await opened.index.weigh(ask, { signal }), before);
    assert.equal(asked.callCount(), 0);

    opened.clock.ms += 10_000;
    opened.clock.stepMs = 1_000;
    await opened.index.write(toSamples(4, 1), { signal }); // builds all of it in
    opened.clock.stepMs = 0;
    await opened.index.write(toBatch(5, [{ pmid: 5, text: 'liver' }, ...fillers(5, MANY)]), { signal });
    assert.deepEqual((await opened.index.weigh(ask, { signal })).unknown, []);
    const later = await opened.index.weigh({ ...ask, text: 'heart liver' }, { signal });
    assert.deepEqual(later.unknown, ['liver'], 'held back again');
  });

  test('words that were weighed are not weighed anew by a search: not as a batch comes, nor when it is built in', async (t) => {
    const { signal } = t;
    await using opened = await openTimed();
    await opened.writeFirst();
    const ask = { text: 'heart kidney', membership: { kind: 'live' } } as const;
    assert.deepEqual((await opened.index.weigh(ask, { signal })).unknown, ['kidney']);
    const { mock: asked } = t.mock.method(Query.prototype, 'fullTextSearch');

    const second = toBatch(2, [{ pmid: 2, text: 'kidney' }, ...fillers(2, MANY)]);
    await opened.index.write({ ...second, awaitsCommit: true }, { signal });
    assert.deepEqual((await opened.index.weigh(ask, { signal })).unknown, ['kidney']);
    assert.equal(asked.callCount(), 0, 'as it comes');

    await opened.index.show({ signal });
    await opened.index.optimize({ signal });
    const byOptimize = asked.callCount();
    assert.deepEqual((await opened.index.weigh(ask, { signal })).unknown, []);
    assert.equal(asked.callCount(), byOptimize, 'when it is built in');

    await makeAllMissing(opened.index, signal);
    assert.deepEqual((await opened.index.weigh(ask, { signal })).unknown, []);
    assert.equal(asked.callCount(), byOptimize, 'when other indexes are made');
  });

  test('a document that is replaced among many stays as it was until the many are found', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    const replaced = toBatch(2, [{ pmid: 1, text: 'new', revision: 2 }, ...fillers(2, MANY)], [1]);
    await opened.index.write(replaced, { signal });

    assert.deepEqual(await opened.find(), [1]);
    await optimizeWhole(opened.index, { signal });
    assert.deepEqual(await opened.find(), []);
  });

  test('what was left out while many came is owed until optimize', async ({ signal }) => {
    await using opened = await openTimed();
    assert.equal(opened.index.isOptimizeDue, false);
    await opened.writeFirst();
    assert.equal(opened.index.isOptimizeDue, true);
    await optimizeWhole(opened.index, { signal });
    assert.equal(opened.index.isOptimizeDue, false);
  });

  test('what awaits its commit is not found, however little it is, nor is what it replaces gone', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    await opened.index.write(toSamples(1, 1), { signal });
    const replacing = toBatch(2, [{ pmid: 1, text: 'new', revision: 2 }, ...hearts(2)], [1]);
    await opened.index.write({ ...replacing, awaitsCommit: true }, { signal });

    assert.deepEqual(await opened.find(), [1]);
    opened.clock.ms += 10 * LONGEST_PAUSE_MS;
    assert.deepEqual(await opened.find(), [1], 'however long it takes');
    await opened.index.show({ signal });
    assert.deepEqual(await opened.find(), [2]);
  });

  test('nor is it by a search that began before it, whose rows it moves', async (t) => {
    const { signal } = t;
    await using opened = await openTimed();
    await opened.index.write(toBatch(1, hearts(1)), { signal });
    const replacing = toBatch(2, [{ pmid: 1, text: 'new heart', revision: 2 }, ...hearts(2)], [1]);
    const take = t.mock.method(TakeQuery.prototype, 'toArrow', async function (this: TakeQuery) {
      take.mock.restore();
      await opened.index.write({ ...replacing, awaitsCommit: true }, { signal });
      return this.toArrow();
    });

    const hits = await opened.index.search(toQuery('heart'), { signal });

    assert.deepEqual(
      hits.map(({ facts, revision }) => `${facts.pmid}r${revision}`),
      ['1r1'],
    );
  });

  test('the first of many are built in once they are committed', async ({ signal }) => {
    await using opened = await openTimed();
    assert.deepEqual(await opened.find(), []);
    await opened.index.write({ ...toSamples(1, MANY), awaitsCommit: true }, { signal });

    assert.deepEqual(await opened.find(), []);
    await opened.index.show({ signal });
    assert.deepEqual(await opened.find(), [1]);
  });

  test('a batch that is committed does not fail where words cannot be weighed anew', async (t) => {
    const { signal } = t;
    await using opened = await openTimed();
    await opened.index.weigh({ text: 'heart', membership: { kind: 'live' } }, { signal });
    await opened.index.write({ ...toSamples(1, MANY), awaitsCommit: true }, { signal });
    const failing = t.mock.method(Query.prototype, 'fullTextSearch', () => {
      throw new Error('Too many open files (os error 24)');
    });

    await opened.index.show({ signal });

    assert.match(String(opened.heard[0]?.message), /failed to weigh words: Too many open files/);
    failing.mock.restore();
    assert.deepEqual(await opened.find(), [1]);
  });

  test('nor where it cannot be built in: it is found a pause later, and built in with the next one', async (t) => {
    const { signal } = t;
    await using opened = await openTimed();
    assert.deepEqual(await opened.find(), []);
    await opened.index.write({ ...toSamples(1, MANY), awaitsCommit: true }, { signal });
    const table: Table = Object.getPrototypeOf(await (await connect(opened.folder)).openTable('chunks'));
    const failing = t.mock.method(table, 'optimize', async () => {
      throw new Error('No space left on device (os error 28)');
    });

    await opened.index.show({ signal });

    assert.match(opened.heard[0]?.hint ?? '', /The disk that holds the search index is full/);
    opened.clock.ms += LONGEST_PAUSE_MS + 1;
    assert.deepEqual(await opened.find(), [1]);
    failing.mock.restore();
    await opened.index.write({ ...toSamples(2, 1), awaitsCommit: true }, { signal });
    await opened.index.show({ signal });
    assert.deepEqual(opened.heard.slice(1), [null]);
    assert.deepEqual(await opened.find(), [1, 2]);
  });

  test('a disk that tells of a failure as a batch is to be built in is told of, and the batch is found', async ({
    signal,
  }) => {
    const failures: Error[] = [];
    const flush = async () => {
      for (const failure of failures.splice(0)) throw failure;
    };
    await using opened = await openTimed({ flush });
    assert.deepEqual(await opened.find(), []);
    await opened.index.write({ ...toSamples(1, MANY), awaitsCommit: true }, { signal });
    failures.push(toBroken('sync: error syncing: Input/output error'));

    await assert.rejects(opened.index.show({ signal }), { code: 'ARCHIVE_UNAVAILABLE' });

    opened.clock.ms += LONGEST_PAUSE_MS + 1;
    assert.deepEqual(await opened.find(), [1]);
  });

  test('what awaited a commit that failed is never found', async ({ signal }) => {
    await using opened = await openTimed();
    await opened.index.write(toSamples(1, 1), { signal });
    await opened.index.write({ ...toSamples(2, 1), awaitsCommit: true }, { signal });

    await opened.index.rollbackTo(1, { signal });

    assert.deepEqual(await opened.find(), [1]);
  });

  test('nor where the table is tidied before it can be rolled back, and what it replaces stays', async ({
    signal,
  }) => {
    await using opened = await openTimed();
    const { index } = opened;
    await index.write(
      toBatch(
        1,
        [1, 2].map((pmid) => ({ pmid, text: 'heart' })),
      ),
      { signal },
    );
    await index.write(toBatch(2, [], [2]), { signal });
    await index.write({ ...toBatch(3, [{ pmid: 1, text: 'lung' }], [1]), awaitsCommit: true }, { signal });

    await index.optimize({ signal });

    assert.deepEqual(await opened.find(), [1]);
    await index.rollbackTo(2, { signal });
    await index.write(toSamples(3, 1), { signal });
    assert.deepEqual(await opened.find(), [1, 3]);
  });

  test('what a pause has shown is still found while the next batch awaits its commit', async ({ signal }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    await opened.index.write(toSamples(2, MANY), { signal });
    opened.clock.ms += LONGEST_PAUSE_MS + 1;
    assert.deepEqual(await opened.find(), [1, 2]);

    await opened.index.write({ ...toSamples(3, 1), awaitsCommit: true }, { signal });

    assert.deepEqual(await opened.find(), [1, 2]);
  });

  test('nothing is held back after a roll-back', async ({ signal }) => {
    await using opened = await openTimed();
    await opened.writeFirst();
    await opened.index.write(toSamples(2, MANY), { signal });
    await opened.index.write(toSamples(3, 1), { signal });

    await opened.index.rollbackTo(2, { signal });

    assert.deepEqual(await opened.find(), [1, 2]);
  });
});

/** One chunk with the word that is looked for, and others. */
function toSamples(sequence: number, chunks: number) {
  return toBatch(sequence, [{ pmid: sequence, text: 'heart' }, ...fillers(sequence, chunks - 1)]);
}

async function makeAllMissing(index: SearchIndex, signal: AbortSignal) {
  while (await index.makeMissing({ signal }));
}

function hearts(pmid: number) {
  return [{ pmid, text: 'heart' }];
}

function fillers(sequence: number, chunks: number) {
  return Array.from({ length: chunks }, (_, at) => ({ pmid: sequence * 10_000 + at, text: 'lung' }));
}

async function openTimed({ flush = null }: { flush?: Flush | null } = {}) {
  const folder = await mkdtempDisposable(join(tmpdir(), 'bio-mcp-index-'));
  const time = {
    ms: 1_000_000,
    /** How far each look moves it. */
    stepMs: 0,
    /** By how much the clock of the machine was set back. */
    setBackMs: 0,
  };
  const heard: (BioMcpError | null)[] = [];
  const index = await openLanceDbIndex({
    folder: join(folder.path, 'index'),
    flush,
    onRefresh: (failure) => heard.push(failure),
    dimensions: DIMENSIONS,
    clock: { now: () => new Date(time.ms - time.setBackMs) },
    now: () => {
      time.ms += time.stepMs;
      return time.ms;
    },
  });
  const options = { signal: AbortSignal.timeout(60_000) };
  const find = async (membership: Membership = { kind: 'live' }) =>
    pmidsOf(await index.search(toQuery('heart', { mode: 'bm25', membership }), options));
  return {
    index,
    folder: join(folder.path, 'index'),
    clock: time,
    heard,
    find,
    /**
     * Many, beside a search; building them in takes a second, so that for seven seconds none are
     * built in again.
     */
    async writeFirst() {
      assert.deepEqual(await find(), []);
      time.stepMs = 1_000;
      await index.write(toSamples(1, MANY), options);
      time.stepMs = 0;
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await folder.remove();
    },
  };
}
