import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findPmids, makeTestHome, search, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/first-analyzer/', import.meta.url));
const options = { signal: new AbortController().signal };
const EARLIER = /made by an earlier release.*corpus\.reindex/;

test('an index of the release before goes on answering, is loaded into, and warns until a reindex', async () => {
  await using home = await makeTestHome();
  await home.load(join(FIXTURE, 'records.xml'));
  await bringBack(home);
  const more = setXml(articleXml({ pmid: 4, title: 'Hepatitis A in IL-6 mice.' }));
  await home.load(await home.write('more.xml', more));
  {
    await using corpus = await home.open();
    // As that release answered: by stem, a Greek letter and its name, and "il-6" as "il" or "6".
    assert.deepEqual((await findPmids(corpus, 'vaccines for hepatitis')).sort(), ['4', '990002002']);
    assert.deepEqual(await findPmids(corpus, 'κB'), ['990002001']);
    assert.deepEqual((await findPmids(corpus, 'il-6')).sort(), ['4', '990002001']);
    assert.deepEqual(await findPmids(corpus, 'hemorrhage'), []);
    const { documents, warnings } = await search(corpus, { query: '"sleep of nurses" -melatonin' });
    assert.equal(documents[0]?.pmid, '990002003');
    assert.match(warnings.join(' '), EARLIER);
    assert.match(warnings.join(' '), /phrases in quotes count as their words, and nothing is left out/);
    assert.match(findNote(corpus) ?? '', EARLIER);
    await assertNothingUntrue(corpus);

    await corpus.services.reindexCorpus({ onProgress: () => undefined }, options);
    assert.deepEqual(await findPmids(corpus, 'hemorrhage'), ['990002001']);
    assert.deepEqual((await findPmids(corpus, 'il6')).sort(), ['4', '990002001']);
    assert.deepEqual((await search(corpus, { query: 'sleep' })).warnings, []);
    assert.equal(findNote(corpus), null);
  }
  await using corpus = await home.open();
  assert.deepEqual(await findPmids(corpus, 'hemorrhage'), ['990002001']);
  assert.equal(findNote(corpus), null);
});

/** That index has no authors, DOIs and PMCIDs of its records: that it finds none says nothing of them. */
async function assertNothingUntrue(corpus: Awaited<ReturnType<TestHome['open']>>): Promise<void> {
  const asked = [
    { query: 'doi 10.1000/nobody.knows' },
    { query: 'PMC123456' },
    { query: 'sleep', filters: { authors: ['Nobody Q'] } },
    { query: 'sleep', filters: { authors: ['Nobody Q', 'Neverwas R'], journals: ['1234-5678'] } },
  ];
  for (const params of asked) {
    const { warnings } = await search(corpus, params);
    assert.doesNotMatch(warnings.join('\n'), /No stored record|No paper/);
    assert.match(warnings.join('\n'), /earlier release (?:and may not know|finds papers by PMID)/);
  }
}

function findNote({ checks }: Awaited<ReturnType<TestHome['open']>>): string | null {
  return checks.find(({ name }) => name === 'index')?.note?.() ?? null;
}

/** The index in its place is the one that the release before made of the same records. */
async function bringBack(home: TestHome): Promise<void> {
  await rm(join(home.dataDir, 'index'), { recursive: true });
  await promisify(execFile)('tar', ['-xzf', join(FIXTURE, 'index.tar.gz'), '-C', home.dataDir]);
  await home.query((kysely) => kysely.updateTable('corpus_state').set({ index_analyzer: 1 }).execute());
}
