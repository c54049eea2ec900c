import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { IndexState } from '../../../src/domain/corpus/index-state.ts';
import { requireWholeIndex } from '../../../src/search/generations/closed-index.ts';
import { FLUSHED_VERSION, rememberVersions } from '../../../src/search/generations/flushed-versions.ts';
import { createLanceDbGenerations } from '../../../src/search/generations/lancedb-generations.ts';
import { openLanceDbIndex } from '../../../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../../../src/search/optimize-whole.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import { DIMENSIONS, pmidsOf, toBatch, toPmid, toQuery } from '../index-samples.ts';

const STATE: IndexState = { embedderId: 'e', dimensions: DIMENSIONS, generation: 1, analyzer: ANALYZER };
const { signal } = new AbortController();

describe('an index that was written to when the power went', () => {
  test('is what the disk was last known to hold, and takes what was lost once more', async () => {
    await using bench = await openBench();
    await bench.write(1);
    await bench.flush({ signal });
    await bench.write(2);
    await optimizeWhole(bench.index, { signal });
    await bench.write(3);

    await using after = await bench.open(bench.cutPower());
    assert.deepEqual(await findAll(after), [1, 2]);
    await after.write(toBatch(3, [{ pmid: 3, text: 'heart 3' }]), { signal });
    assert.deepEqual(await findAll(after), [1, 2, 3]);
  });

  test('has a version to go back to at each moment of its tidying', async () => {
    await using bench = await openBench();
    for (let at = 1; at <= 30; at++) {
      // The second half takes the place of the first.
      const pmid = at <= 15 ? at : at - 15;
      const superseded = at <= 15 ? [] : [toPmid(pmid)];
      const one = { ...toBatch(at, [{ pmid, text: `heart ${pmid}`, revision: at }]), superseded };
      await bench.index.write(one, { signal });
      if (at % 10 !== 0) continue;
      await bench.index.removeEnded({ upTo: at, checkpoints: [] }, { signal });
      await bench.flush({ signal }); // as each commit does
      const cuts: string[] = [];
      bench.settings.onFlush = () => cuts.push(bench.cutPower());
      await optimizeWhole(bench.index, { signal });
      bench.settings.onFlush = () => undefined;
      cuts.push(bench.cutPower());
      assert.ok(cuts.length > 1, 'it flushes before old versions go');
      for (const copy of cuts) {
        await using after = await bench.open(copy);
        const expected = Array.from({ length: Math.min(at, 15) }, (_, n) => n + 1);
        assert.deepEqual(await findAll(after), expected, `after ${at} batches`);
      }
    }
  });

  test('is as it lies where the system cannot flush', async () => {
    await using bench = await openBench();
    await bench.write(1);
    await bench.flush({ signal });
    bench.settings.canFlush = false;
    await bench.write(2);
    await bench.flush({ signal });
    await bench.write(3);

    await using after = await bench.open(bench.copy());
    assert.deepEqual(await findAll(after), [1, 2, 3]);
  });

  test('goes back no further than its last flush once nothing is flushed any more', async () => {
    await using bench = await openBench();
    await bench.write(1);
    await bench.flush({ signal });
    const killed = bench.copy();
    {
      await using unflushed = await bench.open(killed, { flush: null });
      await unflushed.write(toBatch(2, [{ pmid: 2, text: 'heart 2' }]), { signal });
      cpSync(killed, join(bench.folder, '..', 'killed-again'), { recursive: true });
    }
    await using after = await bench.open(join(bench.folder, '..', 'killed-again'));
    assert.deepEqual(await findAll(after), [1, 2]);
  });

  test('takes a change once its disk is well again, without a restart', async () => {
    await using bench = await openBench();
    // No file can be made under this name, as on a full disk.
    const inTheWay = join(bench.folder, '1', `${FLUSHED_VERSION}.new`);
    mkdirSync(inTheWay);
    await assert.rejects(bench.write(1), { code: 'INDEX_UNAVAILABLE' });
    rmSync(inTheWay, { recursive: true });
    await bench.write(1);
    assert.deepEqual(await findAll(bench.index), [1]);
  });

  test('is flushed before its first change, whoever closed or copied it', async () => {
    await using bench = await openBench();
    await bench.write(1);
    await bench.index[Symbol.asyncDispose]();
    let flushes = 0;
    bench.settings.onFlush = () => flushes++;
    await using again = await bench.open(bench.folder);
    assert.equal(flushes, 0);
    await again.write(toBatch(2, [{ pmid: 2, text: 'heart 2' }]), { signal });
    await again.write(toBatch(3, [{ pmid: 3, text: 'heart 3' }]), { signal });
    assert.equal(flushes, 1);
  });

  test('keeps a vector index that was made before the process was killed', async () => {
    await using bench = await openBench();
    const rows = { vectorIndexRows: 300, filterIndexRows: Number.POSITIVE_INFINITY };
    const open = (folder: string) =>
      openLanceDbIndex({ folder: join(folder, '2'), dimensions: DIMENSIONS, ...rows, flush: bench.flush });
    await using index = await open(bench.folder);
    const samples = Array.from({ length: 300 }, (_, at) => ({ pmid: at + 1, text: `word${at}` }));
    await index.write(toBatch(1, samples), { signal });
    await bench.flush({ signal });
    assert.equal(await index.makeMissing({ signal }), true);

    const killed = bench.copy();
    await requireWholeIndex(join(killed, '2'));
    await using after = await open(killed);
    assert.equal(await after.makeMissing({ signal }), false);
  });

  test('may have stray files beside it', async () => {
    await using bench = await openBench();
    writeFileSync(join(bench.folder, '.DS_Store'), '');
    await bench.write(1);
    await bench.flush({ signal });
    assert.ok(existsSync(join(bench.folder, '1', FLUSHED_VERSION)));
  });

  test('has nothing to go back to once it was closed', async () => {
    await using bench = await openBench();
    await bench.write(1);
    await bench.flush({ signal });
    await bench.write(2);
    await bench.index[Symbol.asyncDispose]();
    assert.ok(!existsSync(join(bench.folder, '1', FLUSHED_VERSION)));

    await using after = await bench.open(bench.cutPower());
    assert.deepEqual(await findAll(after), [1, 2]);
  });
});

/** An index of the first generation, and what becomes of copies of its folder. */
async function openBench() {
  const work = await mkdtemp(join(tmpdir(), 'bio-mcp-flushed-'));
  const folder = join(work, 'index');
  const settings = { canFlush: true, onFlush: (): unknown => undefined };
  const listFiles = () => globSync('**/*.*', { cwd: folder });
  let flushed: string[] = [];
  const flush = rememberVersions(folder, async () => {
    settings.onFlush();
    if (settings.canFlush) flushed = listFiles();
    return settings.canFlush;
  });
  const open = (at: string, options: { flush?: null } = {}) =>
    createLanceDbGenerations({ folder: at, isShared: false, flush, ...options }).open(STATE, { signal });
  const index = await open(folder);
  let copies = 0;
  function copy() {
    copies += 1;
    const to = join(work, `copy-${copies}`);
    cpSync(folder, to, { recursive: true });
    return to;
  }
  return {
    folder,
    settings,
    flush,
    index,
    open,
    copy,
    write: (at: number) => index.write(toBatch(at, [{ pmid: at, text: `heart ${at}` }]), { signal }),
    /** A copy as the disk has it: every name, and the bytes of files that were there at the last flush. */
    cutPower() {
      const to = copy();
      for (const name of listFiles())
        if (!flushed.includes(name) && !name.endsWith('.json')) truncateSync(join(to, name), 0);
      return to;
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      rmSync(work, { recursive: true, force: true });
    },
  };
}

async function findAll(index: SearchIndex): Promise<number[]> {
  const hits = await index.search(toQuery('heart', { limit: 50 }), { signal });
  return [...new Set(pmidsOf(hits))].sort((one, other) => one - other);
}
