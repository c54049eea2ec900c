import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import type { Corpus } from '../../src/compose.ts';
import { assertAgreement } from '../support/corpus/agreement.ts';
import { holdCall } from '../support/corpus/hold-call.ts';
import { findPmids, loadInto } from '../support/corpus/test-corpus.ts';
import { openFaultyHttp } from '../support/network/faulty-http.ts';
import { endLockSession, untilFound } from '../support/postgres/lock-session.ts';
import { startCommand } from '../support/processes/command-process.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import {
  awsEnvironment,
  listVersions,
  makeTestBucket,
  s3Endpoint,
  skipWithoutS3,
} from '../support/services/s3-buckets.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { skip } = findTestService('TEST_WEAVIATE_URL');
const NEW = { name: 'x', description: null, primaryQueries: [], parentCheckpointId: null };

describe('a writer that loses its turn', { skip }, () => {
  test('while its requests to Weaviate are under way changes nothing that is found, and leaves nothing', async ({
    signal,
  }) => {
    await using home = await makeWeaviateHome();
    await using losing = await home.open();
    await using other = await home.open();
    await loadInto(losing, await home.write('1.xml', setXml(record(1), record(2), record(5))));
    const beforeWrite = holdCall(losing.services.index, 'write');
    const late = await home.write('2.xml', setXml(record(1, 'Late wombats.'), record(3), deleteXml(2)));
    const losingLoad = loadInto(losing, late);
    losingLoad.catch(() => undefined); // met below
    await beforeWrite.reached;
    await home.query(endLockSession);

    // What the other one archived is adopted; then a third revision comes, and one that the late writer
    // does not know.
    const revised = setXml(record(1, 'Of wombats once more.'), record(4));
    await loadInto(other, await home.write('3.xml', revised));
    const { checkpointId } = await other.services.checkpoints.create(NEW, { signal });
    const beforeUndo = holdCall(losing.services.index, 'rollbackTo');
    beforeWrite.open();
    await beforeWrite.done;

    for (const corpus of [losing, other]) {
      assert.deepEqual((await findPmids(corpus, 'wombats')).sort(), ['1', '2', '3', '4', '5']);
      assert.deepEqual(await findPmids(corpus, 'once more'), ['1']);
      assert.deepEqual(await findPmids(corpus, 'late'), [], 'that revision has been replaced');
      const frozen = await findPmids(corpus, 'wombats', { checkpoint_id: checkpointId });
      assert.deepEqual(frozen.sort(), ['1', '2', '3', '4', '5']);
      await assertAgreement(corpus, signal);
    }
    beforeUndo.open();
    await assert.rejects(losingLoad, { code: 'DB_UNAVAILABLE' });
    await loadInto(losing, late, await home.write('4.xml', setXml(record(6))));
    assert.deepEqual((await findPmids(other, 'wombats')).sort(), ['1', '3', '4', '5', '6']);
    await assertAgreement(other, signal);
  });

  test('and undoes late touches nothing of whoever came after it', async ({ signal }) => {
    await using home = await makeWeaviateHome();
    await using losing = await home.open();
    await using other = await home.open();
    await loadInto(losing, await home.write('1.xml', setXml(record(1))));
    const beforeUndo = holdCall(losing.services.index, 'rollbackTo');
    failNextCommit(losing);
    const losingLoad = loadInto(losing, await home.write('2.xml', setXml(record(2))));
    losingLoad.catch(() => undefined); // met below
    await beforeUndo.reached;
    await home.query(endLockSession);

    await loadInto(other, await home.write('3.xml', setXml(record(1, 'Of wombats, revised.'), record(3))));
    beforeUndo.open();
    await assert.rejects(losingLoad);

    assert.deepEqual((await findPmids(other, 'wombats')).sort(), ['1', '2', '3']);
    assert.deepEqual(await findPmids(other, 'revised'), ['1']);
    await assertAgreement(other, signal);
  });
});

describe('a process that is stopped while it has its turn', { skip: skip || skipWithoutS3 }, () => {
  test('loses it to another, and its PUT that was under way writes over nothing', async ({ signal }) => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using proxy = await openFaultyHttp(s3Endpoint);
    const settings = {
      BIO_MCP_ARCHIVE_BUCKET: bucket.name,
      BIO_MCP_S3_ENDPOINT: s3Endpoint,
      BIO_MCP_DATABASE_LOCK_SECONDS: '1',
    };
    await using home = await makeWeaviateHome({ settings });
    await using corpus = await home.open();
    await loadInto(corpus, await home.write('1.xml', setXml(record(1))));
    const path = await home.write('2.xml', setXml(record(1, 'Of wombats, stopped.'), record(3)));
    const env = { ...home.env, ...awsEnvironment(), BIO_MCP_S3_ENDPOINT: proxy.url };
    const [stopped, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await using process = startCommand(env, 'load', path);
    let isStopped = false;
    proxy.fault = ({ method, path: url }) => {
      if (!url.includes('/raw/') || !url.includes('/1.json')) return 'pass';
      if (method !== 'PUT') return 'pass';
      if (isStopped) return 'hang'; // the next attempt at the job, which is none of this test's
      isStopped = true;
      process.child.kill('SIGSTOP');
      stopped.resolve();
      return { until: released.promise };
    };
    await Promise.race([stopped.promise, process.ended.then(({ stderr }) => assert.fail(stderr))]);

    await loadInto(corpus, await home.write('3.xml', setXml(record(1, 'Of wombats, quicker.'), record(2))));
    const before = (await listVersions(bucket)).filter(({ key }) => key.includes('/raw/'));
    released.resolve();
    process.child.kill('SIGCONT');
    const ended = sql`select from jobs where state <> 'running' or attempt > 1`;
    await home.query((kysely) => untilFound(kysely, 'the end of an attempt at the one job', ended));
    await process[Symbol.asyncDispose]();

    const after = (await listVersions(bucket)).filter(({ key }) => key.includes('/raw/'));
    assert.deepEqual(after, before);
    assert.deepEqual(await findPmids(corpus, 'quicker'), ['1']);
    assert.deepEqual(await findPmids(corpus, 'stopped'), []);
    await corpus.services.checkpoints.create(NEW, { signal }); // settles what is left
    await loadInto(corpus, await home.write('4.xml', setXml(record(4))));
    await assertAgreement(corpus, signal);
  });
});

function record(pmid: number, title = 'Of wombats.'): string {
  return articleXml({ pmid, title });
}

/** The next commit fails; those after it do not. */
function failNextCommit({ services: { store } }: Corpus): void {
  const { commit } = store;
  const fail = () => {
    Object.assign(store, { commit });
    return Promise.reject(new Error('a commit that a test made fail'));
  };
  Object.assign(store, { commit: fail });
}
