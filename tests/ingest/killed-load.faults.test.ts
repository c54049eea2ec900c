import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runCli, startCli } from '../support/child-process.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed-xml.ts';
import { dumpContent, findPmids, makeTestHome, type TestHome } from '../support/test-corpus.ts';

const KILLS = 10;
const TOPICS = ['aspirin', 'glioma', 'statin', 'vaccine', 'insulin', 'malaria', 'asthma'];

describe('a load that is killed', () => {
  test(`at ${KILLS} moments, then run to its end, leaves what an undisturbed one leaves`, async (t) => {
    await using undisturbed = await makeTestHome({ engine: 'PGlite' });
    await using home = await makeTestHome({ engine: 'PGlite' });
    const first = setXml(...articles('first', 2_000));
    const second = setXml(...articles('second', 2_000).slice(500), deleteXml(1, 2, 3, 1_900));
    const toSources = (one: TestHome) => Promise.all([one.write('1.xml', first), one.write('2.xml', second)]);

    const startedAt = performance.now();
    const whole = await runCli(['load', ...(await toSources(undisturbed))], undisturbed);
    assert.equal(whole.code, 0, whole.stderr);
    const duration = performance.now() - startedAt;

    const sources = await toSources(home);
    for (let kill = 1; kill <= KILLS; kill++) {
      const { child, finished } = startCli(['load', ...sources], home);
      const timer = setTimeout(() => child.kill('SIGKILL'), duration * (0.15 + 0.5 * Math.random()));
      const { code, signal, stderr } = await finished;
      clearTimeout(timer);
      t.diagnostic(`kill ${kill}: ${signal ?? code}`);
      assert.ok(signal === 'SIGKILL' || code === 0, stderr);
    }
    const last = await runCli(['load', ...sources], home);
    assert.equal(last.code, 0, last.stderr);

    const verified = await runCli(['archive', 'verify'], home);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    assert.deepEqual(await dumpContent(home), await dumpContent(undisturbed));
    assert.deepEqual(await listRecordKeys(home), await listRecordKeys(undisturbed));
    assert.deepEqual(await askIndex(home), await askIndex(undisturbed));
  });
});

function articles(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const topic = TOPICS[at % TOPICS.length] ?? '';
    return articleXml({
      pmid: at + 1,
      title: `${word} study ${at} of ${topic}.`,
      abstract: `About ${topic}. `.repeat(20),
    });
  });
}

async function listRecordKeys(home: TestHome): Promise<string[]> {
  return [...(await home.listObjects()).keys()].filter((key) => /\/(raw|history|unidentified)\//.test(key));
}

/** Numbers of passages, and the answers to questions; every one of the documents with the same score is fair. */
async function askIndex(home: TestHome): Promise<unknown> {
  await using corpus = await home.open();
  const { index, store } = corpus.services;
  const { signal } = new AbortController();
  const chunks = await index.countChunks({ signal });
  assert.equal(chunks, (await store.countCorpus({ signal })).chunks);
  const exact = [];
  for (const number of [0, 1, 400, 499, 500, 1_499, 1_898, 1_999]) {
    exact.push((await findPmids(corpus, `first second study ${number}`, { top_k: 3 }))[0]);
  }
  return { chunks, exact };
}
