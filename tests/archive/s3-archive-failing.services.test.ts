import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Archive, KeptPayload } from '../../src/archive/archive.ts';
import { openS3Archive } from '../../src/archive/s3/s3-archive.ts';
import { openS3Access, type S3AccessSettings } from '../../src/aws/s3-access.ts';
import type { ArchiveKey, ArchiveUri } from '../../src/domain/corpus/archive-key.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { type FaultyHttp, openFaultyHttp, toS3Error } from '../support/network/faulty-http.ts';
import {
  listVersions,
  makeTestBucket,
  s3Endpoint,
  setVersioning,
  skipWithoutS3,
  type TestBucket,
} from '../support/services/s3-buckets.ts';
import { type SealedRecord, sealRecord } from './sealed-record.ts';
import { toArray } from './to-array.ts';

interface Faulty extends AsyncDisposable {
  archive: Archive;
  proxy: FaultyHttp;
  bucket: TestBucket;
}

type Settings = Partial<S3AccessSettings> & { operationTimeoutMs?: number };

async function openFaulty({ operationTimeoutMs, ...settings }: Settings = {}): Promise<Faulty> {
  await using opened = new AsyncDisposableStack();
  const bucket = opened.use(await makeTestBucket({ versioned: true }));
  const proxy = opened.use(await openFaultyHttp(s3Endpoint));
  const archive = opened.use(
    openS3Archive({
      s3: await openS3Access({ endpoint: proxy.url, ...settings }),
      bucket: bucket.name,
      prefix: 'pubmed',
      kmsKeyId: null,
      ...(operationTimeoutMs === undefined ? {} : { operationTimeoutMs }),
    }),
  );
  const stack = opened.move();
  return { archive, proxy, bucket, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

function toPut(key: string, text = key) {
  return { key: key as ArchiveKey, body: Buffer.from(text), replaces: null };
}

const manyPuts = (count: number) =>
  Array.from({ length: count }, (_, index) => toPut(`pubmed/raw/${1000 + index}`));

async function errorOf(work: Promise<unknown>): Promise<BioMcpError> {
  const error = await work.then(
    () => assert.fail('it did not fail'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof BioMcpError, String(error));
  return error;
}

describe('S3 archive under faults', { skip: skipWithoutS3 }, () => {
  test('a store that asks to slow down at every fifth PUT loses nothing and keeps one version of each', async ({
    signal,
  }) => {
    await using opened = await openFaulty();
    const { archive, proxy, bucket } = opened;
    let puts = 0;
    proxy.fault = ({ method }) =>
      method === 'PUT' && ++puts % 5 === 0 ? toS3Error(503, 'SlowDown') : 'pass';
    const wanted = manyPuts(300);

    const results = await archive.put(wanted, { signal });

    assert.ok(puts > 360, `${puts} PUTs came, of which every fifth was refused`);
    const versions = await listVersions(bucket);
    assert.deepEqual(
      versions.map(({ key }) => key),
      wanted.map(({ key }) => key),
    );
    for (const [at, { uri }] of results.entries())
      assert.deepEqual(await archive.find(uri, { signal }), Uint8Array.from(wanted[at]?.body ?? []));
  });

  test('connections that break before and in the middle of an answer are outlasted', async ({ signal }) => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    let requests = 0;
    const faults = ['reset', 'pass', 'cut', 'pass', 'pass'] as const;
    proxy.fault = () => faults[requests++ % faults.length] ?? 'pass';
    const wanted = manyPuts(40);

    const results = await archive.put(wanted, { signal });

    for (const [at, { uri }] of results.entries())
      assert.deepEqual(await archive.find(uri, { signal }), Uint8Array.from(wanted[at]?.body ?? []));
    const found = await toArray(archive.list('pubmed/', { signal }));
    assert.deepEqual(
      found.map(({ uri }) => uri),
      results.map(({ uri }) => uri),
    );
  });

  test('an answer that does not have its checksum is ARCHIVE_CORRUPT and names the object', async ({
    signal,
  }) => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    const [put] = await archive.put([toPut('pubmed/raw/1')], { signal });
    assert.ok(put);
    proxy.fault = ({ method }) => (method === 'GET' ? 'spoil' : 'pass');

    const error = await errorOf(archive.find(put.uri, { signal }));

    assert.equal(error.code, 'ARCHIVE_CORRUPT');
    assert.match(error.message, /pubmed\/raw\/1/);
    proxy.fault = () => 'pass';
    assert.deepEqual(await archive.find(put.uri, { signal }), Uint8Array.from(Buffer.from('pubmed/raw/1')));
  });

  test('a batch that fails in the middle keeps what was put, and the same batch completes it', async ({
    signal,
  }) => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    const wanted = manyPuts(200);
    proxy.fault = ({ path }) => (path.includes('/raw/1100') ? toS3Error(403, 'AccessDenied') : 'pass');

    const error = await errorOf(archive.put(wanted, { signal }));

    assert.equal(error.code, 'ARCHIVE_UNAVAILABLE');
    assert.match(error.hint, /^S3 denies access: allow s3:PutObject to the role/);
    assert.match(error.message, /pubmed\/raw\/1100.*AccessDenied/);
    const kept = (await toArray(archive.list('', { signal }))).map(({ key }) => key);
    assert.ok(kept.length >= 100 && kept.length < 200, `${kept.length} were kept`);
    assert.deepEqual(
      wanted.slice(0, 100).filter(({ key }) => !kept.includes(key)),
      [],
      'what was put before stays',
    );
    proxy.fault = () => 'pass';
    await archive.put(wanted, { signal });
    assert.equal((await toArray(archive.list('', { signal }))).length, 200);
  });

  const unavailable = [
    { name: 'a server that denies everything', fault: toS3Error(403, 'AccessDenied'), hint: /denies access/ },
    { name: 'wrong credentials', fault: toS3Error(403, 'InvalidAccessKeyId'), hint: /AWS_ACCESS_KEY_ID/ },
    { name: 'expired credentials', fault: toS3Error(400, 'ExpiredToken'), hint: /have expired: renew them/ },
    { name: 'a bucket that is gone', fault: toS3Error(404, 'NoSuchBucket'), hint: /BIO_MCP_ARCHIVE_BUCKET/ },
    { name: 'a full store', fault: toS3Error(507, 'XMinioStorageFull'), hint: /is full/ },
    { name: 'a server that breaks every connection', fault: 'reset', hint: /cannot be reached/ },
    { name: 'a server that fails', fault: toS3Error(500, 'InternalError'), hint: /cannot be reached/ },
    {
      name: 'a server that only asks to slow down',
      fault: toS3Error(503, 'SlowDown'),
      hint: /fewer requests/,
    },
  ] as const;
  for (const { name, fault, hint } of unavailable) {
    test(`${name} is ARCHIVE_UNAVAILABLE for every call, and forgotten once it is over`, async ({
      signal,
    }) => {
      await using opened = await openFaulty({ maxAttempts: 2 });
      const { archive, proxy } = opened;
      const { key, body, contentHash } = sealRecord('1');
      const put = { key, body, replaces: null };
      const [before] = await archive.put([put], { signal });
      assert.ok(before);
      proxy.fault = () => fault;

      const calls = [
        archive.put([put], { signal }),
        archive.find(before.uri, { signal }),
        archive.findCurrent(key, { signal }),
        archive.findDamaged([{ uri: before.uri, contentHash }], { signal }),
        toArray(archive.list('', { signal })),
        archive.ping({ signal }),
      ];
      for (const [at, error] of (await Promise.all(calls.map(errorOf))).entries()) {
        assert.equal(error.code, 'ARCHIVE_UNAVAILABLE', String(error));
        const isFindDamaged = at === 3; // it sends a HEAD, whose answer has a status and no reason
        if (!isFindDamaged) assert.match(error.hint, hint);
        assert.ok(!error.hint.includes('pubmed/') && !error.hint.includes('127.0.0.1'), error.hint);
      }
      proxy.fault = () => 'pass';
      assert.deepEqual(await archive.find(before.uri, { signal }), Uint8Array.from(body));
      await archive.ping({ signal });
    });
  }

  test('a server that never answers is ARCHIVE_TIMEOUT', async ({ signal }) => {
    await using opened = await openFaulty({ operationTimeoutMs: 300 });
    const { archive, proxy } = opened;
    proxy.fault = () => 'hang';

    const calls = [archive.put([toPut('pubmed/raw/1')], { signal }), archive.ping({ signal })];

    for (const error of await Promise.all(calls.map(errorOf))) assert.equal(error.code, 'ARCHIVE_TIMEOUT');
  });

  test('an attempt that gets no answer is made again', async ({ signal }) => {
    await using opened = await openFaulty({ requestTimeoutMs: 300 });
    const { archive, proxy } = opened;
    let requests = 0;
    proxy.fault = () => (++requests === 1 ? 'hang' : 'pass');

    await archive.put([toPut('pubmed/raw/1')], { signal });

    assert.equal(requests, 2);
  });

  test('a server that takes five seconds is waited for', async ({ signal }) => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    proxy.fault = () => ({ delayMs: 5_000 });

    const [put] = await archive.put([toPut('pubmed/raw/1')], { signal });

    assert.equal(proxy.seen.length, 1, 'it was asked once');
    proxy.fault = () => 'pass';
    assert.ok(put !== undefined && (await archive.find(put.uri, { signal })) !== null);
  });

  test('an abort ends a call that waits for a server which never answers', async () => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    proxy.fault = () => 'hang';
    const controller = new AbortController();
    const reason = new Error('enough');
    const finding = archive.findCurrent('pubmed/raw/1' as ArchiveKey, { signal: controller.signal });
    controller.abort(reason);
    await assert.rejects(finding, reason);
  });

  test('who gives up while the bucket is asked whether it keeps versions takes nobody else along', async ({
    signal,
  }) => {
    await using opened = await openFaulty();
    const { archive, proxy, bucket } = opened;
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    proxy.fault = ({ path }) => {
      if (!path.includes('versioning')) return 'pass';
      asked.resolve();
      return { until: held.promise };
    };
    const controller = new AbortController();
    const reason = new Error('enough');
    const uri = `s3://${bucket.name}/pubmed/raw/1` as ArchiveUri;
    const given = archive.find(uri, { signal: controller.signal });
    const found = archive.find(uri, { signal });
    await asked.promise;
    controller.abort(reason);
    await assert.rejects(given, reason);
    held.resolve();
    assert.equal(await found, null);
  });

  test('puts go side by side, and no more than 32 at once', async ({ signal }) => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    const held = Promise.withResolvers<void>();
    proxy.fault = ({ method }) => {
      if (method === 'PUT' && proxy.seen.length === 32) held.resolve();
      return method === 'PUT' && proxy.seen.length <= 32 ? 'hang' : 'pass';
    };
    const controller = new AbortController();

    const putting = archive.put(manyPuts(100), { signal: AbortSignal.any([signal, controller.signal]) });
    await held.promise;
    controller.abort(new Error('seen enough'));

    await assert.rejects(putting, /seen enough/);
    assert.equal(proxy.seen.length, 32);
  });

  test('no more than 32 objects are read at once, however many callers ask', async () => {
    await using opened = await openFaulty();
    const { archive, proxy } = opened;
    const held = Promise.withResolvers<void>();
    proxy.fault = () => {
      if (proxy.seen.length === 32) held.resolve();
      return 'hang';
    };
    const controller = new AbortController();

    const reading = Array.from({ length: 100 }, (_, at) =>
      archive.findCurrent(`pubmed/raw/${at}` as ArchiveKey, { signal: controller.signal }),
    );
    const settled = Promise.allSettled(reading);
    await held.promise;
    controller.abort(new Error('seen enough'));

    assert.ok((await settled).every(({ status }) => status === 'rejected'));
    assert.equal(proxy.seen.length, 32);
  });

  for (const isReopened of [true, false]) {
    const how = isReopened ? 'opened anew after each change' : 'open all the time';
    test(`versions may be switched on, suspended and on again: every address leads to its own bytes, ${how}`, async ({
      signal,
    }) => {
      await using bucket = await makeTestBucket({ versioned: false });
      const settings = { s3: bucket.s3, bucket: bucket.name, prefix: 'pubmed', kmsKeyId: null };
      let archive = openS3Archive(settings);
      const addresses = new Map<SealedRecord, ArchiveUri>();
      let last: SealedRecord | null = null;
      const changes = [null, 'Enabled', null, 'Suspended', null, 'Enabled', 'Suspended'] as const;
      for (const [at, change] of changes.entries()) {
        if (change !== null) await setVersioning(bucket, change);
        if (isReopened) archive = openS3Archive(settings);
        const record = sealRecord('1', `title ${at}`, at % 3 === 2 ? 'gzip' : 'zstd');
        const { key, body } = record;
        const keep: KeptPayload | null = last && { contentHash: last.contentHash, as: last.historyKey };
        const uri: ArchiveUri | undefined = last === null ? undefined : addresses.get(last);
        const replaces = uri === undefined ? null : { uri, keep };
        const [put] = await archive.put([{ key, body, replaces }], { signal });
        assert.ok(put);
        if (last !== null && put.earlierUri !== null) addresses.set(last, put.earlierUri);
        addresses.set(record, put.uri);
        last = record;

        for (const [{ body: wanted }, address] of addresses) {
          const found = await archive.find(address, { signal });
          assert.ok(found !== null && Buffer.from(found).equals(wanted), `${at}: ${address}`);
        }
        const current = await toArray(archive.list('pubmed/raw/', { signal }));
        assert.deepEqual(current, [{ key, uri: put.uri }], `${at}`);
      }
    });
  }

  test('ping writes nothing, not even a version', async ({ signal }) => {
    await using opened = await openFaulty();
    await opened.archive.ping({ signal });
    await opened.archive.ping({ signal });
    assert.deepEqual(await listVersions(opened.bucket), []);
  });
});
