import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createTestApp, createTestQueue } from '../support/http/test-app.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';

const { signal } = new AbortController();
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
const MANIFEST = {
  run_id: 'r',
  tool: 'test.load',
  params: { source: 'x' },
  state: 'succeeded',
  error: null as string | null,
  started_at: '2026-03-01T00:00:00.000Z',
  finished_at: '2026-03-01T00:00:01.000Z',
  duration_ms: 1_000,
  found: 1,
  archived: 1,
  skipped: 0,
  indexed: 1,
  failed: 0,
  parts: [{ name: 'x' }],
};

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  async function openApp(archive?: Parameters<typeof createTestApp>[0] & object) {
    const queue = createTestQueue(await openDatabase());
    const harness = createTestApp({ queue, ...archive });
    const post = (body: object) => harness.app.inject({ method: 'POST', url: '/v1/jobs', payload: body });
    const get = (url: string) => harness.app.inject(url);
    return { ...harness, queue, post, get };
  }

  async function claim(queue: JobQueue) {
    const leased = await queue.claim({ tools: ['ping', 'test.load'] }, { signal });
    assert.ok(leased);
    return leased;
  }

  describe(`jobs over HTTP on ${testDatabase.name}`, () => {
    test('a posted call is stored and answered with its address', async () => {
      await using app = await openApp();
      const answer = await app.post({ tool: 'test.load', params: { source: 'x' } });
      assert.equal(answer.statusCode, 202);
      const { job_id, ...rest } = answer.json();
      assert.deepEqual(rest, { state: 'queued', deduplicated: false });
      assert.equal(answer.headers.location, `/v1/jobs/${job_id}`);
      const job = (await app.get(`/v1/jobs/${job_id}`)).json();
      assert.deepEqual([job.job_id, job.id, job.tool, job.attempt], [job_id, job_id, 'test.load', 0]);
      assert.equal((await app.queue.find(job_id, { signal }))?.traceId, answer.headers['x-trace-id']);
    });

    test('two hundred posts of one key at once make one job, and other parameters under it conflict', async () => {
      await using app = await openApp();
      const body = { tool: 'test.load', params: { source: 'x' }, idempotency_key: 'k 1' };
      const answers = await Promise.all(Array.from({ length: 200 }, () => app.post(body)));
      const jobs = answers.map((answer) => answer.json());
      assert.equal(new Set(jobs.map(({ job_id }) => job_id)).size, 1);
      assert.equal(jobs.filter(({ deduplicated }) => !deduplicated).length, 1);
      const other = await app.post({ ...body, params: { source: 'y' } });
      assert.deepEqual([other.statusCode, other.json().error_code], [409, 'IDEMPOTENCY_CONFLICT']);
    });

    test('two hundred posts without a key at once make one job', async () => {
      await using app = await openApp();
      const body = { tool: 'test.load', params: { source: 'x' } };
      const answers = await Promise.all(Array.from({ length: 200 }, () => app.post(body)));
      assert.equal(new Set(answers.map((answer) => answer.json().job_id)).size, 1);
      assert.equal((await app.queue.list({ limit: 9, after: null }, { signal })).length, 1);
    });

    test('a cancelled job is failed with CANCELLED and cannot be cancelled again', async () => {
      await using app = await openApp();
      const { job_id } = (await app.post({ tool: 'ping' })).json();
      const cancel = () => app.app.inject({ method: 'DELETE', url: `/v1/jobs/${job_id}` });
      const cancelled = await cancel();
      assert.equal(cancelled.statusCode, 202);
      assert.deepEqual([cancelled.json().state, cancelled.json().error.error_code], ['failed', 'CANCELLED']);
      const again = await cancel();
      assert.deepEqual([again.statusCode, again.json().error_code], [409, 'JOB_FINISHED']);
    });

    test('null stands for what a body leaves out, and a DELETE may name the type of a body that it has not', async () => {
      await using app = await openApp();
      const posted = await app.post({ tool: 'ping', params: null, idempotency_key: null });
      assert.equal(posted.statusCode, 202);
      const again = await app.post({ tool: 'ping' });
      assert.deepEqual([again.json().job_id, again.json().deduplicated], [posted.json().job_id, true]);
      const cancelled = await app.app.inject({
        method: 'DELETE',
        url: `/v1/jobs/${posted.json().job_id}`,
        headers: { 'content-type': 'application/json' },
      });
      assert.equal(cancelled.statusCode, 202);
    });

    test('the list is newest first, by page, state and tool', async () => {
      await using app = await openApp();
      const made: string[] = [];
      for (const source of ['a', 'b', 'c']) {
        made.unshift((await app.post({ tool: 'test.load', params: { source } })).json().job_id);
      }
      const ids = (answer: { json(): { jobs: { job_id: string }[] } }) =>
        answer.json().jobs.map(({ job_id }) => job_id);
      const first = await app.get('/v1/jobs?limit=2');
      assert.deepEqual(ids(first), made.slice(0, 2));
      const rest = await app.get(`/v1/jobs?limit=2&cursor=${first.json().next_cursor}`);
      assert.deepEqual([ids(rest), rest.json().next_cursor], [made.slice(2), null]);
      await app.queue.cancel((await claim(app.queue)).jobId, { signal });
      assert.deepEqual(ids(await app.get('/v1/jobs?state=failed&tool=test.load')), made.slice(2));
      assert.deepEqual(ids(await app.get('/v1/jobs?tool=ping')), []);
    });

    test('the list is of the parts of a load, or of all but parts', async () => {
      await using app = await openApp();
      const { job_id } = (await app.post({ tool: 'test.load', params: { source: 'x' } })).json();
      const parts = ['a', 'b'].map((source) => ({ params: { source }, inTurn: false }));
      await app.queue.split(await claim(app.queue), parts, { signal });
      const about = async (query: string) =>
        (await app.get(`/v1/jobs?${query}`)).json().jobs.map((job: { about: string }) => job.about);
      assert.deepEqual(await about(`parent_job_id=${job_id}`), ['b', 'a']);
      assert.deepEqual(await about('with_parts=false'), ['x']);
      assert.deepEqual(await about('with_parts=true'), ['b', 'a', 'x']);
    });

    test('the result of a short tool is there once the job has ended', async () => {
      await using app = await openApp();
      const { job_id } = (await app.post({ tool: 'ping' })).json();
      const early = await app.get(`/v1/jobs/${job_id}/result`);
      assert.deepEqual([early.statusCode, early.json().error_code], [409, 'JOB_NOT_FINISHED']);
      assert.match(String(early.headers['retry-after']), /^[1-9]\d*$/);
      const outcome = { result: { message: 'pong' }, resultRef: null };
      await app.queue.succeed(await claim(app.queue), outcome, { signal });
      const answer = await app.get(`/v1/jobs/${job_id}/result`);
      assert.deepEqual(answer.json(), { tool: 'ping', result: { message: 'pong' } });
      assert.equal((await app.get(`/v1/jobs/${job_id}`)).json().result_ref, `/v1/jobs/${job_id}/result`);
    });

    test('the result of a run is its manifest, with words for callers in it', async () => {
      const uri = 'file:///archive/manifest.json' as ArchiveUri;
      const failed = { ...MANIFEST, state: 'failed', error: 'connect ECONNREFUSED 10.0.0.7' };
      const find = async () => Buffer.from(JSON.stringify(failed));
      await using app = await openApp({ archive: { find } });
      const { job_id } = (await app.post({ tool: 'test.load', params: { source: 'x' } })).json();
      const failure = {
        errorCode: 'DB_UNAVAILABLE',
        message: 'The database does not answer.',
        retryable: false,
        retryAfterMs: null,
        resultRef: uri,
      };
      await app.queue.fail(await claim(app.queue), failure, { signal });
      const answer = await app.get(`/v1/jobs/${job_id}/result`);
      assert.equal(answer.statusCode, 200);
      assert.deepEqual(answer.json(), { ...failed, error: 'The database does not answer.' });
    });

    for (const [what, body] of [
      ['gone', null],
      ['no JSON', '{"run_id"'],
      ['no manifest', '{}'],
    ] as const) {
      test(`a manifest that is ${what} is ARCHIVE_CORRUPT`, async () => {
        const find = async () => (body === null ? null : Buffer.from(body));
        await using app = await openApp({ archive: { find } });
        const { job_id } = (await app.post({ tool: 'test.load', params: { source: 'x' } })).json();
        const outcome = { result: {}, resultRef: 'file:///archive/secret-path' };
        await app.queue.succeed(await claim(app.queue), outcome, { signal });
        const answer = await app.get(`/v1/jobs/${job_id}/result`);
        assert.deepEqual([answer.statusCode, answer.json().error_code], [500, 'ARCHIVE_CORRUPT']);
        assert.doesNotMatch(answer.body, /secret-path/);
      });
    }

    test('a job that failed and left nothing has no result, and says why', async () => {
      await using app = await openApp();
      const { job_id } = (await app.post({ tool: 'ping' })).json();
      await app.app.inject({ method: 'DELETE', url: `/v1/jobs/${job_id}` });
      const answer = await app.get(`/v1/jobs/${job_id}/result`);
      assert.deepEqual([answer.statusCode, answer.json().error_code], [404, 'NOT_FOUND']);
      assert.match(answer.json().message, /CANCELLED/);
    });

    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/result'],
      ['GET', '/events'],
    ] as const) {
      test(`${method} …${path} of an unknown job is NOT_FOUND, of what is no UUID VALIDATION`, async () => {
        await using app = await openApp();
        const ask = (id: string) => app.app.inject({ method, url: `/v1/jobs/${id}${path}` });
        const unknown = await ask(UNKNOWN);
        assert.deepEqual([unknown.statusCode, unknown.json().error_code], [404, 'NOT_FOUND']);
        for (const id of ['1', '..%2F..%2Fetc', `${UNKNOWN}0`, '%00', "'; drop table jobs"]) {
          const answer = await ask(encodeURI(decodeURI(id)));
          assert.deepEqual([id, answer.statusCode, answer.json().error_code], [id, 400, 'VALIDATION']);
        }
      });
    }

    const queries = [
      'limit=0',
      'limit=-1',
      'limit=1e3',
      'limit=1001',
      'limit=',
      'state=done',
      'tool=%00',
      'parent_job_id=1',
      'with_parts=perhaps',
      'page=2',
    ];
    for (const query of [
      ...queries,
      'cursor=',
      'cursor=eyJ9',
      `cursor=${'a'.repeat(2_000)}`,
      'limit=1&limit=2',
    ]) {
      test(`a list by ${query.slice(0, 30)} is refused`, async () => {
        await using app = await openApp();
        const answer = await app.get(`/v1/jobs?${query}`);
        assert.deepEqual([answer.statusCode, answer.json().error_code], [400, 'VALIDATION']);
      });
    }

    test('a parameter that stands twice is said to, whatever it is', async () => {
      await using app = await openApp();
      for (const [query, name] of [
        ['limit=1&limit=2', 'limit'],
        ['state=failed&state=succeeded', 'state'],
        ['tool=test.load&tool=test.load&limit=1', 'tool'],
      ]) {
        const answer = await app.get(`/v1/jobs?${query}`);
        assert.deepEqual([answer.statusCode, answer.json().error_code], [400, 'VALIDATION']);
        assert.equal(answer.json().message, `\`${name}\` is given twice: give it once.`);
      }
    });

    test('a cursor that was tampered with is refused', async () => {
      await using app = await openApp();
      for (const source of ['a', 'b']) await app.post({ tool: 'test.load', params: { source } });
      const { next_cursor: cursor } = (await app.get('/v1/jobs?limit=1')).json();
      const tampered = `${cursor.slice(0, -4)}${cursor.slice(-4) === 'AAAA' ? 'BBBB' : 'AAAA'}`;
      const answer = await app.get(`/v1/jobs?cursor=${tampered}`);
      assert.deepEqual([answer.statusCode, answer.json().error_code], [400, 'VALIDATION']);
    });
  });
}
