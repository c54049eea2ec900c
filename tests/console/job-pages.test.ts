import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Corpus } from '../../src/compose.ts';
import type { JobId } from '../../src/domain/jobs/job.ts';
import { createConsoleApp, readFormToken } from '../support/console/console-app.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';

const FILES = 130;
const BROKEN = 'The file ends in the midst of a record: load it again.';
const options = { signal: new AbortController().signal };

describe('the pages of jobs', () => {
  let home: TestHome;
  let corpus: Corpus;
  let app: ReturnType<typeof createConsoleApp>;
  let load: JobId;
  before(async () => {
    home = await makeTestHome();
    corpus = await home.open();
    app = createConsoleApp(corpus.services);
    load = await startLoad(corpus);
  });
  after(async () => {
    await app.close();
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });
  const read = async (url: string) => (await app.inject({ url, headers: { accept: 'text/html' } })).body;

  test('show what was asked, by names of files alone', async () => {
    const body = await read(`/ui/jobs/${load}`);
    assert.match(body, /<dt>Source<\/dt><dd dir="auto"><code>baseline<\/code>/);
    const list = await read('/ui/jobs');
    assert.match(list, /<bdi class="small">baseline<\/bdi>/);
    assert.doesNotMatch(`${body}${list}`, /\/data\/nlm/);
  });

  test('show the parts of a load: how many of each state, and what failed or runs before all others', async () => {
    const body = await read(`/ui/jobs/${load}`);
    assert.match(body, /130 files, one job each: 1 failed, 1 running, 128 queued\./);
    const [, failed = '', running = '', all = ''] = body.split('<caption>');
    assert.match(failed, /^Parts that failed.*file-0\.xml.*The file ends in the midst/s);
    assert.match(running, /^Parts that run.*file-1\.xml/s);
    assert.match(all, /^All parts, the last one first.*file-129\.xml.*file-30\.xml/s);
    assert.doesNotMatch(all, /file-29\.xml/);
    const next =
      /<a rel="next" href="([^"]+)">/.exec(body)?.[1]?.replaceAll('&amp;', '&') ?? assert.fail(body);
    assert.match(await read(next), /file-29\.xml.*file-0\.xml/s);
  });

  test('list the load without its parts, unless these are asked for', async () => {
    const rows = (body: string) => body.split('<tr>').length - 2;
    assert.equal(rows(await read('/ui/jobs')), 1);
    assert.equal(rows(await read('/ui/jobs?parts=all')), 50);
    assert.match(await read('/ui/jobs?parts=all'), /rel="next" href="\/ui\/jobs\?parts=all&amp;cursor=/);
    assert.match(await read('/ui/jobs?parts=all&state=failed'), new RegExp(BROKEN));
  });

  test('start a sync again that failed, as it was asked', async () => {
    const { jobs } = corpus.services;
    const asked = { term: 'falls[ti] AND "x"', limit: 7 };
    const { job } = await jobs.enqueue({ tool: 'pubmed.sync', params: asked }, options);
    const address = `/ui/jobs/${job.jobId}`;
    assert.doesNotMatch(await read(address), /Start it again/);
    await jobs.cancel(job.jobId, options);
    const body = await read(address);
    const [form = ''] = /<form method="post" action="\/ui\/topics">.*?<\/form>/s.exec(body) ?? [];
    assert.match(form, /Start it again/);
    const payload = new URLSearchParams({ token: readFormToken(body) });
    for (const [, name = '', value = ''] of form.matchAll(/name="(\w+)" value="([^"]*)"/g))
      payload.set(name, value.replaceAll('&quot;', '"'));
    const { statusCode, headers } = await app.inject({
      method: 'POST',
      url: '/ui/topics',
      headers: { accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' },
      payload: payload.toString(),
    });
    assert.equal(statusCode, 303);
    const again = await jobs.get(String(headers.location).split('/').at(-1) as JobId, options);
    assert.deepEqual([again.params, again.state], [asked, 'queued']);
    assert.notEqual(again.jobId, job.jobId);
  });
});

/** A load in 130 parts, of which the first failed and the second runs. */
async function startLoad({ services: { jobs } }: Corpus): Promise<JobId> {
  const tools = { tools: ['pubmed.load'] };
  await jobs.enqueue({ tool: 'pubmed.load', params: { source: '/data/nlm/baseline' } }, options);
  const parent = (await jobs.claim(tools, options)) ?? assert.fail();
  const parts = Array.from({ length: FILES }, (_, at) => ({
    params: { source: `/data/nlm/file-${at}.xml` },
    inTurn: false,
  }));
  await jobs.split(parent, parts, options);
  const first = (await jobs.claim(tools, options)) ?? assert.fail();
  const failure = { errorCode: 'VALIDATION', message: BROKEN, retryable: false, retryAfterMs: null };
  await jobs.fail(first, { ...failure, resultRef: null }, options);
  await jobs.claim(tools, options);
  return parent.jobId;
}
