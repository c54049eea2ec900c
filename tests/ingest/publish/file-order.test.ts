import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { compareBulkFileNames, findFileRank } from '../../../src/domain/corpus/bulk-file-name.ts';
import { dumpContent, findPmids, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const article = (pmid: number, title: string, version = 1) => articleXml({ pmid, title, version });

/** Loads one after the other and tells what is live then: PMID, revision, and whether its title is found. */
async function loadInTurn(home: TestHome, files: [name: string, ...items: string[]][]) {
  for (const [name, ...items] of files) await home.load(await home.write(name, setXml(...items)));
  const { revisions = [], pubmed_archive_history: history = [] } = await dumpContent(home);
  const live = revisions.filter((row) => row.live === true).map(({ pmid, revision }) => [pmid, revision]);
  return { live, payloads: history.length };
}

async function isFound(home: TestHome, word: string): Promise<boolean> {
  await using corpus = await home.open();
  return (await findPmids(corpus, word)).length > 0;
}

describe('the name of a bulk file', () => {
  test('tells its place among all files; any other name tells none', () => {
    const inOrder = [
      'pubmed25n1500.xml.gz',
      'pubmed26n0001.xml',
      'pubmed26n9999.xml.gz',
      'pubmed26n10000.xml.gz',
    ];
    assert.deepEqual(inOrder.toReversed().sort(compareBulkFileNames), inOrder);
    const ranks = inOrder.map((name) => findFileRank(name) ?? Number.NaN);
    assert.deepEqual(
      ranks,
      ranks.toSorted((one, other) => one - other),
    );
    for (const name of ['own.xml', 'pubmed26n1.xml', 'pubmed26n0001.xml.gz.md5', 'my-pubmed26n0001.xml']) {
      assert.equal(findFileRank(name), null, name);
    }
  });
});

describe('a file that is older than what the corpus holds', () => {
  test('puts its records into the history and fills in what no newer file told', async () => {
    await using home = await makeTestHome();
    const { live, payloads } = await loadInTurn(home, [
      ['pubmed26n1335.xml', article(1, 'Newerword')],
      ['pubmed26n0001.xml', article(1, 'Olderword'), article(2, 'Second')],
    ]);
    assert.deepEqual(live, [
      ['1', 1],
      ['2', 1],
    ]);
    assert.equal(payloads, 3);
    assert.equal(await isFound(home, 'Newerword'), true);
    assert.equal(await isFound(home, 'Olderword'), false);
  });

  test('does not undo what a newer file said again in the same bytes', async () => {
    await using home = await makeTestHome();
    const { live } = await loadInTurn(home, [
      ['pubmed26n0001.xml', article(1, 'Lasting')],
      ['pubmed26n1336.xml', article(1, 'Lasting')],
      ['pubmed26n1335.xml', article(1, 'Passing')],
    ]);
    assert.deepEqual(live, [['1', 1]]);
    assert.equal(await isFound(home, 'Passing'), false);
  });

  test('withdraws nothing that a newer file holds, and brings nothing back that one withdrew', async () => {
    await using home = await makeTestHome();
    const { live } = await loadInTurn(home, [
      ['pubmed26n0001.xml', article(1, 'Kept'), article(2, 'Withdrawn')],
      ['pubmed26n1336.xml', article(1, 'Kept again'), deleteXml(2)],
      ['pubmed26n1335.xml', article(2, 'Returning'), deleteXml(1)],
    ]);
    assert.deepEqual(live, [['1', 2]]);
    assert.equal(await isFound(home, 'Returning'), false);
  });

  test('still brings a higher version of a record', async () => {
    await using home = await makeTestHome();
    const { live } = await loadInTurn(home, [
      ['pubmed26n1335.xml', article(1, 'First version', 1)],
      ['pubmed26n0001.xml', article(1, 'Second version', 2)],
    ]);
    assert.deepEqual(live, [['1', 2]]);
  });

  test('counts for nothing where its name has no place in the order', async () => {
    await using home = await makeTestHome();
    const { live } = await loadInTurn(home, [
      ['pubmed26n1335.xml', article(1, 'From NLM')],
      ['own.xml', article(1, 'Own')],
    ]);
    assert.deepEqual(live, [['1', 2]]);
  });
});
