import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SECOND_ANALYZER } from '../../src/search/words/analyzer.ts';
import { bringBackIndex, earlierFixture, findIndexNote } from '../support/corpus/earlier-index.ts';
import { findPmids, makeTestHome, search } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FIXTURE = earlierFixture('second-analyzer');
const options = { signal: new AbortController().signal };
const EARLIER = /made by an earlier release.*corpus\.reindex/;

test('an index of the second analyzer is asked by its words and by those that came since, until a reindex', async () => {
  await using home = await makeTestHome();
  await home.load(join(FIXTURE, 'records.xml'));
  await bringBackIndex(home, FIXTURE, SECOND_ANALYZER);
  const more = setXml(articleXml({ pmid: 4, title: 'Metastases, diagnoses and BRCA2 of one mouse.' }));
  await home.load(await home.write('more.xml', more));
  await using corpus = await home.open();
  const find = async (query: string) => (await findPmids(corpus, query)).sort();
  const [first, second] = ['990003001', '990003002'];
  // What the words of that release found, and today's in what was loaded with them.
  assert.deepEqual(await find('metastasis'), ['4', first, second]);
  assert.deepEqual(await find('metastases'), ['4', first]);
  assert.deepEqual(await find('mouse'), ['4']);
  assert.deepEqual(await find('mice'), ['4', first]);
  assert.deepEqual(await find('tumors'), [first]);
  assert.deepEqual(await find('Sjogren'), [first]);
  assert.deepEqual(await find('BRCA1'), [first]);
  assert.deepEqual(await find('BRCA2'), ['4']);
  assert.deepEqual(await find('"liver metastases"'), [first]);
  assert.deepEqual(await find('metastases -mice -diagnosis'), []);
  const { warnings } = await search(corpus, { query: '"liver metastases"' });
  assert.match(warnings.join(' '), EARLIER);
  assert.doesNotMatch(warnings.join(' '), /nothing is left out/);
  assert.match(findIndexNote(corpus) ?? '', EARLIER);

  await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);

  assert.deepEqual(await find('metastasis'), ['4', first, second]);
  assert.deepEqual(await find('mouse'), ['4', first]);
  assert.deepEqual(await find('BRCA2'), ['4', first]);
  assert.deepEqual(await find('Sjoegren'), [first]);
  assert.deepEqual((await search(corpus, { query: 'sleep' })).warnings, []);
  assert.equal(findIndexNote(corpus), null);
});
