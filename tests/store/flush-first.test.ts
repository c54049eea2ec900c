import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CorpusStore } from '../../src/store/corpus-store.ts';
import { flushFirst } from '../../src/store/flush-first.ts';
import { openFaultyCorpus } from '../support/corpus/faulty-corpus.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const { signal } = new AbortController();

test('what a commit names is flushed before it: objects and passages, state/ and the manifest', async () => {
  await using home = await makeTestHome({ engine: 'PGlite' });
  const source = await home.write('1.xml', setXml(...[1, 2, 3].map((pmid) => articleXml({ pmid }))));
  await using corpus = await openFaultyCorpus(home);
  const { store, index } = corpus.needs;
  /** What a power cut would leave at each flush, and after the load. */
  const look = async () => {
    const keys = [...(await home.listObjects()).keys()];
    const count = (place: RegExp) => keys.filter((key) => place.test(key)).length;
    const [run] = await store.listRuns(1, { signal });
    return {
      onDisk: {
        records: count(/\braw\b/),
        passages: await index.countChunks({ signal }),
        manifests: count(/\bmanifests\b/),
        logs: count(/\bstate\b/),
      },
      told: {
        documents: (await store.countCorpus({ signal })).documents,
        unwritten: await countUnwritten(store),
        manifest: run?.manifest ?? null,
      },
    };
  };
  const seen: Awaited<ReturnType<typeof look>>[] = [];
  let isFailing = true;
  corpus.needs.store = flushFirst(store, async () => {
    if (isFailing) throw new Error('the disk does not flush');
    seen.push(await look());
  });

  await assert.rejects(corpus.load(source), /the disk does not flush/);
  assert.equal((await look()).told.documents, 0);
  isFailing = false;
  await corpus.load(source);
  const end = await look();
  assert.equal(end.told.documents, 3);
  assert.notEqual(end.told.manifest, null);
  // At each of them nothing is told that is not there already; by the next one it is told.
  const [commit, finish, state, manifest] = seen;
  assert.equal(seen.length, 4);
  assert.deepEqual([commit?.onDisk.records, commit?.onDisk.passages, commit?.told.documents], [3, 3, 0]);
  assert.equal(finish?.told.documents, 3);
  assert.deepEqual([state?.onDisk.logs, state?.told.unwritten === 0], [1, false]);
  assert.equal(manifest?.told.unwritten, 0);
  assert.equal(manifest?.onDisk.manifests, end.onDisk.manifests);
  assert.equal(manifest?.told.manifest, null);
});

async function countUnwritten(store: CorpusStore): Promise<number> {
  let count = 0;
  for await (const _line of (await store.listStateChanges({ signal })).lines) count++;
  return count;
}
