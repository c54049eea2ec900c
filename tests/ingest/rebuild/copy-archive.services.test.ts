import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type CopyReport, copyArchive } from '../../../src/archive/copy-archive.ts';
import { listStateLogs, readStateLog } from '../../../src/archive/state-log.ts';
import { verifyArchive } from '../../../src/archive/verify-archive.ts';
import { migrateCorpus } from '../../../src/compose/migrate-corpus.ts';
import { openCopyTarget } from '../../../src/compose/rooms/open-copy-target.ts';
import { corpusReindex } from '../../../src/tools/corpus-reindex.ts';
import { callTool } from '../../support/corpus/call-tool.ts';
import { fillCorpus } from '../../support/corpus/filled-corpus.ts';
import { dumpTables, makeTestHome, type Row, type TestHome } from '../../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../../support/pubmed/pubmed-xml.ts';
import { makeTestBucket, s3Endpoint, skipWithoutS3 } from '../../support/services/s3-buckets.ts';

const { signal } = new AbortController();

/** What `bio-mcp archive copy --to` does with an idle corpus. */
async function copy(home: TestHome, address: string): Promise<CopyReport> {
  await using target = await openCopyTarget(address, home.config);
  await using corpus = await home.open();
  const from = { archive: corpus.services.archive, prefix: home.config.archive.prefix };
  return await copyArchive({ from, to: target }, { signal });
}

async function reindex(home: TestHome): Promise<void> {
  await using corpus = await home.open('reindex');
  const run = await callTool(corpus, corpusReindex, {});
  assert.equal(run.failed, 0, JSON.stringify(run.problems));
}

/** Every object that the tables name is there and whole, and there is no other. */
async function assertWhole(home: TestHome): Promise<void> {
  await using corpus = await home.open();
  const { archive, store } = corpus.services;
  const report = await verifyArchive(
    {
      archive,
      prefix: home.config.archive.prefix,
      expected: store.listArchived({ signal }),
      isKnown: (uris) => store.findKnownUris(uris, { signal }),
    },
    { signal },
  );
  assert.deepEqual([report.damaged, report.missing, report.unknown], [[], [], 0]);
}

/** Without the addresses, and the number of the index. */
async function dump(home: TestHome): Promise<Record<string, Row[]>> {
  const tables = Object.entries(await dumpTables(home)).map(([name, rows]) => [
    name,
    rows.map(({ s3_uri: _, index_generation: __, ...row }) => row),
  ]);
  return Object.fromEntries(tables);
}

/** A corpus on its own database, with its archive in the bucket. */
function makeCloudHome(bucket: string, prefix: string): Promise<TestHome> {
  return makeTestHome({
    settings: {
      BIO_MCP_ARCHIVE_BUCKET: bucket,
      BIO_MCP_ARCHIVE_PREFIX: prefix,
      BIO_MCP_S3_ENDPOINT: s3Endpoint,
    },
  });
}

const withS3 = (home: TestHome): TestHome => ({
  ...home,
  config: { ...home.config, s3: { endpoint: s3Endpoint } },
});

describe('archive copy', { skip: skipWithoutS3 }, () => {
  for (const versioned of [true, false]) {
    const kind = versioned ? 'with versions' : 'without versions';
    test(`a corpus moves from files to a bucket ${kind} and back with all that it was`, async () => {
      await using bucket = await makeTestBucket({ versioned });
      await using made = await makeTestHome({ engine: versioned ? 'PGlite' : 'PostgreSQL' });
      const home = withS3(made);
      await fillCorpus(home);
      const before = await dump(home);
      assert.ok(before.tombstones?.length && before.checkpoints?.length && before.query_pmids?.length);

      const there = await copy(home, `s3://${bucket.name}/moved/corpus`);
      assert.deepEqual(there.problems, []);
      await using cloud = await makeCloudHome(bucket.name, 'moved/corpus');
      await reindex(cloud);
      assert.deepEqual(await dump(cloud), before);
      await assertWhole(cloud);

      // It goes on in the cloud, so that there is an earlier version of an object.
      for (const title of ['First.', 'Second.', 'Third.']) {
        await cloud.load(await cloud.write(`${title}xml`, setXml(articleXml({ pmid: 999_997, title }))));
      }
      await assertWhole(cloud);
      const later = await dump(cloud);

      await using back = await makeTestHome({ settings: { BIO_MCP_ARCHIVE_PREFIX: 'moved/corpus' } });
      const again = await copy(cloud, pathToFileURL(join(back.dataDir, 'archive')).href);
      assert.deepEqual(again.problems, []);
      await reindex(back);
      assert.deepEqual(await dump(back), later);
      await assertWhole(back);
    });
  }

  test('a copy that is made again copies what has come since, and nothing else', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    const address = `s3://${bucket.name}`;
    const load = async (name: string, title: string) =>
      home.load(await home.write(name, setXml(articleXml({ pmid: 1, title }), articleXml({ pmid: 2 }))));
    await load('1.xml', 'First.');
    const first = await copy(home, address);
    const idle = await copy(home, address);
    await load('2.xml', 'Second.');
    const second = await copy(home, address);

    assert.deepEqual([first.copied, first.stateLogs], [3, 1]); // two records and a manifest
    assert.deepEqual([idle.copied, idle.unchanged, idle.stateLogs], [0, 3, 0]);
    assert.deepEqual([second.copied, second.unchanged, second.stateLogs], [3, 2, 1]); // raw, history, manifest
    await using cloud = await makeCloudHome(bucket.name, 'pubmed');
    await reindex(cloud);
    assert.deepEqual(await dump(cloud), await dump(home));
  });

  test('an empty PostgreSQL beside a copy is migrated, and waits for its reindex', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }))));
    await copy(home, `s3://${bucket.name}`);
    await using cloud = await makeTestHome({
      settings: { BIO_MCP_ARCHIVE_BUCKET: bucket.name, BIO_MCP_S3_ENDPOINT: s3Endpoint },
    });

    await migrateCorpus(cloud.config, { signal });
    await assert.rejects(cloud.open(), { code: 'VALIDATION', hint: /bio-mcp reindex/ });
    await reindex(cloud);

    assert.deepEqual(await dump(cloud), await dump(home));
  });

  test('a copy that was stopped half-way is completed by the next', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    const articles = Array.from({ length: 550 }, (_, at) => articleXml({ pmid: at + 1 }));
    await home.load(await home.write('1.xml', setXml(...articles)));
    await using target = await openCopyTarget(`s3://${bucket.name}`, home.config);
    const stop = new AbortController();
    await using corpus = await home.open();
    const from = { archive: corpus.services.archive, prefix: 'pubmed' };

    const stopped = copyArchive(
      { from, to: target, onProgress: () => stop.abort(new Error('stopped')) },
      { signal: stop.signal },
    );
    await assert.rejects(stopped, /stopped/);
    const report = await copyArchive({ from, to: target }, { signal });

    assert.equal(report.copied + report.unchanged, 551);
    assert.ok(report.unchanged >= 500, `${report.unchanged} were there already`);
    await corpus[Symbol.asyncDispose]();
    await using cloud = await makeCloudHome(bucket.name, 'pubmed');
    await reindex(cloud);
    assert.deepEqual(await dump(cloud), await dump(home));
  });

  test('a damaged and a missing object are told by name, and the rest is copied', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    const articles = [1, 2, 3].map((pmid) => articleXml({ pmid }));
    await home.load(await home.write('1.xml', setXml(...articles)));
    const raw = join(home.dataDir, 'archive', 'pubmed', 'raw', 'pmid=000', '000');
    await rm(join(raw, '001', '1.json.zst'));
    await home.write('../data/archive/pubmed/raw/pmid=000/000/002/2.json.zst', 'spoiled');

    const report = await copy(home, `s3://${bucket.name}`);

    assert.equal(report.problemCount, 3, report.problems.join('\n'));
    assert.match(
      report.problems.join('\n'),
      /2\.json\.zst begins as neither zstd nor gzip; it was not copied/,
    );
    assert.match(report.problems.join('\n'), /\(PMID 1\) lies nowhere/);
    assert.equal(report.copied, 2);
  });

  test('a log that names what lay nowhere is told each time, and mended once it lies there again', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    await home.load(await home.write('1.xml', setXml(...[1, 2].map((pmid) => articleXml({ pmid })))));
    const file = join(home.dataDir, 'archive', 'pubmed', 'raw', 'pmid=000', '000', '001', '1.json.zst');
    const record = await readFile(file);
    await rm(file);
    const address = `s3://${bucket.name}`;

    for (const _ of ['first', 'again']) {
      const { problems } = await copy(home, address);
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? '', /\(PMID 1\) lies nowhere/);
    }
    await writeFile(file, record);
    const mended = await copy(home, address);
    const idle = await copy(home, address);

    assert.deepEqual([mended.problems, mended.stateLogs], [[], 1]);
    assert.deepEqual([idle.problems, idle.stateLogs], [[], 0]);
    await using target = await openCopyTarget(address, home.config);
    const uris: string[] = [];
    for await (const { uri } of listStateLogs(target, { signal })) {
      for await (const line of readStateLog({ archive: target.archive, uri }, { signal })) {
        const { s3_uri } = line as { s3_uri?: string }; // lines of other kinds have none
        if (s3_uri !== undefined) uris.push(s3_uri);
      }
    }
    assert.equal(uris.length, 2);
    for (const uri of uris) assert.ok(uri.startsWith(`${address}/`), uri);
    await using cloud = await makeCloudHome(bucket.name, 'pubmed');
    await reindex(cloud);
    assert.deepEqual(await dump(cloud), await dump(home));
  });

  test('a place that holds another corpus is refused', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    const address = `s3://${bucket.name}`;
    for (const pmid of [1, 2]) {
      await using made = await makeTestHome();
      const home = withS3(made);
      await home.load(await home.write('1.xml', setXml(articleXml({ pmid }))));
      if (pmid === 1) await copy(home, address);
      else await assert.rejects(copy(home, address), { code: 'VALIDATION', hint: /another corpus/ });
    }
  });

  test('an archive that lies elsewhere than the tables say is refused until it is indexed anew', async () => {
    await using bucket = await makeTestBucket({ versioned: true });
    await using made = await makeTestHome();
    const home = withS3(made);
    await home.load(await home.write('1.xml', setXml(articleXml({ pmid: 1 }))));
    await copy(home, `s3://${bucket.name}`);
    const { prefix, compression } = home.config.archive;
    const archive = { kind: 's3', bucket: bucket.name, kmsKeyId: null, prefix, compression } as const;
    const before = await dump(home);
    Object.assign(made.config, { archive, s3: { endpoint: s3Endpoint } });

    await assert.rejects(made.open(), { code: 'VALIDATION', hint: /archive copy.*reindex/ });
    await reindex(made);

    assert.deepEqual(await dump(made), before);
    await assertWhole(made);
  });

  test('an address of no known form is refused with the forms there are', async () => {
    await using home = await makeTestHome();
    for (const address of ['s3://', 's3://B', '/tmp/x', 'https://bucket', 'file:relative', '']) {
      await assert.rejects(
        openCopyTarget(address, home.config),
        { code: 'VALIDATION', hint: /--to/ },
        address,
      );
    }
  });
});
