import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertAgreement } from '../support/corpus/agreement.ts';
import { findPmids, loadInto, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');
const INDEXES = [
  { name: 'LanceDB', skip: false, makeHome: () => makeTestHome() },
  { name: 'Weaviate', skip, makeHome: makeWeaviateHome },
];

/** Each corpus of a home is what one process has: a pool, an index and threads of its own. */
for (const { name, skip: reason, makeHome } of INDEXES) {
  describe(`a re-index on PostgreSQL and ${name}`, { skip: reason }, () => {
    test('reaches the searches and the writes of other processes without a restart', async ({ signal }) => {
      await using home = await makeHome();
      await using rebuilding = await home.open();
      await using other = await home.open();
      await loadInto(rebuilding, await writeRecords(home, '1.xml', 1, 2));
      assert.deepEqual(await findPmids(other, 'wombats'), ['2', '1']);

      await rebuilding.services.reindexCorpus({ onProgress: () => undefined }, { signal });

      assert.deepEqual(await findPmids(other, 'wombats'), ['2', '1']);
      await loadInto(other, await writeRecords(home, '2.xml', 3));
      for (const corpus of [rebuilding, other])
        assert.deepEqual(await findPmids(corpus, 'wombats'), ['3', '2', '1']);
      await loadInto(other, await home.write('3.xml', setXml(deleteXml(1))));
      for (const corpus of [rebuilding, other])
        assert.deepEqual(await findPmids(corpus, 'wombats'), ['3', '2']);
      await assertAgreement(other, signal);

      await other.services.reindexCorpus({ onProgress: () => undefined }, { signal });
      await loadInto(rebuilding, await writeRecords(home, '4.xml', 4));
      for (const corpus of [rebuilding, other])
        assert.deepEqual(await findPmids(corpus, 'wombats'), ['4', '3', '2']);
      await assertAgreement(rebuilding, signal);
    });

    test('searches of another process that go on meanwhile never fail and always find everything', async ({
      signal,
    }) => {
      await using home = await makeHome();
      await using rebuilding = await home.open();
      await using other = await home.open();
      await loadInto(rebuilding, await writeRecords(home, '1.xml', 1, 2, 3));
      let done = false;
      const searchOn = async () => {
        for (; !done; ) assert.deepEqual(await findPmids(other, 'wombats'), ['3', '2', '1']);
      };

      const searching = Promise.all([searchOn(), searchOn()]);
      for (let round = 0; round < 3; round++) {
        await rebuilding.services.reindexCorpus({ onProgress: () => undefined }, { signal });
      }
      done = true;

      await searching;
    });
  });
}

function writeRecords(home: TestHome, file: string, ...pmids: number[]): Promise<string> {
  return home.write(file, setXml(...pmids.map((pmid) => articleXml({ pmid, title: 'Of wombats.' }))));
}
