import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { bringBackIndex, earlierFixture, findIndexNote } from '../support/corpus/earlier-index.ts';
import { findPmids, makeTestHome, search } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FIXTURE = earlierFixture('fourth-analyzer');
const FOURTH_ANALYZER = 4;
const options = { signal: new AbortController().signal };
const EARLIER = /made by an earlier release.*corpus\.reindex/;

test('an index of the fourth analyzer loses no spelling that it had, and has the others after a reindex', async () => {
  await using home = await makeTestHome();
  await home.load(join(FIXTURE, 'records.xml'));
  await bringBackIndex(home, FIXTURE, FOURTH_ANALYZER);
  const more = setXml(articleXml({ pmid: 4, title: 'BDNF p.Val66Met, S. aureus and metformin HCl.' }));
  await home.load(await home.write('more.xml', more));
  await using corpus = await home.open();
  const find = async (query: string) => (await findPmids(corpus, query)).sort();
  const [short, long] = ['990005001', '990005002'];
  for (const [query, pmids] of Object.entries({
    Val66Met: ['4', short, long],
    V66M: ['4', long],
    '"metformin HCl"': ['4', short, long],
    'E. coli': [short, long],
    'Staphylococcus aureus': ['4'],
    '"HLA-DR"': [long],
    '"hepatitis B"': [long],
  }))
    assert.deepEqual(await find(query), pmids, query);
  assert.match((await search(corpus, { query: 'V66M' })).warnings.join(' '), EARLIER);
  assert.match(findIndexNote(corpus) ?? '', EARLIER);

  await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);

  for (const [query, pmids] of Object.entries({
    V66M: ['4', short, long],
    hydrochloride: ['4', short, long],
    '"E. coli"': [short, long],
    '"Escherichia coli"': [short, long],
    Escherichia: [short, long],
    '"HLA-DR"': [short, long],
    '"HLA-B"': [short],
  }))
    assert.deepEqual(await find(query), pmids, query);
  assert.deepEqual((await search(corpus, { query: 'V66M' })).warnings, []);
  assert.equal(findIndexNote(corpus), null);
});
