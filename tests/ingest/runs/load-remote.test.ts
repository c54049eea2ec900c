import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import type { Progress } from '../../../src/ingest/runs/progress.ts';
import {
  dumpContent,
  dumpTables,
  loadInto,
  makeTestHome,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { startNlmFolderServer } from '../../support/pubmed/nlm-folder-server.ts';
import { articleXml, deleteXml, setXml } from '../../support/pubmed/pubmed-xml.ts';

const FIXTURES = `${import.meta.dirname}/../../fixtures/nlm-files`;
const PAIRS = ['pubmed25n1274', 'pubmed25n1275', 'pubmed26n1334', 'pubmed26n1335'].map(
  (name) => `${name}.xml.gz`,
);
const zip = (...items: string[]) => gzipSync(setXml(...items));

async function setUp() {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startNlmFolderServer());
  const home = stack.use(await makeTestHome({ settings: { BIO_MCP_LOAD_BASE_URL: server.url } }));
  const all = stack.move();
  return { server, home, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

async function listLive(home: TestHome): Promise<Map<unknown, unknown>> {
  const { revisions = [] } = await dumpContent(home);
  return new Map(revisions.filter(({ live }) => live === true).map((row) => [row.pmid, row.revision]));
}

describe("loading from folders in NLM's layout", () => {
  test('leaves what loading the same files from the disk leaves, in the order of year and number', async () => {
    await using all = await setUp();
    const { server, home } = all;
    for (const name of PAIRS.toReversed()) {
      server.put(`updatefiles/${name}`, await readFile(join(FIXTURES, name)));
    }
    const run = await home.load('updatefiles');
    assert.deepEqual(
      run.parts.map(({ name }) => name),
      PAIRS,
    );
    assert.deepEqual(
      server.takeDownloads(),
      PAIRS.map((name) => `updatefiles/${name}`),
    );
    await using local = await makeTestHome();
    await local.load(...PAIRS.map((name) => join(FIXTURES, name)));
    assert.deepEqual(await dumpContent(home), await dumpContent(local));
    assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);
  });

  test('again downloads nothing; a new file alone is downloaded, and one that NLM published anew', async () => {
    await using all = await setUp();
    const { server, home } = all;
    server.put('updatefiles/pubmed26n1334.xml.gz', zip(articleXml({ pmid: 1 })));
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 2 })));
    assert.equal((await home.load('updatefiles')).archived, 2);
    server.takeDownloads();

    const again = await home.load('updatefiles');
    assert.deepEqual([again.found, again.parts], [0, []]);
    assert.deepEqual(server.takeDownloads(), []);

    server.put('updatefiles/pubmed26n1336.xml.gz', zip(articleXml({ pmid: 3 }), deleteXml(1)));
    const update = await home.load('updatefiles');
    assert.deepEqual([update.archived, update.deleted], [1, 1]);
    assert.deepEqual(server.takeDownloads(), ['updatefiles/pubmed26n1336.xml.gz']);

    server.put('updatefiles/pubmed26n1336.xml.gz', zip(articleXml({ pmid: 3 }), articleXml({ pmid: 4 })));
    await home.load('updatefiles');
    assert.deepEqual(server.takeDownloads(), ['updatefiles/pubmed26n1336.xml.gz']);
    assert.deepEqual([...(await listLive(home)).keys()], ['2', '3', '4']);
  });

  test('knows a file that was loaded from the disk before', async () => {
    await using all = await setUp();
    const { server, home } = all;
    const bytes = zip(articleXml({ pmid: 1 }));
    await home.load(await home.write('pubmed26n0001.xml.gz', bytes));
    server.put('baseline/pubmed26n0001.xml.gz', bytes);
    await home.load('baseline');
    assert.deepEqual(server.takeDownloads(), []);
  });

  test("a new year's baseline replaces; a record that only looks different makes no revision", async () => {
    await using all = await setUp();
    const { server, home } = all;
    const same = articleXml({ pmid: 1 });
    server.put('baseline/pubmed26n0001.xml.gz', zip(same, articleXml({ pmid: 2 }), articleXml({ pmid: 3 })));
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 2, title: 'Updated.' })));
    await home.load('updatefiles', 'baseline');
    assert.deepEqual(
      server.takeDownloads(),
      ['baseline/pubmed26n0001.xml.gz', 'updatefiles/pubmed26n1335.xml.gz'],
      'whatever the order in which the folders are named',
    );
    server.remove('baseline/pubmed26n0001.xml.gz');
    server.remove('updatefiles/pubmed26n1335.xml.gz');
    server.put(
      'baseline/pubmed27n0001.xml.gz',
      zip(
        same.replaceAll('<Language>', '\n    <Language>'),
        articleXml({ pmid: 2, title: 'Updated.' }),
        articleXml({ pmid: 3, title: 'Mended.' }),
      ),
    );
    const run = await home.load('baseline');
    assert.deepEqual([run.found, run.archived, run.skipped, run.indexed], [3, 2, 1, 1]);
    const live = new Map([
      ['1', 1],
      ['2', 2],
      ['3', 2],
    ]);
    assert.deepEqual(await listLive(home), live);

    // Last year's update file, found later on somebody's disk, brings nothing of it back.
    const late = zip(articleXml({ pmid: 3, title: 'Last year.' }), articleXml({ pmid: 9 }), deleteXml(2));
    const older = await home.load(await home.write('pubmed26n1336.xml.gz', late));
    assert.deepEqual([older.archived, older.indexed, older.deleted], [2, 1, 0]);
    assert.deepEqual(await listLive(home), new Map([...live, ['9', 1]]));
  });

  test('goes through several folders and files of one server, each file once', async () => {
    await using all = await setUp();
    const { server, home } = all;
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 1 })));
    server.put('updatefiles/pubmed26n1336.xml.gz', zip(articleXml({ pmid: 2 })));
    const path = await home.write('own.xml', setXml(articleXml({ pmid: 3 })));
    const url = `${server.url}updatefiles/pubmed26n1336.xml.gz`;
    const run = await home.load(path, url, 'updatefiles');
    assert.deepEqual(
      run.parts.map(({ name }) => name),
      ['own.xml', 'pubmed26n1335.xml.gz', 'pubmed26n1336.xml.gz'],
    );
    assert.equal(server.takeDownloads().length, 2);
  });

  test('tells how far it is, with the name of the file', async () => {
    await using all = await setUp();
    const { server, home } = all;
    for (const number of [1334, 1335, 1336]) {
      server.put(`updatefiles/pubmed26n${number}.xml.gz`, zip(articleXml({ pmid: number })));
    }
    const told: Progress[] = [];
    await using corpus = await home.open();
    await corpus.services.loadFiles(
      { sources: ['updatefiles'], surface: 'cli', onProgress: (one) => told.push(one) },
      { signal: new AbortController().signal },
    );
    const pcts = told.map(({ pct }) => pct);
    assert.deepEqual(
      pcts,
      pcts.toSorted((one, other) => one - other),
    );
    assert.equal(pcts.at(-1), 100);
    assert.ok(told.some(({ message }) => /^pubmed26n1334\.xml\.gz: downloading, \d+ %$/.test(message)));
    assert.ok(told.some(({ message }) => /^pubmed26n1336\.xml\.gz: 1 records$/.test(message)));
  });
});

describe('a load from a folder that fails on the way', () => {
  test('keeps the files before the fault, names the one at fault, and goes on from there', async () => {
    await using all = await setUp();
    const { server, home } = all;
    for (const number of [1334, 1335, 1336]) {
      server.put(`updatefiles/pubmed26n${number}.xml.gz`, zip(articleXml({ pmid: number })));
    }
    server.fail('updatefiles/pubmed26n1335.xml.gz', { kind: 'corrupt' }, { kind: 'corrupt' });
    const error = await home.load('updatefiles').then(
      () => assert.fail('it succeeded'),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof BioMcpError);
    assert.match(error.hint, /^pubmed26n1335\.xml\.gz: .*md5/);
    assert.deepEqual([...(await listLive(home)).keys()], ['1334']);
    server.takeDownloads();
    await home.load('updatefiles');
    assert.deepEqual(server.takeDownloads(), [
      'updatefiles/pubmed26n1335.xml.gz',
      'updatefiles/pubmed26n1336.xml.gz',
    ]);
    assert.deepEqual([...(await listLive(home)).keys()], ['1334', '1335', '1336']);
  });

  test('touches nothing that another load is at: both end well, side by side', async ({ signal }) => {
    await using all = await setUp();
    const { server, home } = all;
    for (const number of [1, 2]) {
      server.put(`baseline/pubmed26n000${number}.xml.gz`, zip(articleXml({ pmid: number })));
    }
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 3 })));
    const second = Promise.withResolvers<void>();
    const waits = server.arrived('baseline/pubmed26n0002.xml.gz');
    server.fail('baseline/pubmed26n0002.xml.gz', { kind: 'wait', until: second.promise });
    const lookedAt = Promise.withResolvers<void>();
    await using corpus = await home.open();
    await using other = await home.open();
    const days = corpus.services.loadFiles(
      {
        sources: ['baseline'],
        surface: 'cli',
        onProgress: ({ message }) => {
          if (message === 'pubmed26n0001.xml.gz: looking through') lookedAt.resolve();
        },
      },
      { signal },
    );
    await Promise.all([lookedAt.promise, waits]);

    const daily = await loadInto(other, 'updatefiles');
    second.resolve();

    assert.equal(daily.archived, 1);
    assert.equal((await days).archived, 2);
    assert.deepEqual(await readdir(join(home.dataDir, 'downloads')), []);
  });

  test('fetches a file again that somebody removed before it was read', async ({ signal }) => {
    await using all = await setUp();
    const { server, home } = all;
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 1 }), articleXml({ pmid: 2 })));
    await using corpus = await home.open();
    const removing = (times: number) => {
      let left = times;
      const onProgress = ({ message }: Progress) => {
        if (!message.endsWith('looking through') || left === 0) return;
        left -= 1;
        rmSync(join(home.dataDir, 'downloads'), { recursive: true });
      };
      return corpus.services.loadFiles({ sources: ['updatefiles'], surface: 'cli', onProgress }, { signal });
    };
    await assert.rejects(removing(3), (error) => {
      assert.ok(error instanceof BioMcpError && error.code === 'ARCHIVE_UNAVAILABLE');
      assert.match(error.hint, /^pubmed26n1335\.xml\.gz: it was removed from the downloads folder/);
      return true;
    });
    server.takeDownloads();

    const run = await removing(1);

    assert.deepEqual([run.archived, run.skipped, run.parts.length], [2, 0, 1]);
    assert.equal(server.takeDownloads().length, 2);
  });

  test('is refused over HTTP where it leads to this machine, before a run begins', async () => {
    await using all = await setUp();
    const { server, home } = all;
    server.put('updatefiles/pubmed26n1335.xml.gz', zip(articleXml({ pmid: 1 })));
    await using corpus = await home.open();
    const load = (source: string) =>
      corpus.services.loadFiles(
        { sources: [source], surface: 'http', onProgress: () => undefined },
        { signal: new AbortController().signal },
      );
    for (const source of [
      `${server.url}updatefiles/`,
      server.url.replace('http:', 'https:'),
      '/etc/passwd',
    ]) {
      await assert.rejects(
        load(source),
        (error) => error instanceof BioMcpError && error.code === 'VALIDATION',
      );
    }
    assert.deepEqual(server.requests, []);
    assert.equal((await load('updatefiles')).archived, 1, 'the operator named the folder in the settings');
    await corpus[Symbol.asyncDispose]();
    const { runs } = await home.query(async (kysely) => ({
      runs: await kysely.selectFrom('runs').selectAll().execute(),
    }));
    assert.equal(runs.length, 1);
    assert.equal((await dumpTables(home)).loaded_files?.length, 1);
  });
});
