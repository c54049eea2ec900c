import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';

describe('a job of pubmed.load over HTTP', () => {
  let app: LiveApp;
  before(async () => {
    app = await openLiveApp();
  });
  after(() => app[Symbol.asyncDispose]());

  const refused = [
    '/etc/passwd',
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data/',
    'https://2852039166/',
    'https://[::ffff:169.254.169.254]/',
    'https://ftp.ncbi.nlm.nih.gov@127.0.0.1/pubmed/',
    ['baseline', '../x'],
    's3://other/',
  ];
  for (const source of refused) {
    test(`from ${JSON.stringify(source)} is refused before anything is stored`, async () => {
      const { status, body } = await app.postJob('pubmed.load', { source });
      assert.deepEqual([status, body.error_code], [400, 'VALIDATION']);
      assert.match(body.message, /`source`/);
      const { body: jobs } = await app.invoke('jobs.list', { tool: 'pubmed.load' });
      assert.deepEqual(jobs.result.jobs, []);
    });
  }

  test("from NLM's folder is queued, and keeps that it came over HTTP", async () => {
    const { status, body } = await app.postJob('pubmed.load', { source: 'updatefiles' });
    assert.equal(status, 202);
    const rows = await app.home.query((kysely) =>
      kysely.selectFrom('jobs').select('surface').where('id', '=', body.job_id).execute(),
    );
    assert.deepEqual(rows, [{ surface: 'http' }]);
  });
});
