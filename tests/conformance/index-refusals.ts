import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Chunk } from '../../src/domain/document/chunk.ts';
import { STATIC_DIMENSIONS } from '../../src/embedding/static-vectors.ts';
import type { IndexBatch, SearchIndex } from '../../src/search/search-index.ts';
import { toQuery } from '../search/index-samples.ts';
import { openFaultyCorpus } from '../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const { signal } = new AbortController();
const POISON = 'strychnine';

export interface RefusingIndex extends AsyncDisposable {
  index: SearchIndex;
}

/** A batch on its way to the index, in which some chunks become what the index refuses. */
export type Spoil = (batch: IndexBatch, isPoison: (chunk: Chunk) => boolean) => IndexBatch;

/**
 * How a load fares with chunks that the real index refuses: `spoil` makes of a good chunk one that it does
 * not take. `open` resolves to an empty index of `STATIC_DIMENSIONS`.
 */
export function describeIndexRefusals(
  name: string,
  open: () => Promise<RefusingIndex>,
  { spoil, skip = false }: { spoil: Spoil; skip?: string | false },
): void {
  describe(`a record with a passage that ${name} refuses`, { skip }, () => {
    test('is quarantined, its neighbours are found, and what it was before stays', async () => {
      await using bench = await openBench(open, spoil, ({ facts }) => facts.title.includes(POISON));
      const { home, corpus, index } = bench;
      const first = setXml(...[1, 2, 4].map((pmid) => articleXml({ pmid, title: `Honey ${pmid}.` })));
      await corpus.load(await home.write('1.xml', first));

      const poison = articleXml({ pmid: 2, title: `Of ${POISON}.` });
      const second = setXml(
        articleXml({ pmid: 1, title: 'Milk 1.' }),
        poison,
        articleXml({ pmid: 3 }),
        deleteXml(4),
      );
      const path = await home.write('2.xml', second);
      const run = await corpus.load(path);

      assert.deepEqual([run.archived, run.indexed, run.failed, run.deleted], [2, 2, 1, 1]);
      assert.match(run.problems[0]?.reason ?? '', /^Its passage 1 cannot be indexed: /);
      const [quarantined] = await corpus.needs.store.listQuarantined(10, { signal });
      assert.equal(quarantined?.pmid, '2');
      assert.deepEqual(await findTitles(index), ['Honey 2.', 'Milk 1.', 'Title 3.']);
      assert.equal(await index.countChunks({ signal }), 3);
      assert.equal((await corpus.load(path)).skipped, 3);
      assert.deepEqual(await corpus.needs.store.listPending({ signal }), []);
    });

    test('alone in its batch is quarantined as well, and leaves nothing in the index', async () => {
      await using bench = await openBench(open, spoil, ({ facts }) => facts.title.includes(POISON));
      const { home, corpus, index } = bench;
      const run = await corpus.load(
        await home.write('1.xml', setXml(articleXml({ pmid: 2, title: `${POISON}.` }))),
      );

      assert.deepEqual([run.indexed, run.failed], [0, 1]);
      assert.equal(await index.countChunks({ signal }), 0);
      assert.deepEqual(await findTitles(index), []);
    });

    test('where it refuses every chunk, the load fails and nothing is quarantined', async () => {
      await using bench = await openBench(open, spoil, () => bench.isBroken);
      const { home, corpus, index } = bench;
      const path = await home.write('1.xml', setXml(articleXml({ pmid: 1 }), articleXml({ pmid: 2 })));
      bench.isBroken = true;
      await assert.rejects(corpus.load(path), { code: 'INDEX_UNAVAILABLE' });
      assert.equal(await corpus.needs.store.countQuarantined({ signal }), 0);

      bench.isBroken = false;
      assert.equal((await corpus.load(path)).failed, 0);
      assert.equal(await index.countChunks({ signal }), 2);
      assert.equal(await corpus.needs.store.countQuarantined({ signal }), 0);
    });
  });
}

async function openBench(
  open: () => Promise<RefusingIndex>,
  spoil: Spoil,
  isPoison: (chunk: Chunk) => boolean,
) {
  await using opening = new AsyncDisposableStack();
  const { index } = opening.use(await open());
  const home = opening.use(await makeTestHome());
  const corpus = opening.use(await openFaultyCorpus(home, { index: spoiling(index, spoil, isPoison) }));
  const stack = opening.move();
  return { index, home, corpus, isBroken: false, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The real index; what is written to it is spoilt on the way. */
function spoiling(index: SearchIndex, spoil: Spoil, isPoison: (chunk: Chunk) => boolean): SearchIndex {
  return new Proxy(index, {
    get(_, name) {
      if (name === 'write') {
        return (batch: IndexBatch, options: { signal: AbortSignal }) =>
          index.write(spoil(batch, isPoison), options);
      }
      const member: unknown = Reflect.get(index, name, index);
      return typeof member === 'function' ? member.bind(index) : member;
    },
  });
}

async function findTitles(index: SearchIndex): Promise<string[]> {
  const vector = new Float32Array(STATIC_DIMENSIONS).fill(0.1);
  const hits = await index.search({ ...toQuery('title'), mode: 'semantic', vector, limit: 50 }, { signal });
  return hits.map(({ facts }) => facts.title).sort();
}
