import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import { createStateFilter } from '../../src/console/live.ts';
import type { JobId, JobState } from '../../src/domain/jobs/job.ts';
import { createConsoleApp, readFormToken } from '../support/console/console-app.ts';
import { fillConsole, NASTY, TERM } from '../support/console/console-corpus.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';

const READ = ['/ui/topics', '/ui/jobs', '/ui/checkpoints', '/ui/corpus', '/ui/health'];
const options = { signal: new AbortController().signal };

describe('the pages of the console', () => {
  let home: TestHome;
  let corpus: Corpus;
  let app: ReturnType<typeof createConsoleApp>;
  let filled: Awaited<ReturnType<typeof fillConsole>>;
  before(async () => {
    home = await makeTestHome();
    corpus = await home.open();
    app = createConsoleApp(corpus.services);
  });
  after(async () => {
    await app.close();
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });
  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html' } });
  async function post(page: string, url: string, fields: Record<string, string>) {
    const token = readFormToken((await get(page)).body);
    return app.inject({
      method: 'POST',
      url,
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ token, ...fields }).toString(),
    });
  }

  test('say what to do next where there is nothing yet', async () => {
    for (const url of READ.slice(0, -1)) {
      const { statusCode, body } = await get(url);
      assert.equal(statusCode, 200, body);
      assert.match(body, /class="nothing"/, url);
    }
  });

  test('show what the tools answer', async () => {
    filled = await fillConsole(home, corpus);
    const [topics, jobs, checkpoints, whole, health] = await Promise.all(
      READ.map(async (url) => (await get(url)).body),
    );
    assert.match(topics ?? '', /falls\[ti\] AND &quot;older people/);
    assert.match(topics ?? '', /2026-03-01.*NCBI did not find the phrase/s);
    assert.match(jobs ?? '', /pubmed\.sync.*running.*40 %.*records 1–120 of 300/s);
    assert.match(checkpoints ?? '', /Review of falls, April.*9.*Review of falls, March.*8/s);
    assert.match(
      whole ?? '',
      /by year of publication: 2009 to 2024.*<svg role="img".*<h2>Growth.*Journal Article.*English.*Quarantined/s,
    );
    assert.match(health ?? '', /0\.0\.0/);
  });

  test('show how a topic grew, as a picture and in numbers, and what NCBI warned of', async () => {
    const { body } = await get(`/ui/topics/topic?term=${encodeURIComponent(TERM)}`);
    assert.match(body, /<dt>Papers<\/dt>\s*<dd[^>]*>3<.*NCBI did not find the phrase/s);
    assert.match(
      body,
      /<svg role="img"[^>]*>.*2026-02-01: 1<.*2026-03-01: 3<.*<table>.*2026-03-01.*2026-02-01/s,
    );
    const { statusCode } = await get('/ui/topics/topic?term=nobody+asked');
    assert.equal(statusCode, 404);
  });

  test('show one job with its error and what to do', async () => {
    const { body } = await get(`/ui/jobs/${filled.jobs.failed.jobId}`);
    assert.match(body, /PUBMED_UNAVAILABLE.*try again later/s);
    assert.doesNotMatch(body, /data-live|Cancel this job/);
    const running = await get(`/ui/jobs/${filled.jobs.running.jobId}`);
    assert.match(
      running.body,
      /data-live="\/ui\/jobs\/[0-9a-f-]+\/events".*records a second.*Cancel this job/s,
    );
  });

  test('tell what changed between two checkpoints, with the retraction first, and as a file', async () => {
    const [from, to] = filled.checkpoints;
    const { body } = await get(`/ui/checkpoints/diff?from=${from}&to=${to}`);
    assert.match(body, /Retracted or doubted.*part 1.*Retracted<.*Entered.*Changed/s);
    const file = await get(`/ui/checkpoints/diff.csv?from=${from}&to=${to}`);
    assert.match(String(file.headers['content-type']), /text\/csv/);
    assert.equal(file.body.split('\r\n').length, 4);
    assert.match(file.body, /changed,pmid:1,"Exercise and falls, part 1\.",retracted,1,2/);
  });

  test('hold nothing that others wrote as markup', async () => {
    const [from] = filled.checkpoints;
    await post('/ui/checkpoints', '/ui/checkpoints', {
      name: NASTY.slice(0, 190),
      queries: `${NASTY}\n${NASTY}`,
    });
    const nasty = encodeURIComponent(NASTY);
    const topic = `/ui/topics/topic?term=${encodeURIComponent(TERM)}`;
    const urls = [`/ui/checkpoints/diff?from=${from}`, '/ui/checkpoints', `/ui/topics?term=${nasty}`, topic];
    for (const url of [
      ...urls,
      `/ui/jobs?state=${nasty}`,
      `/ui/jobs?tool=${nasty}`,
      `/ui/checkpoints?cursor=${nasty}`,
    ]) {
      const { body } = await get(url);
      assert.doesNotMatch(body, /<img|onerror="/, url);
    }
  });

  test('start a sync as a job, twice the same one, and cancel it', async () => {
    const first = await post('/ui/topics', '/ui/topics', { term: 'new query', kind: 'whole' });
    assert.equal(first.statusCode, 303);
    const address = String(first.headers.location);
    const second = await post('/ui/topics', '/ui/topics', { term: 'new query', kind: 'whole' });
    assert.equal(second.headers.location, address);
    const cancelled = await post(address, `${address}/cancel`, {});
    assert.equal(cancelled.headers.location, address);
    assert.match((await get(address)).body, /cancelled/);
    const again = await post('/ui/topics', `${address}/cancel`, {});
    assert.match(again.body, /JOB_FINISHED.*Trace id/s);
  });

  test('refuse what is wrong in place, with code and trace id', async () => {
    const limit = await post('/ui/topics', '/ui/topics', { term: 'x', limit: '-1' });
    assert.equal(limit.statusCode, 400);
    assert.match(limit.body, /VALIDATION.*limit.*Trace id/s);
    for (const url of [
      '/ui/jobs/none',
      '/ui/checkpoints/diff',
      '/ui/checkpoints/diff?from=none',
      '/ui/jobs?state=odd',
    ]) {
      const { body } = await get(url);
      assert.match(body, /VALIDATION|NOT_FOUND/, url);
      assert.match(body, /Trace id/, url);
    }
  });

  test('tell a listener of changes, and of the one job that it follows', async () => {
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const leaving = new AbortController();
    const { running } = filled.jobs;
    const listen = async (address: string) => {
      const { headers, body } = await fetch(`${url}${address}`, { signal: leaving.signal });
      assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
      const reader = body?.pipeThrough(new TextDecoderStream()).getReader() ?? assert.fail();
      await reader.read(); // the heartbeat, from which on it listens
      return reader;
    };
    const reader = await listen('/ui/jobs/changes');
    await filled.jobs.jobs.saveProgress(running, { pct: 60, message: 'on' }, options);
    assert.match(String((await reader.read()).value), /event: changed/);
    const states = await listen('/ui/jobs/states');
    for (const pct of [70, 80]) await filled.jobs.jobs.saveProgress(running, { pct, message: 'on' }, options);
    // The first word of a job is news, the second is of the state that is known.
    assert.match(String((await states.read()).value), /^event: changed\ndata: \n\n$/);
    await filled.jobs.jobs.cancel(running.jobId, options);
    assert.match(String((await states.read()).value), /^event: changed\ndata: \n\n$/);
    leaving.abort();
    const one = await fetch(`${url}/ui/jobs/${filled.jobs.failed.jobId}/events`);
    assert.match(await one.text(), /event: job.*PUBMED_UNAVAILABLE/s);
  });

  test('name a query as its reader wrote it', async () => {
    const { body } = await get(`/ui/topics?term=${encodeURIComponent(TERM)}`);
    assert.match(body, /value="falls\[ti\] AND &quot;older people&quot;\[tiab\]"/);
  });
});

test('how far a job is is no news of its state', () => {
  const isNews = createStateFilter();
  const [one, other] = ['1', '2'] as JobId[];
  const changes: [JobId | undefined, JobState, boolean][] = [
    [one, 'queued', true],
    [one, 'running', true],
    [one, 'running', false],
    [other, 'running', true],
    [one, 'running', false],
    [one, 'succeeded', true],
  ];
  for (const [jobId, state, expected] of changes)
    assert.equal(isNews({ jobId: jobId ?? assert.fail(), state }), expected, `${jobId} ${state}`);
  assert.ok(isNews(null), 'some may have been missed');
});
