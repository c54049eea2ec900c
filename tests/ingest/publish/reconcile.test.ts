import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { reconcile } from '../../../src/ingest/publish/reconcile.ts';
import { openFaultyCorpus } from '../../support/corpus/faulty-corpus.ts';
import { dumpContent, findPmids, makeTestHome, type TestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const OBJECT = 'archive/pubmed/raw/pmid=000/000/007/7.json.zst';

describe('the start after a crash', () => {
  test('publishes an announced record that had reached the archive and nothing else', async () => {
    await using home = await makeTestHome();
    await using other = await makeTestHome();
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 7, title: 'Aspirin.' }))));
    await other.load(await other.write('2.xml', setXml(articleXml({ pmid: 7, title: 'Bosentan.' }))));
    await copyFile(join(other.dataDir, OBJECT), join(home.dataDir, OBJECT));
    await announce(home, '7', '8');
    await using corpus = await home.open();
    assert.deepEqual(await findPmids(corpus, 'Bosentan'), ['7']);
    assert.deepEqual(await findPmids(corpus, 'Aspirin'), []);
    const { revisions, pending_batches } = await dumpContent(home);
    assert.deepEqual(
      revisions?.map(({ revision, live }) => [revision, live]),
      [
        [1, false],
        [2, true],
      ],
    );
    assert.deepEqual(pending_batches, []);
  });

  test('leaves one announcement of a batch, however often it could not be settled', async ({ signal }) => {
    await using home = await makeTestHome();
    const path = await home.write('1.xml', setXml(...[7, 8].map((pmid) => articleXml({ pmid }))));
    await using corpus = await openFaultyCorpus(home);
    const fault = { part: 'index', method: 'write', when: 'before' } as const;
    corpus.arm([fault]);
    await assert.rejects(corpus.load(path), /index\.write failed/);
    const left = await corpus.needs.store.listPending({ signal });
    assert.deepEqual([left.length, left[0]?.pmids.toSorted()], [1, ['7', '8']]);
    for (const _ of ['once', 'twice']) {
      corpus.arm([fault]);
      await assert.rejects(reconcile(corpus.needs, { signal }), /index\.write failed/);
      assert.deepEqual(await corpus.needs.store.listPending({ signal }), left);
    }
    assert.deepEqual(await reconcile(corpus.needs, { signal }), { published: 2 });
    assert.deepEqual(await corpus.needs.store.listPending({ signal }), []);
  });

  test('is not hindered by an announced object that a power cut has emptied; the next load mends it', async () => {
    await using home = await makeTestHome();
    const path = await home.write('1.xml', setXml(articleXml({ pmid: 7, title: 'Aspirin.' })));
    await home.load(path);
    await truncate(join(home.dataDir, OBJECT), 0);
    await announce(home, '7');
    const run = await home.load(path);
    assert.deepEqual([run.archived, run.indexed], [1, 0]);
    assert.equal((await dumpContent(home)).revisions?.length, 1);
  });
});

describe('a run whose process was killed', () => {
  test('is failed at the next opening of an embedded database, under its own id', async () => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    const runId = await leaveRunning(home);
    const openedAfter = Date.now();
    await (await home.open())[Symbol.asyncDispose]();
    const run = await findRun(home, runId);
    assert.deepEqual(
      [run?.state, run?.progress],
      ['failed', { message: 'the process ended before the run did' }],
    );
    assert.ok(Number(run?.finished_at) >= openedAfter, String(run?.finished_at));
  });

  test('is left alone on a shared database, where it may be the run of another process', async () => {
    await using home = await makeTestHome({ engine: 'PostgreSQL' });
    const runId = await leaveRunning(home);
    await (await home.open())[Symbol.asyncDispose]();
    const run = await findRun(home, runId);
    assert.deepEqual([run?.state, run?.finished_at], ['running', null]);
  });
});

async function leaveRunning(home: TestHome): Promise<string> {
  const run_id = randomUUID();
  const run = { run_id, tool: 'pubmed.load', params: '{}', started_at: '2026-03-01T08:00:00.000Z' };
  await home.query((kysely) =>
    kysely
      .insertInto('runs')
      .values({ ...run, state: 'running', progress: '{}' })
      .execute(),
  );
  return run_id;
}

function findRun(home: TestHome, runId: string) {
  return home.query((kysely) =>
    kysely.selectFrom('runs').selectAll().where('run_id', '=', runId).executeTakeFirst(),
  );
}

async function announce(home: TestHome, ...pmids: string[]): Promise<void> {
  await home.query((kysely) =>
    kysely.insertInto('pending_batches').values({ batch_id: randomUUID(), pmids }).execute(),
  );
}
