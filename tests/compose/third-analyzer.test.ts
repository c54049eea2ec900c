import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { bringBackIndex, earlierFixture, findIndexNote } from '../support/corpus/earlier-index.ts';
import { findPmids, makeTestHome, search } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FIXTURE = earlierFixture('third-analyzer');
const THIRD_ANALYZER = 3;
const options = { signal: new AbortController().signal };
const EARLIER = /made by an earlier release.*corpus\.reindex/;

test('an index of the third analyzer goes on answering, and has each name of its lists after a reindex', async () => {
  await using home = await makeTestHome();
  await home.load(join(FIXTURE, 'records.xml'));
  await bringBackIndex(home, FIXTURE, THIRD_ANALYZER);
  const more = setXml(articleXml({ pmid: 4, title: 'Hepatitis A and B, and interleukins 6 and 10.' }));
  await home.load(await home.write('more.xml', more));
  await using corpus = await home.open();
  const find = async (query: string) => (await findPmids(corpus, query)).sort();
  const [lists, single] = ['990004001', '990004002'];
  assert.deepEqual(await find('"hepatitis A"'), ['4', lists]);
  assert.deepEqual(await find('"hepatitis A and B"'), ['4', lists]);
  assert.deepEqual(await find('"hepatitis B"'), ['4', single]);
  assert.deepEqual(await find('BRCA2'), [lists]);
  assert.deepEqual(await find('IL-10'), ['4']);
  assert.deepEqual(await find('hepatitis A and B'), ['4', lists, single]);
  assert.match((await search(corpus, { query: 'hepatitis B' })).warnings.join(' '), EARLIER);
  assert.match(findIndexNote(corpus) ?? '', EARLIER);

  await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);

  assert.deepEqual(await find('"hepatitis B"'), ['4', lists, single]);
  assert.deepEqual(await find('IL-10'), ['4', single]);
  assert.deepEqual(await find('hepatitis -"hepatitis B"'), []);
  const { warnings } = await search(corpus, { query: 'cytotoxic T' });
  assert.deepEqual(warnings, []);
  assert.equal(findIndexNote(corpus), null);
});
