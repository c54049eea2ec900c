import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Corpus } from '../../src/compose.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { Job } from '../../src/domain/jobs/job.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { splitCall, type Tool } from '../../src/tools/define-tool.ts';
import { awaitJob } from '../../src/tools/jobs/await-job.ts';
import { enqueueJob } from '../../src/tools/jobs/enqueue-job.ts';
import { pubmedLoad } from '../../src/tools/pubmed-load.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { dumpContent, findPmids, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { startNlmFolderServer } from '../support/pubmed/nlm-folder-server.ts';
import { articleXml, deleteXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const FOLDER = new URL('../fixtures/nlm-files/', import.meta.url);
/** A baseline file and the update file that revises and deletes what it holds. */
const FILES = ['pubmed22n1114.xml.gz', 'pubmed22n1115.xml.gz'];
/** Ends in the midst of its first record. */
const BROKEN = '<PubmedArticleSet><PubmedArticle>';
const catalogue = createCatalogue(TOOLS);

describe('a load of a folder as a job', () => {
  test('is one job a file, in their order, and leaves what a load in one piece leaves', async ({
    signal,
  }) => {
    await using home = await makeTestHome();
    const folder = await copyFiles(home);
    const done = await runAsJob(home, folder, signal);
    {
      await using corpus = await home.open();
      const { jobs } = corpus.services;
      assert.deepEqual(
        [done.state, done.error, done.progress?.message],
        ['succeeded', null, '2 of 2 parts are done'],
      );
      const listed = await jobs.list({ limit: 9, after: null }, { signal });
      const parts = listed.filter(({ parentJobId }) => parentJobId === done.jobId).reverse();
      assert.deepEqual(
        parts.map(({ params }) => params),
        FILES.map((name) => ({ source: `${folder}/${name}` })),
      );
      const [first, second] = parts;
      assert.ok((first?.finishedAt ?? '') <= (second?.startedAt ?? ''));
      const found = await Promise.all(parts.map(({ resultRef }) => readManifest(resultRef ?? '')));
      assert.equal(
        found.reduce((sum, manifest) => sum + Number(manifest.found), 0),
        done.progress?.found,
      );
    }
    await using whole = await makeTestHome();
    await whole.load(await copyFiles(whole));
    assert.deepEqual(await listLive(home), await listLive(whole));
  });

  test('goes on after a part that fails, and that part, loaded later, leaves what an undisturbed load leaves', async ({
    signal,
  }) => {
    const article = (pmid: number, title: string) => articleXml({ pmid, title });
    const files = new Map([
      [
        'pubmed26n1334.xml',
        setXml(article(1, 'Firstword'), article(2, 'Firstword'), article(3, 'Firstword')),
      ],
      [
        'pubmed26n1335.xml',
        setXml(article(1, 'Missedword'), article(4, 'Missedword'), article(5, 'Missedword'), deleteXml(2)),
      ],
      ['pubmed26n1336.xml', setXml(article(1, 'Lastword'), deleteXml(4))],
    ]);
    await using home = await makeTestHome();
    for (const [name, content] of files) await home.write(name, content);
    const folder = dirname(await home.write('pubmed26n1335.xml', BROKEN));
    const failed = await runAsJob(home, folder, signal);
    assert.equal(failed.state, 'failed');
    assert.match(failed.error?.message ?? '', /^1 of 3 parts failed; the first: pubmed26n1335\.xml/);
    assert.deepEqual(await listFound(home, 'Lastword'), ['1'], 'the part after it ran');
    for (const [name, content] of files) await home.write(name, content);

    const done = await runAsJob(home, folder, signal);

    assert.equal(done.state, 'succeeded');
    await using whole = await makeTestHome();
    for (const [name, content] of files) await whole.load(await whole.write(name, content));
    assert.deepEqual(await listLive(home), await listLive(whole));
    for (const word of ['Firstword', 'Missedword', 'Lastword'])
      assert.deepEqual(await listFound(home, word), await listFound(whole, word), word);
    assert.deepEqual(await listFound(home, 'Missedword'), ['5']);
  });

  test('files whose names tell no order stay one job', async () => {
    await using home = await makeTestHome();
    await home.write('pubmed26n1335.xml', '');
    const folder = dirname(await home.write('own.xml', ''));
    await using corpus = await home.open();

    assert.deepEqual(await split(corpus, folder), []);
  });

  test('files of NLM’s folder baseline wait for nobody, any other file waits for those before it', async () => {
    await using home = await makeTestHome();
    const baseline = join(home.dataDir, 'baseline');
    await mkdir(baseline);
    const paths = [join(baseline, 'pubmed26n0001.xml'), join(baseline, 'pubmed26n0002.xml')];
    for (const path of paths) await writeFile(path, '');
    const update = await home.write('pubmed26n1335.xml', '');
    await using corpus = await home.open();
    const parts = await split(corpus, [baseline, update]);
    assert.deepEqual(parts, [
      ...paths.map((source) => ({ params: { source }, inTurn: false })),
      { params: { source: update }, inTurn: true },
    ]);
  });
});

test('files of an https folder are parts by their addresses, in turn unless the folder is a baseline', async () => {
  await using server = await startNlmFolderServer();
  await using home = await makeTestHome();
  for (const path of ['baseline/pubmed26n0001.xml', 'other/pubmed26n1335.xml'])
    server.put(path, Buffer.from(''));
  await using corpus = await home.open();
  const parts = await split(corpus, [`${server.url}other/`, `${server.url}baseline/`]);
  assert.deepEqual(parts, [
    { params: { source: `${server.url}baseline/pubmed26n0001.xml` }, inTurn: false },
    { params: { source: `${server.url}other/pubmed26n1335.xml` }, inTurn: true },
  ]);
});

function split({ services }: Corpus, source: string | string[]) {
  const { signal } = new AbortController();
  const context = {
    services,
    signal,
    traceId: '0'.repeat(32),
    logger: silentLogger(),
    surface: 'cli',
  } as const;
  return splitCall(pubmedLoad as Tool, { source }, context);
}

/** In a corpus that is opened for it, with a worker of its own; resolves to the ended job. */
async function runAsJob(home: TestHome, source: string, signal: AbortSignal): Promise<Job> {
  await using corpus = await home.open();
  const { services } = corpus;
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
  const call = { tool: 'pubmed.load', params: { source }, surface: 'cli' } as const;
  const { job } = await enqueueJob({ catalogue, services, jobs: services.jobs }, call, { signal });
  const wait = { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY };
  const ended = await awaitJob(services.jobs, wait, { signal });
  stopping.abort();
  await working;
  return ended;
}

async function listFound(home: TestHome, word: string): Promise<string[]> {
  await using corpus = await home.open();
  return (await findPmids(corpus, word)).sort();
}

async function copyFiles(home: TestHome): Promise<string> {
  const paths: string[] = [];
  for (const name of FILES) paths.push(await home.write(name, await readFile(new URL(name, FOLDER))));
  return dirname(paths[0] ?? '');
}

async function readManifest(uri: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(fileURLToPath(uri), 'utf8'));
}

/** What is found in the end; in which steps it came about may differ. */
async function listLive(home: TestHome): Promise<unknown> {
  const { revisions = [], tombstones = [], pubmed_archive_history: payloads = [] } = await dumpContent(home);
  return {
    live: revisions.filter(({ live }) => live).map((row) => `${row.pmid} ${row.version} ${row.content_hash}`),
    deleted: tombstones.map(({ pmid }) => pmid),
    payloads: payloads.map((row) => `${row.pmid} ${row.content_hash}`),
  };
}
