import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { systemClock } from '../../src/domain/clock.ts';
import type { Job, JobId } from '../../src/domain/jobs/job.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { enqueueJob } from '../../src/tools/jobs/enqueue-job.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { untilPartHolds } from '../support/corpus/part-file.ts';
import { dumpContent, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { startWorkerProcess } from '../support/processes/worker-process.ts';
import { type NlmFolderServer, startNlmFolderServer } from '../support/pubmed/nlm-folder-server.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const catalogue = createCatalogue(TOOLS);
const zip = (...items: string[]) => gzipSync(setXml(...items));
const article = (pmid: number, title = 'Of wombats.') =>
  articleXml({ pmid, title, abstract: `Number ${pmid} digs.` });

describe('a load of a folder from afar as a job', () => {
  let server: NlmFolderServer;
  before(async () => {
    server = await startNlmFolderServer();
  });
  beforeEach(() => server.clear());
  after(() => server[Symbol.asyncDispose]());

  const makeHome = (settings: Record<string, string> = {}) =>
    makeTestHome({ settings: { BIO_MCP_LOAD_BASE_URL: server.url, ...settings } });

  test('three workers share it, one of them is killed, and it leaves what one worker leaves', async ({
    signal,
  }) => {
    const baseline = [1, 2, 3, 4].map((number) => `baseline/pubmed26n000${number}.xml.gz`);
    for (const [at, path] of baseline.entries())
      server.put(path, zip(article(10 * at + 1), article(10 * at + 2)));
    server.put(
      'updatefiles/pubmed26n1335.xml.gz',
      zip(article(1, 'Revised.'), deleteXml(2), article(11, 'First.')),
    );
    server.put('updatefiles/pubmed26n1336.xml.gz', zip(article(11, 'Second.'), article(12), deleteXml(21)));
    const source = ['updatefiles', 'baseline'];
    await using single = await makeHome();
    const undisturbed = await runAsJob(single, source, signal);
    assert.deepEqual([undisturbed.state, undisturbed.error], ['succeeded', null]);

    await using home = await makeHome({
      BIO_MCP_JOBS_LEASE_SECONDS: '1',
      BIO_MCP_TOOL_LIMIT_PUBMED_LOAD: '1',
    });
    const gate = Promise.withResolvers<void>();
    const [first = '', second = '', third = ''] = baseline;
    const arrived = [first, second, third].map((path) => server.arrived(path));
    for (const path of [first, second, third]) server.fail(path, { kind: 'wait', until: gate.promise });
    await using corpus = await home.open();
    const { jobs } = corpus.services;
    const parent = await enqueue(corpus.services, source, signal);
    await using workers = new AsyncDisposableStack();
    const [killed, ...others] = [1, 2, 3].map(() => workers.use(startWorkerProcess(home.env)));
    assert.ok(killed !== undefined);
    // Each may run one load at once: three files are under way, so each has one of them.
    await Promise.all(arrived);
    const started = await killed.line((line) => line.status === 'running' && line.job_id !== parent);
    await killed.end('SIGKILL');
    gate.resolve();

    const ended = await awaitEnd(jobs, parent, signal);

    assert.deepEqual([ended.state, ended.error], ['succeeded', null]);
    assert.deepEqual(ended.progress?.message, '6 of 6 parts are done');
    const lost = await jobs.get(String(started.job_id) as JobId, { signal });
    assert.deepEqual([lost.state, lost.attempt], ['succeeded', 2]);
    assert.equal((await jobs.list({ limit: 20, after: null }, { signal })).length, 7);
    for (const worker of others) assert.equal(await worker.end('SIGTERM'), 0);
    await corpus[Symbol.asyncDispose]();
    assert.deepEqual(await readState(home), await readState(single));
    assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);
  });

  test('is one job a file, update files in turn; again it skips what is loaded', async ({ signal }) => {
    const put = (number: number, pmid: number) =>
      server.put(`updatefiles/pubmed26n${number}.xml.gz`, zip(article(pmid)));
    put(1335, 1);
    put(1336, 2);
    await using home = await makeHome();
    assert.deepEqual(await listParts(home, await runAsJob(home, 'updatefiles', signal), signal), [
      'updatefiles:pubmed26n1335.xml.gz succeeded',
      'updatefiles:pubmed26n1336.xml.gz succeeded',
    ]);
    server.takeDownloads();
    const asked = server.requests.length;

    const again = await runAsJob(home, 'updatefiles', signal);

    assert.deepEqual([again.state, again.progress?.found], ['succeeded', 0]);
    assert.match(again.resultRef ?? '', /\/manifests\/sync_run=/);
    assert.deepEqual(await listParts(home, again, signal), []);
    assert.equal(server.requests.length - asked, 3, 'the folder and two md5s, once');
    put(1337, 3);
    put(1336, 4);
    assert.deepEqual(await listParts(home, await runAsJob(home, 'updatefiles', signal), signal), [
      'updatefiles:pubmed26n1336.xml.gz succeeded',
      'updatefiles:pubmed26n1337.xml.gz succeeded',
    ]);
    assert.deepEqual(server.takeDownloads(), [
      'updatefiles/pubmed26n1336.xml.gz',
      'updatefiles/pubmed26n1337.xml.gz',
    ]);
  });

  test('a file that vanishes after the listing, or has no md5 yet, fails alone and by its name', async ({
    signal,
  }) => {
    for (const number of [1334, 1335, 1336])
      server.put(`updatefiles/pubmed26n${number}.xml.gz`, zip(article(number)));
    server.put('updatefiles/pubmed26n1337.xml.gz', zip(article(1337)), { md5: null });
    await using home = await makeHome();
    const gate = Promise.withResolvers<void>();
    server.fail('updatefiles/pubmed26n1334.xml.gz', { kind: 'wait', until: gate.promise });
    const running = runAsJob(home, 'updatefiles', signal);
    await server.arrived('updatefiles/pubmed26n1334.xml.gz');
    server.remove('updatefiles/pubmed26n1335.xml.gz');
    gate.resolve();

    const ended = await running;

    assert.equal(ended.state, 'failed');
    assert.match(
      ended.error?.message ?? '',
      /^2 of 4 parts failed; the first: pubmed26n1335\.xml\.gz\.md5: /,
    );
    assert.deepEqual(await listParts(home, ended, signal), [
      'updatefiles:pubmed26n1334.xml.gz succeeded',
      'updatefiles:pubmed26n1335.xml.gz failed',
      'updatefiles:pubmed26n1336.xml.gz succeeded',
      'updatefiles:pubmed26n1337.xml.gz failed',
    ]);
  });

  test('cancelled while its parts run, it takes them with it, and the next load goes on where they were', async ({
    signal,
  }) => {
    const path = 'updatefiles/pubmed26n1335.xml.gz';
    server.put(path, zip(article(1), articleXml({ pmid: 2, abstract: 'They dig. '.repeat(400) })));
    server.put('updatefiles/pubmed26n1336.xml.gz', zip(article(3)));
    server.fail(path, { kind: 'hang', after: 100 });
    await using home = await makeHome();
    await using corpus = await home.open();
    const { jobs } = corpus.services;
    await using worker = startWorker(corpus.services);
    const parent = await enqueue(corpus.services, 'updatefiles', signal);
    await server.arrived(path);
    const part = { name: 'pubmed26n1335.xml.gz', bytes: 100 };
    await untilPartHolds(join(home.dataDir, 'downloads'), part, signal);
    await jobs.cancel(parent, { signal });
    await worker[Symbol.asyncDispose]();
    const states = await listParts(home, await jobs.get(parent, { signal }), signal);
    assert.deepEqual(states, [
      'updatefiles:pubmed26n1335.xml.gz failed',
      'updatefiles:pubmed26n1336.xml.gz failed',
    ]);

    const ended = await runAsJob(home, 'updatefiles', signal);

    assert.equal(ended.state, 'succeeded');
    const ranges = server.requests.flatMap((one) => (one.path === path ? [one.range] : []));
    assert.deepEqual(ranges, [null, 'bytes=100-']);
    assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);
  });
});

type Services = Awaited<ReturnType<TestHome['open']>>['services'];

/** As a caller over HTTP asks for it, who may not name the folder's address. */
async function enqueue(services: Services, source: string | string[], signal: AbortSignal): Promise<JobId> {
  const call = { tool: 'pubmed.load', params: { source }, surface: 'http' } as const;
  const { job } = await enqueueJob({ catalogue, services, jobs: services.jobs }, call, { signal });
  return job.jobId;
}

function awaitEnd(jobs: Services['jobs'], jobId: JobId, signal: AbortSignal): Promise<Job> {
  return awaitJob(jobs, { jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
}

function startWorker(services: Services): AsyncDisposable {
  const stopping = new AbortController();
  const worker = createWorker({
    catalogue,
    services,
    queue: services.jobs,
    clock: systemClock,
    logger: silentLogger(),
    maxConcurrency: 2,
    toolLimits: { 'pubmed.load': 2 },
  });
  const working = worker.run({ signal: stopping.signal });
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await working;
    },
  };
}

async function runAsJob(home: TestHome, source: string | string[], signal: AbortSignal): Promise<Job> {
  await using corpus = await home.open();
  await using _ = startWorker(corpus.services);
  return await awaitEnd(corpus.services.jobs, await enqueue(corpus.services, source, signal), signal);
}

async function listParts(home: TestHome, { jobId }: Job, signal: AbortSignal): Promise<string[]> {
  await using corpus = await home.open();
  const all = await corpus.services.jobs.list({ limit: 50, after: null }, { signal });
  const parts = all.filter(({ parentJobId }) => parentJobId === jobId);
  return parts.map(({ params, state }) => `${params.source} ${state}`).sort();
}

/** Rows, objects and passages, without what tells when and in which steps they came about. */
async function readState(home: TestHome) {
  const tables = await dumpContent(home);
  const objects = [...(await home.listObjects()).keys()].filter(
    (key) => !/\/(?:manifests|state)\//.test(key),
  );
  await using corpus = await home.open();
  const chunks = await corpus.services.index.countChunks({ signal: new AbortController().signal });
  return { tables, objects: objects.sort(), chunks };
}
