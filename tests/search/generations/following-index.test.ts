import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { IndexState } from '../../../src/domain/corpus/index-state.ts';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { createFollowingIndex } from '../../../src/search/generations/following-index.ts';
import { createLanceDbGenerations } from '../../../src/search/generations/lancedb-generations.ts';
import type { SearchIndex } from '../../../src/search/search-index.ts';
import { ANALYZER } from '../../../src/search/words/analyzer.ts';
import { DIMENSIONS, toBatch, toQuery } from '../index-samples.ts';

const WORDS = toQuery('heart', { mode: 'bm25' });

describe('the index that follows the generation in the database', () => {
  test('reads it once a search, and stays with one generation from its first question to its last', async ({
    signal,
  }) => {
    await using bench = await openBench(signal);
    const { index, row } = bench;

    const found = await index.askOne(
      async (one) => {
        const before = await findPmids(one, signal);
        await bench.rebuild(2);
        assert.deepEqual(await findPmids(index, signal), ['2'], 'whoever asks now is answered by the next');
        return [before, await findPmids(one, signal)];
      },
      { signal },
    );

    assert.deepEqual(found, [['1'], ['1']]);
    assert.equal(row.reads, 2, 'once for each of the two searches');
  });

  test('does a search once more where its generation goes on the way', async ({ signal }) => {
    await using bench = await openBench(signal);
    let asked = 0;

    const found = await bench.index.askOne(
      async (one) => {
        asked += 1;
        const pmids = await findPmids(one, signal);
        if (asked > 1) return pmids;
        await bench.rebuild(2);
        throw new BioMcpError('INDEX_UNAVAILABLE', null);
      },
      { signal },
    );

    assert.deepEqual([found, asked], [['2'], 2]);
  });

  test('fails as the index does where no other generation took its place', async ({ signal }) => {
    await using bench = await openBench(signal);
    const failing = () => Promise.reject(new BioMcpError('INDEX_UNAVAILABLE', null));
    await assert.rejects(bench.index.askOne(failing, { signal }), { code: 'INDEX_UNAVAILABLE' });
  });

  test('searches what the database told last while it is away, and writes nothing', async ({ signal }) => {
    await using bench = await openBench(signal);
    const { index, row } = bench;
    row.failure = new BioMcpError('DB_UNAVAILABLE', null);
    assert.deepEqual(await findPmids(index, signal), ['1']);
    const batch = toBatch(2, [{ pmid: 9, text: 'heart' }]);
    await assert.rejects(index.write(batch, { signal }), { code: 'DB_UNAVAILABLE' });
    row.failure = new TypeError('a fault of ours');
    await assert.rejects(index.search(WORDS, { signal }), /a fault of ours/);
  });

  test('gives a search up when its caller does, also while the database is silent', async ({ signal }) => {
    await using bench = await openBench(signal);
    const caller = new AbortController();
    bench.row.silence = new Promise(() => undefined);
    const searching = bench.index.search(WORDS, { signal: caller.signal });
    caller.abort(new Error('gave up'));
    await assert.rejects(searching, /^Error: gave up$/);
  });
});

/** Generation 1 holds PMID 1 and so on; `row` stands for the database's. */
async function openBench(signal: AbortSignal) {
  const folder = await mkdtemp(join(tmpdir(), 'bio-mcp-following-'));
  const generations = createLanceDbGenerations({ folder, isShared: true });
  const toState = (generation: number): IndexState => ({
    embedderId: 'e',
    dimensions: DIMENSIONS,
    generation,
    analyzer: ANALYZER,
  });
  const row = {
    state: toState(1),
    reads: 0,
    failure: null as Error | null,
    silence: null as Promise<null> | null,
  };
  const make = async (generation: number) => {
    const made = await generations.make(toState(generation), { signal });
    await made.write(toBatch(1, [{ pmid: generation, text: 'heart' }]), { signal });
    return generations.share(made, toState(generation));
  };
  const index = createFollowingIndex({
    first: await make(1),
    state: toState(1),
    async findState() {
      row.reads += 1;
      if (row.failure !== null) throw row.failure;
      return row.silence ?? row.state;
    },
    open: (state, options) => generations.open(state, options),
  });
  return {
    index,
    row,
    /** As another process does it. */
    async rebuild(generation: number) {
      await (await make(generation))[Symbol.asyncDispose]();
      row.state = toState(generation);
    },
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

async function findPmids(index: SearchIndex, signal: AbortSignal): Promise<string[]> {
  return (await index.search(WORDS, { signal })).map(({ facts }) => facts.pmid);
}
