import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../../src/domain/clock.ts';
import { awaitJob } from '../../src/tools/await-job.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { splitCall, type Tool } from '../../src/tools/define-tool.ts';
import { enqueueJob } from '../../src/tools/enqueue-job.ts';
import { pubmedLoad } from '../../src/tools/pubmed-load.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { silentLogger } from '../support/silent-logger.ts';
import { dumpContent, makeTestHome, type TestHome } from '../support/test-corpus.ts';

const FOLDER = new URL('../fixtures/nlm-files/', import.meta.url);
/** A baseline file and the update file that revises and deletes what it holds. */
const FILES = ['pubmed22n1114.xml.gz', 'pubmed22n1115.xml.gz'];
const catalogue = createCatalogue(TOOLS);

describe('a load of a folder as a job', () => {
  test('is one job a file, in their order, and leaves what a load in one piece leaves', async ({
    signal,
  }) => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    const folder = await copyFiles(home);
    {
      await using corpus = await home.open();
      const { jobs } = corpus.services;
      const stopping = new AbortController();
      const worker = createWorker({
        catalogue,
        services: corpus.services,
        queue: jobs,
        clock: systemClock,
        logger: silentLogger(),
        maxConcurrency: 2,
        toolLimits: { 'pubmed.load': 2 },
      });
      const working = worker.run({ signal: stopping.signal });
      const { job } = await enqueueJob(
        { catalogue, services: corpus.services, jobs },
        { tool: 'pubmed.load', params: { source: folder }, surface: 'cli' },
        { signal },
      );
      const done = await awaitJob(jobs, { jobId: job.jobId, waitMs: Number.POSITIVE_INFINITY }, { signal });
      stopping.abort();
      await working;
      assert.deepEqual(
        [done.state, done.error, done.progress?.message],
        ['succeeded', null, '2 of 2 parts are done'],
      );
      const listed = await jobs.list({ limit: 9, after: null }, { signal });
      const parts = listed.filter(({ parentJobId }) => parentJobId === job.jobId).reverse();
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
    await using whole = await makeTestHome({ engine: 'PGlite' });
    await whole.load(await copyFiles(whole));
    assert.deepEqual(await listLive(home), await listLive(whole));
  });

  test('files of NLM’s folder baseline wait for nobody, any other file waits for those before it', async () => {
    await using home = await makeTestHome({ engine: 'PGlite' });
    const baseline = join(home.dataDir, 'baseline');
    await mkdir(baseline);
    const paths = [join(baseline, 'pubmed26n0001.xml'), join(baseline, 'pubmed26n0002.xml')];
    for (const path of paths) await writeFile(path, '');
    const update = await home.write('pubmed26n1335.xml', '');
    await using corpus = await home.open();
    const parts = await splitCall(
      pubmedLoad as Tool,
      { source: [baseline, update] },
      {
        services: corpus.services,
        signal: new AbortController().signal,
        traceId: '0'.repeat(32),
        logger: silentLogger(),
        surface: 'cli',
      },
    );
    assert.deepEqual(parts, [
      ...paths.map((source) => ({ params: { source }, inTurn: false })),
      { params: { source: update }, inTurn: true },
    ]);
  });
});

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
