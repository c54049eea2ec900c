import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SECOND_ANALYZER } from '../../src/search/words/analyzer.ts';
import { findPmids, makeTestHome, search, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/second-analyzer/', import.meta.url));
const options = { signal: new AbortController().signal };
const EARLIER = /made by an earlier release.*corpus\.reindex/;

test('an index of the second analyzer is asked by its words and by those that came since, until a reindex', async () => {
  await using home = await makeTestHome();
  await home.load(join(FIXTURE, 'records.xml'));
  await bringBack(home);
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
  assert.match(findNote(corpus) ?? '', EARLIER);

  await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);

  assert.deepEqual(await find('metastasis'), ['4', first, second]);
  assert.deepEqual(await find('mouse'), ['4', first]);
  assert.deepEqual(await find('BRCA2'), ['4', first]);
  assert.deepEqual(await find('Sjoegren'), [first]);
  assert.deepEqual((await search(corpus, { query: 'sleep' })).warnings, []);
  assert.equal(findNote(corpus), null);
});

function findNote({ checks }: Awaited<ReturnType<TestHome['open']>>): string | null {
  return checks.find(({ name }) => name === 'index')?.note?.() ?? null;
}

/** The index in its place is the one that the release before made of the same records. */
async function bringBack(home: TestHome): Promise<void> {
  await rm(join(home.dataDir, 'index'), { recursive: true });
  await promisify(execFile)('tar', ['-xzf', join(FIXTURE, 'index.tar.gz'), '-C', home.dataDir]);
  await home.query((kysely) =>
    kysely.updateTable('corpus_state').set({ index_analyzer: SECOND_ANALYZER }).execute(),
  );
}
