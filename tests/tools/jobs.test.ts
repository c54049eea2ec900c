import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { z } from 'zod';
import type { JobId } from '../../src/domain/jobs/job.ts';
import { BioMcpError, type ErrorCode } from '../../src/errors/bio-mcp-error.ts';
import type { Progress } from '../../src/ingest/runs/progress.ts';
import type { JobQueue } from '../../src/queue/job-queue.ts';
import { createSqlJobQueue } from '../../src/queue/sql-job-queue.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { runTool, type Tool } from '../../src/tools/define-tool.ts';
import { enqueueJob } from '../../src/tools/jobs/enqueue-job.ts';
import { createJobsGet } from '../../src/tools/jobs-get.ts';
import { createJobsList } from '../../src/tools/jobs-list.ts';
import type { CorpusServices } from '../../src/tools/tool-context.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const openDatabase = shareDatabase(testPostgres);
const clock = createHeldClock();
const jobsGet = createJobsGet({ findTool: (name) => TOOLS.find((tool) => tool.name === name) });
const jobsList = createJobsList({ toolNames: () => TOOLS.map(({ name }) => name) });

async function openQueue(): Promise<JobQueue> {
  return createSqlJobQueue({
    table: createSqlJobTable({ database: await openDatabase(), clock }),
    leaseMs: 30_000,
    maxAttempts: 5,
  });
}

function call<Output extends z.ZodType>(
  jobs: JobQueue,
  tool: Tool<{ jobs: JobQueue }, Output>,
  params: unknown,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<z.output<Output>> {
  return runTool(tool, params, {
    services: { jobs },
    signal: new AbortController().signal,
    traceId: '0'.repeat(32),
    logger: silentLogger(),
    surface: 'http',
    onProgress,
  });
}

async function assertFails(code: ErrorCode, words: RegExp, running: Promise<unknown>): Promise<void> {
  await assert.rejects(running, (error) => {
    assert.ok(error instanceof BioMcpError);
    assert.equal(error.code, code);
    assert.match(error.hint, words);
    return true;
  });
}

/** Tools without a check of their own touch none. */
const NO_SERVICES = {} as CorpusServices;

describe('enqueuing a call', () => {
  const catalogue = createCatalogue(TOOLS);
  const { signal } = new AbortController();

  test('keeps the parameters as the tool takes them, so that other words for the same call are the same job', async () => {
    const jobs = await openQueue();
    const enqueue = (params: unknown) =>
      enqueueJob(
        { catalogue, services: NO_SERVICES, jobs },
        { tool: 'pubmed.sync', params, idempotencyKey: 'k', surface: 'http' },
        { signal },
      );
    const first = await enqueue({ term: ' glioma ', limit: 10 });
    assert.deepEqual(first.job.params, { term: 'glioma', limit: 10 });
    const second = await enqueue({ limit: 10, q: 'glioma' });
    assert.deepEqual([second.job.jobId, second.deduplicated], [first.job.jobId, true]);
    await assertFails('IDEMPOTENCY_CONFLICT', /other parameters/, enqueue({ term: 'glioma' }));
  });

  test('makes the same job of a parameter that is blank and one that is left out', async () => {
    const jobs = await openQueue();
    const enqueue = (params: unknown) =>
      enqueueJob(
        { catalogue, services: NO_SERVICES, jobs },
        { tool: 'pubmed.sync.incremental', params, surface: 'http' },
        { signal },
      );
    const first = await enqueue({ term: 'glioma' });
    const second = await enqueue({ term: 'glioma', since: '', limit: null });
    assert.deepEqual([second.job.jobId, second.deduplicated], [first.job.jobId, true]);
  });

  test('refuses what the tool would refuse, and makes no job of it', async () => {
    const jobs = await openQueue();
    const enqueue = (tool: string, params: unknown) =>
      enqueueJob({ catalogue, services: NO_SERVICES, jobs }, { tool, params, surface: 'http' }, { signal });
    await assertFails('VALIDATION', /`term` is required/, enqueue('pubmed.sync', {}));
    await assertFails('TOOL_NOT_FOUND', /Did you mean pubmed\.sync\?/, enqueue('pubmed.sink', {}));
    await enqueue('ping', {});
    assert.deepEqual(
      (await jobs.list({ limit: 9, after: null }, { signal })).map(({ params }) => params),
      [{ message: 'pong' }],
    );
  });
});

describe('jobs.get', () => {
  const { signal } = new AbortController();

  test('answers the job under the contract’s names', async () => {
    const jobs = await openQueue();
    const { job } = await jobs.enqueue({ tool: 'ping', params: {} }, { signal });
    const at = clock.now().toISOString();
    assert.deepEqual(await call(jobs, jobsGet, { job_id: job.jobId.toUpperCase() }), {
      job_id: job.jobId,
      id: job.jobId,
      tool: 'ping',
      about: null,
      state: 'queued',
      attempt: 0,
      progress: null,
      result_ref: null,
      error: null,
      parent_job_id: null,
      created_at: at,
      started_at: null,
      finished_at: null,
      updated_at: at,
      params: {},
      parts: null,
      result: null,
    });
    await jobs.cancel(job.jobId, { signal });
    const { state, error } = await call(jobs, jobsGet, { job_id: job.jobId });
    assert.deepEqual(
      [state, error],
      ['failed', { error_code: 'CANCELLED', message: 'The job was cancelled.' }],
    );
  });

  test('waits for the end, and tells how far the job is meanwhile', async () => {
    const jobs = await openQueue();
    await jobs.enqueue({ tool: 'ping', params: {} }, { signal });
    const leased = await jobs.claim({ tools: ['ping'] }, { signal });
    assert.ok(leased);
    const told: number[] = [];
    const half = Promise.withResolvers<void>();
    const waiting = call(jobs, jobsGet, { job_id: leased.jobId, wait_seconds: 45 }, ({ pct }) => {
      told.push(pct);
      if (pct === 50) half.resolve();
    });
    await jobs.saveProgress(leased, { pct: 50 }, { signal });
    await half.promise;
    await jobs.succeed(leased, { result: {}, resultRef: null }, { signal });
    assert.equal((await waiting).state, 'succeeded');
    assert.equal(told.at(-1), 50);
  });

  /** Claims the next job of the tool and ends it with this answer. */
  async function succeedNext(jobs: JobQueue, tool: string, result: object): Promise<JobId> {
    const leased = await jobs.claim({ tools: [tool] }, { signal });
    assert.ok(leased);
    await jobs.succeed(leased, { result, resultRef: 'file:///manifest.json' }, { signal });
    return leased.jobId;
  }

  test('answers with what the tool of a finished job answered', async () => {
    const jobs = await openQueue();
    await jobs.enqueue({ tool: 'pubmed.sync', params: {} }, { signal });
    const result = { query_translation: '"glioma"[MeSH Terms]', warnings: ['A phrase was not found.'] };
    const job_id = await succeedNext(jobs, 'pubmed.sync', result);
    assert.deepEqual((await call(jobs, jobsGet, { job_id })).result, result);
    assert.ok(!('result' in ((await call(jobs, jobsList, {})).jobs[0] ?? {})), 'lists stay short');
  });

  test('answers of a load in parts with what they came to together', async () => {
    const jobs = await openQueue();
    await jobs.enqueue({ tool: 'pubmed.load', params: { source: 'x' } }, { signal });
    const parent = await jobs.claim({ tools: ['pubmed.load'] }, { signal });
    assert.ok(parent);
    const parts = ['a', 'b'].map((source) => ({ params: { source }, inTurn: false }));
    await jobs.split(parent, parts, { signal });
    const counts = { found: 2, archived: 2, skipped: 0, indexed: 1, failed: 0, deleted: 0 };
    for (const name of ['a', 'b']) {
      await succeedNext(jobs, 'pubmed.load', { ...counts, files: [{ name }], problems: [] });
    }
    const answer = await call(jobs, jobsGet, { job_id: parent.jobId, wait_seconds: 10 });
    const { state, result, parts: states } = answer;
    const { jobs: listed } = await call(jobs, jobsList, { parent_job_id: ` ${parent.jobId}` });
    assert.deepEqual(
      listed.map(({ about }) => about),
      ['b', 'a'],
    );
    assert.equal((await call(jobs, jobsList, { with_parts: false })).jobs.length, 1);
    assert.equal(state, 'succeeded');
    assert.deepEqual(states, { total: 2, queued: 0, running: 0, succeeded: 2, failed: 0 });
    assert.partialDeepStrictEqual(result, { found: 4, indexed: 2, files: [{ name: 'a' }, { name: 'b' }] });
  });

  test('tells what was asked, of the disk by names alone and of a URL without what may be a signature', async () => {
    const jobs = await openQueue();
    const ask = async (tool: string, params: Record<string, unknown>) => {
      const { job } = await jobs.enqueue({ tool, params }, { signal });
      const { about, params: shown } = await call(jobs, jobsGet, { job_id: job.jobId });
      return [about, shown];
    };
    const term = 'glioma[mh]';
    assert.deepEqual(await ask('pubmed.sync', { term, limit: 5 }), [term, { term, limit: 5 }]);
    const [long] = await ask('pubmed.sync', { term: '\u{1f9ec}'.repeat(5_000) });
    assert.equal([...String(long)].length, 201);
    assert.deepEqual(await ask('pubmed.load', { source: '/home/me/files/a.xml' }), [
      'a.xml',
      { source: 'a.xml' },
    ]);
    const address = 'https://u:p@files.example/a.xml.gz';
    const [about, shown] = await ask('pubmed.load', { source: [`${address}?sig=S3CRET#x`, 's3://b/c/'] });
    assert.equal(about, 'https://files.example/a.xml.gz, s3://b/c/');
    assert.deepEqual(shown, { source: ['https://files.example/a.xml.gz', 's3://b/c/'] });
    const many = Array.from({ length: 1_000 }, (_, at) => `${at}.xml`);
    const [first, all] = await ask('pubmed.load', { source: many });
    assert.match(String(first), /^0\.xml, 1\.xml, .{186}…$/);
    assert.deepEqual(all, { source: [...many.slice(0, 100), 'and 900 more'] });
  });

  test('cuts the lists of a large result, and tells how much of them is left out', async () => {
    const jobs = await openQueue();
    await jobs.enqueue({ tool: 'pubmed.sync', params: {} }, { signal });
    const problems = Array.from({ length: 1_000 }, (_, at) => ({
      pmid: String(at + 1),
      reason: 'NCBI did not deliver it.',
    }));
    const job_id = await succeedNext(jobs, 'pubmed.sync', { found: 1_000, warnings: ['One.'], problems });
    const { result } = await call(jobs, jobsGet, { job_id });
    assert.deepEqual(result, {
      found: 1_000,
      warnings: ['One.'],
      problems: problems.slice(0, 50),
      left_out: { problems: 950 },
    });
  });

  test('answers at once without a wait, and after a short one, whatever the state', async () => {
    const jobs = await openQueue();
    const { job } = await jobs.enqueue({ tool: 'ping', params: {} }, { signal });
    for (const wait_seconds of [0, 0.01]) {
      assert.equal((await call(jobs, jobsGet, { job_id: job.jobId, wait_seconds })).state, 'queued');
    }
  });

  test('refuses an id that is none, an unknown one and a wait that is too long', async () => {
    const jobs = await openQueue();
    const unknown = '00000000-0000-4000-8000-000000000000' as JobId;
    await assertFails('NOT_FOUND', /no job/, call(jobs, jobsGet, { job_id: unknown }));
    for (const job_id of ['', '1', `${unknown}0`, `${unknown}\n0`, "'; drop table jobs; --"]) {
      await assertFails(
        'VALIDATION',
        /`job_id` must be a UUID.*; jobs\.list names those/,
        call(jobs, jobsGet, { job_id }),
      );
    }
    for (const wait_seconds of [-1, 46, Number.NaN]) {
      await assertFails(
        'VALIDATION',
        /`wait_seconds`/,
        call(jobs, jobsGet, { job_id: unknown, wait_seconds }),
      );
    }
  });
});

describe('jobs.list', () => {
  const { signal } = new AbortController();

  async function openListed(): Promise<{ jobs: JobQueue; newestFirst: string[] }> {
    const jobs = await openQueue();
    const ids: string[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const tool = turn % 2 === 0 ? 'ping' : 'pubmed.sync';
      ids.unshift((await jobs.enqueue({ tool, params: { turn } }, { signal })).job.jobId);
      clock.advance(1);
    }
    return { jobs, newestFirst: ids };
  }

  test('pages through all jobs, newest first, each once', async () => {
    const { jobs, newestFirst } = await openListed();
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: z.output<typeof jobsList.output> = await call(jobs, jobsList, {
        limit: 2,
        ...(cursor !== null && { cursor }),
      });
      seen.push(...page.jobs.map(({ job_id }) => job_id));
      cursor = page.next_cursor;
    } while (cursor !== null);
    assert.deepEqual(seen, newestFirst);
  });

  test('keeps to a state and to a tool', async () => {
    const { jobs, newestFirst } = await openListed();
    await jobs.cancel(newestFirst[0] as JobId, { signal }); // an id that the queue gave
    const failed = await call(jobs, jobsList, { state: 'failed' });
    assert.deepEqual(
      failed.jobs.map(({ job_id }) => job_id),
      newestFirst.slice(0, 1),
    );
    const syncs = await call(jobs, jobsList, { tool: 'pubmed.sync', state: 'queued' });
    assert.deepEqual(
      syncs.jobs.map(({ job_id }) => job_id),
      [newestFirst[1], newestFirst[3]],
    );
  });

  test('refuses a cursor that was made up, cut or changed, and a tool and a state that are none', async () => {
    const { jobs } = await openListed();
    const { next_cursor } = await call(jobs, jobsList, { limit: 1 });
    assert.ok(next_cursor);
    const changed = `${next_cursor.startsWith('A') ? 'B' : 'A'}${next_cursor.slice(1)}`;
    for (const cursor of ['x', next_cursor.slice(0, -2), changed, Buffer.from('{}').toString('base64url')]) {
      await assertFails('VALIDATION', /`cursor`/, call(jobs, jobsList, { cursor }));
    }
    await assertFails(
      'VALIDATION',
      /^`tool` must be the name of a tool\. Did you mean pubmed\.sync\?$/,
      call(jobs, jobsList, { tool: 'pubmed_sync' }),
    );
    await assertFails(
      'VALIDATION',
      /`parent_job_id` must be a UUID/,
      call(jobs, jobsList, { parent_job_id: '1' }),
    );
    await assertFails('VALIDATION', /`state` must be one of/, call(jobs, jobsList, { state: 'done' }));
  });
});
