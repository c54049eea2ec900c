import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { dumpContent, findPmids, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { runCli, startCli } from '../../support/processes/child-process.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';

const KILLS = 10;
/** A kill that comes after the end is no kill: another file is loaded for it, up to so many. */
const MOST_ROUNDS = 2 * KILLS;
/** Records of a file; every third fills more than one batch of 1,000. */
const [FEW, MANY] = [200, 1_100];
const TOPICS = ['aspirin', 'glioma', 'statin', 'vaccine', 'insulin', 'malaria', 'asthma'];

describe('a load that is killed', () => {
  test(`at ${KILLS} moments, then run to its end, leaves what an undisturbed one leaves`, async (t) => {
    const random = openSeededRandom(t);
    await using undisturbed = await makeTestHome({ engine: 'PGlite' });
    await using home = await makeTestHome({ engine: 'PGlite' });
    const startedAt = performance.now();
    const first = await runCli(['load', await writeFile(undisturbed, 0)], undisturbed);
    assert.equal(first.code, 0, first.stderr);
    /**
     * Of a load that nobody kills: of the last one that came to its end, since the machine may be
     * faster by now.
     */
    let durationMs = performance.now() - startedAt;

    const sources: string[] = [];
    let kills = 0;
    for (let round = 0; kills < KILLS && round < MOST_ROUNDS; round += 1) {
      sources.push(await writeFile(home, round));
      const begunAt = performance.now();
      const { child, finished } = startCli(['load', ...sources], home);
      const timer = setTimeout(() => child.kill('SIGKILL'), durationMs * (0.15 + 0.75 * random()));
      const { code, signal, stderr } = await finished;
      clearTimeout(timer);
      t.diagnostic(`round ${round}: ${signal ?? code}`);
      assert.ok(signal === 'SIGKILL' || code === 0, stderr);
      if (signal === 'SIGKILL') kills += 1;
      else durationMs = performance.now() - begunAt;
    }
    assert.equal(kills, KILLS, 'too few kills came before the end');
    const last = await runCli(['load', ...sources], home);
    assert.equal(last.code, 0, last.stderr);

    const verified = await runCli(['archive', 'verify'], home);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    const all = await Promise.all(sources.map((_, round) => writeFile(undisturbed, round)));
    await undisturbed.load(...all);
    assert.deepEqual(await dumpContent(home), await dumpContent(undisturbed));
    assert.deepEqual(await listRecordKeys(home), await listRecordKeys(undisturbed));
    assert.deepEqual(await askIndex(home), await askIndex(undisturbed));
  });
});

/** Each revises half of what the one before brought, and withdraws three records of it. */
function writeFile(home: TestHome, round: number): Promise<string> {
  const from = 1 + (round * FEW) / 2;
  const records = Array.from({ length: round % 3 === 0 ? MANY : FEW }, (_, at) => {
    const topic = TOPICS[at % TOPICS.length] ?? '';
    return articleXml({
      pmid: from + at,
      title: `Round ${round} study ${from + at} of ${topic}.`,
      abstract: `About ${topic}. `.repeat(20),
    });
  });
  const withdrawn = round === 0 ? [] : [deleteXml(from - 1, from - 2, from - 3)];
  return home.write(`${String(round).padStart(2, '0')}.xml`, setXml(...records, ...withdrawn));
}

async function listRecordKeys(home: TestHome): Promise<string[]> {
  return [...(await home.listObjects()).keys()].filter((key) => /\/(raw|history|unidentified)\//.test(key));
}

/**
 * Numbers of passages, and the answers to questions; every one of the documents with the same score is fair.
 */
async function askIndex(home: TestHome): Promise<unknown> {
  await using corpus = await home.open();
  const { index, store } = corpus.services;
  const { signal } = new AbortController();
  const chunks = await index.countChunks({ signal });
  assert.equal(chunks, (await store.countCorpus({ signal })).chunks);
  const exact = [];
  // Numbers of no round, of records that no round withdraws.
  for (const number of [50, 101, 150, 555, 950, 1_050, 1_080]) {
    exact.push((await findPmids(corpus, `study ${number}`, { top_k: 3 }))[0]);
  }
  return { chunks, exact };
}
