import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';

const TOOLS = ['pubmed.sync', 'pubmed.sync.incremental'];

describe('a job of a sync over HTTP', () => {
  let app: LiveApp;
  before(async () => {
    app = await openLiveApp();
  });
  after(() => app[Symbol.asyncDispose]());

  for (const tool of TOOLS) {
    for (const term of ['"heart attack', '(glioma', 'glioma[tia]', 'glioma AND', '""']) {
      test(`${tool} of ${term} is refused before anything is stored`, async () => {
        const { status, body } = await app.postJob(tool, { term });
        assert.deepEqual([status, body.error_code], [400, 'VALIDATION']);
        assert.match(body.message, /^`term` /);
        const { body: other } = await app.postJob(tool, { query: term });
        assert.equal(other.message, body.message.replace('`term`', '`query`'));
        const { body: jobs } = await app.invoke('jobs.list', { tool });
        assert.deepEqual(jobs.result.jobs, []);
      });
    }
  }

  for (const tool of TOOLS) {
    test(`${tool} of one query is one job, however its white space is written`, async () => {
      const { body: first } = await app.postJob(tool, { term: 'wombats AND quokkas' });
      const { status, body: twin } = await app.postJob(tool, { q: ' wombats  AND\n\t\u0001quokkas ' });
      assert.deepEqual([status, twin.job_id, twin.deduplicated], [202, first.job_id, true]);
    });
  }
});
