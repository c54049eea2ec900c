import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { openS3Access } from '../../../src/aws/s3-access.ts';
import type { BulkConnection, BulkFile } from '../../../src/pubmed/bulk/bulk-source.ts';
import { createS3BulkClient } from '../../../src/pubmed/bulk/s3-bulk-client.ts';
import { type FaultyHttp, openFaultyHttp, toS3Error } from '../../support/network/faulty-http.ts';
import {
  makeTestBucket,
  s3Endpoint,
  skipWithoutS3,
  type TestBucket,
} from '../../support/services/s3-buckets.ts';
import { silentLogger } from '../../support/telemetry/silent-logger.ts';
import { makeFolder, NEVER } from './bulk-client.ts';

interface Opened extends AsyncDisposable {
  bucket: TestBucket;
  proxy: FaultyHttp;
  connection: BulkConnection;
  pauses: number[];
  put(key: string, body: string | Buffer): Promise<void>;
}

/** A bucket, and a client whose requests go through the proxy and whose pauses take no time. */
async function open(): Promise<Opened> {
  await using opening = new AsyncDisposableStack();
  const bucket = opening.use(await makeTestBucket({ versioned: false }));
  const proxy = opening.use(await openFaultyHttp(s3Endpoint));
  const pauses: number[] = [];
  const timing = { random: () => 1, sleep: async (durationMs: number) => void pauses.push(durationMs) };
  const openS3 = () => openS3Access({ endpoint: proxy.url, maxAttempts: 1 });
  const client = createS3BulkClient({ timing, log: silentLogger(), openS3 });
  const connection = opening.use(client.open({ hosts: [bucket.name], privateHosts: [] }));
  const { client: s3, sdk } = bucket.s3;
  const stack = opening.move();
  return {
    bucket,
    proxy,
    connection,
    pauses,
    put: async (Key, Body) =>
      void (await s3.send(new sdk.PutObjectCommand({ Bucket: bucket.name, Key, Body }))),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const md5Of = (body: Buffer) => createHash('md5').update(body).digest('hex');

async function putFile(opened: Opened, key: string, body: Buffer): Promise<BulkFile> {
  await opened.put(key, body);
  await opened.put(`${key}.md5`, `MD5(${key})= ${md5Of(body)}\n`);
  return { name: key.slice(key.lastIndexOf('/') + 1), url: `s3://${opened.bucket.name}/${key}` };
}

describe('bulk files from S3', { skip: skipWithoutS3 }, () => {
  test('a folder lists its loadable objects in the order in which they apply, and no other folder', async () => {
    await using opened = await open();
    const names = ['pubmed26n0002.xml.gz', 'pubmed25n1300.xml.gz', 'pubmed26n0001.xml', 'index.html'];
    for (const name of names) await opened.put(`nlm/files/${name}`, '');
    await opened.put('nlm/files/pubmed26n0001.xml.md5', '');
    await opened.put('nlm/files/old/pubmed24n0001.xml.gz', '');
    await opened.put('nlm/files-other/pubmed24n0002.xml.gz', '');
    const folder = `s3://${opened.bucket.name}/nlm/files/`;

    const wanted = ['pubmed25n1300.xml.gz', 'pubmed26n0001.xml', 'pubmed26n0002.xml.gz'].map((name) => ({
      name,
      url: `${folder}${name}`,
    }));
    assert.deepEqual(await opened.connection.list(folder, NEVER), wanted);
    assert.deepEqual(await opened.connection.list(folder.slice(0, -1), NEVER), wanted);
    assert.deepEqual(await opened.connection.list(`${folder}pubmed26n0001.xml`, NEVER), [wanted[1]]);
  });

  test('a folder of more than a thousand objects is listed whole', async () => {
    await using opened = await open();
    const keys = Array.from({ length: 1_010 }, (_, at) => `pubmed26n${String(at + 1).padStart(4, '0')}.xml`);
    for (let at = 0; at < keys.length; at += 101)
      await Promise.all(keys.slice(at, at + 101).map((key) => opened.put(key, '')));
    const found = await opened.connection.list(`s3://${opened.bucket.name}/`, NEVER);
    assert.deepEqual(
      found.map(({ name }) => name),
      keys,
    );
  });

  test('a download that breaks off in the middle goes on from there', async () => {
    await using opened = await open();
    await using folder = await makeFolder();
    const body = Buffer.from(Array.from({ length: 200_000 }, (_, at) => at % 251));
    const file = await putFile(opened, 'nlm/pubmed26n0001.xml.gz', body);
    const md5 = await opened.connection.getMd5(file, NEVER);
    assert.equal(md5, md5Of(body));
    let gets = 0;
    opened.proxy.fault = () => (++gets === 1 ? 'cut' : 'pass');

    const request = { md5, folder: folder.path, onProgress: () => undefined };
    const path = await opened.connection.download(file, request, NEVER);

    assert.ok((await readFile(path)).equals(body));
    const ranges = opened.proxy.seen.slice(1).map(({ headers }) => headers.range);
    assert.equal(ranges[0], undefined);
    assert.match(ranges[1] ?? '', /^bytes=[1-9]\d*-$/);
    assert.equal(opened.pauses.length, 1);
  });

  test('an object that was replaced between two requests is downloaded from its start', async () => {
    await using opened = await open();
    await using folder = await makeFolder();
    const [before, after] = [Buffer.alloc(100_000, 'a'), Buffer.alloc(120_000, 'b')];
    const file = await putFile(opened, 'pubmed26n0001.xml.gz', before);
    const request = { md5: md5Of(after), folder: folder.path, onProgress: () => undefined };
    opened.proxy.fault = () => 'cut';
    const stop = new AbortController();
    const stopped = opened.connection.download(
      file,
      { ...request, onProgress: () => stop.abort(new Error('stopped')) },
      { signal: stop.signal },
    );
    await assert.rejects(stopped, /stopped/);
    opened.proxy.fault = () => 'pass';
    await putFile(opened, 'pubmed26n0001.xml.gz', after);

    const path = await opened.connection.download(file, request, NEVER);

    assert.ok((await readFile(path)).equals(after));
  });

  test('a store that asks to slow down or fails is waited for', async () => {
    await using opened = await open();
    const file = await putFile(opened, 'pubmed26n0001.xml.gz', Buffer.from('x'));
    const faults = [toS3Error(503, 'SlowDown'), toS3Error(500, 'InternalError'), 'reset' as const];
    opened.proxy.fault = () => faults.shift() ?? 'pass';

    assert.equal(await opened.connection.getMd5(file, NEVER), md5Of(Buffer.from('x')));
    assert.equal(opened.pauses.length, 3);
  });

  test('what cannot be had is named, with what to do', async () => {
    await using opened = await open();
    const { connection, proxy, bucket } = opened;
    await opened.put('nlm/pubmed26n0001.xml.gz', 'x');
    const file = { name: 'pubmed26n0001.xml.gz', url: `s3://${bucket.name}/nlm/pubmed26n0001.xml.gz` };
    const hint = /^pubmed26n0001\.xml\.gz\.md5: there is no such object.*\.md5 files were copied too/;
    await assert.rejects(connection.getMd5(file, NEVER), { code: 'VALIDATION', hint });
    const empty = connection.list(`s3://${bucket.name}/empty/`, NEVER);
    await assert.rejects(empty, { code: 'VALIDATION', hint: /it holds no \.xml or \.xml\.gz object/ });
    const elsewhere = connection.list('s3://another-bucket/', NEVER);
    await assert.rejects(elsewhere, { code: 'VALIDATION', hint: /none of those that files may come from/ });
    proxy.fault = () => toS3Error(403, 'AccessDenied');
    const denied = connection.list(`s3://${bucket.name}/nlm/`, NEVER);
    await assert.rejects(denied, { code: 'PUBMED_BAD_RESPONSE', hint: /S3 denies access/ });
    proxy.fault = () => toS3Error(404, 'NoSuchBucket');
    const gone = connection.list(`s3://${bucket.name}/nlm/`, NEVER);
    await assert.rejects(gone, { code: 'VALIDATION', hint: /bucket does not exist/ });
  });
});
