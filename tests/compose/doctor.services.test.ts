import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { migrateCorpus } from '../../src/compose/migrate-corpus.ts';
import { createWeaviateCollections } from '../../src/search/weaviate/weaviate-collections.ts';
import { openWeaviateConnection } from '../../src/search/weaviate/weaviate-connection.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { examineCheck } from '../support/examine-check.ts';
import { startFaultySqs } from '../support/jobs/faulty-sqs.ts';
import { createTestQueues, SQS_URL, withoutSqs } from '../support/jobs/sqs-queues.ts';
import { openTlsFront } from '../support/network/tls-front.ts';
import { makeTestBucket, s3Endpoint, skipWithoutS3 } from '../support/services/s3-buckets.ts';
import { findTestService } from '../support/services/services.ts';
import { makeWeaviateHome } from '../support/services/weaviate-home.ts';

const { url, skip } = findTestService('TEST_WEAVIATE_URL');

describe('the doctor', () => {
  let home: TestHome;
  before(async () => {
    home = await makeTestHome({ engine: 'PGlite' });
  });
  after(() => home[Symbol.asyncDispose]());

  const examine = (name: string, settings: Record<string, string>) =>
    examineCheck(name, { BIO_MCP_DATA_DIR: home.dataDir, ...settings });

  describe('of the way to Weaviate and SQS', () => {
    test('a gRPC port of Weaviate that is closed', { skip }, async () => {
      const settings = { BIO_MCP_WEAVIATE_URL: url, BIO_MCP_WEAVIATE_GRPC_URL: 'http://127.0.0.1:1' };
      assert.match((await examine('index', settings)).remedy ?? '', /by gRPC: .* BIO_MCP_WEAVIATE_GRPC_URL/);
    });

    test('a certificate of Weaviate that nobody trusts', { skip }, async () => {
      await using front = await openTlsFront({ target: new URL(url).host });
      const settings = { BIO_MCP_WEAVIATE_URL: `https://${front.address}` };
      assert.match((await examine('index', settings)).remedy ?? '', /^Weaviate shows .* NODE_EXTRA_CA_CERTS/);
    });

    test('a certificate of SQS that nobody trusts', { skip: withoutSqs }, async () => {
      await using front = await openTlsFront({ target: new URL(SQS_URL).host });
      const settings = {
        BIO_MCP_DATABASE_URL: 'postgres://unused/db',
        BIO_MCP_JOBS_QUEUE_URL: `https://${front.address}/1/jobs`,
        BIO_MCP_JOBS_DLQ_URL: `https://${front.address}/1/dead`,
      };
      assert.match((await examine('queue', settings)).remedy ?? '', /^SQS shows .* NODE_EXTRA_CA_CERTS/);
    });
  });

  describe('of SQS', { skip: withoutSqs }, () => {
    test('whole, denied, missing or gone; and it leaves nothing behind', async () => {
      await using queues = await createTestQueues();
      await using faulty = await startFaultySqs(SQS_URL);
      const settings = {
        BIO_MCP_DATABASE_URL: 'postgres://unused/db',
        BIO_MCP_JOBS_QUEUE_URL: faulty.through(queues.queueUrl),
        BIO_MCP_JOBS_DLQ_URL: faulty.through(queues.dlqUrl),
      };
      await queues.send('{"tool":"pubmed.sync"}');
      assert.equal((await examine('queue', settings)).state, 'ok');
      assert.deepEqual(await queues.count(), { waiting: 1, received: 0, dead: 0 });
      faulty.fault = 'denied';
      assert.match((await examine('queue', settings)).remedy ?? '', /allow sqs:SendMessage/);
      faulty.fault = 'down';
      assert.match((await examine('queue', settings)).remedy ?? '', /whether SQS can be reached/);
      const missing = { ...settings, BIO_MCP_JOBS_DLQ_URL: `${queues.dlqUrl}-missing` };
      faulty.fault = 'none';
      assert.match((await examine('queue', missing)).remedy ?? '', /create it, or correct/);
    });
  });

  describe('of S3', { skip: skipWithoutS3 }, () => {
    test('a bucket that keeps versions, one that does not, and one that is missing', async () => {
      for (const versioned of [true, false]) {
        await using bucket = await makeTestBucket({ versioned });
        const settings = { BIO_MCP_ARCHIVE_BUCKET: bucket.name, BIO_MCP_S3_ENDPOINT: s3Endpoint };
        const { state, detail } = await examine('archive', settings);
        assert.equal(state, 'ok');
        assert.match(detail, versioned ? /keeps versions$/ : /keeps no versions/);
      }
      const missing = { BIO_MCP_ARCHIVE_BUCKET: 'no-such-bucket', BIO_MCP_S3_ENDPOINT: s3Endpoint };
      assert.match((await examine('archive', missing)).remedy ?? '', /BIO_MCP_ARCHIVE_BUCKET/);
    });
  });

  test('of Weaviate: without its collection, with it, and gone', { skip }, async () => {
    await using whole = await makeWeaviateHome({ engine: 'PostgreSQL', isMigrated: false });
    const missing = await examine('index', whole.env);
    assert.match(missing.remedy ?? '', /run `bio-mcp migrate`/);
    await migrateCorpus(whole.config, { signal: new AbortController().signal });
    const { state, detail } = await examine('index', whole.env);
    assert.equal(state, 'ok');
    assert.match(detail, new RegExp(`holds ${whole.collection}_1$`));
    const elsewhere = { ...whole.env, BIO_MCP_WEAVIATE_URL: 'http://127.0.0.1:9' };
    assert.match((await examine('index', elsewhere)).remedy ?? '', /^Start Weaviate/);
    const half = { ...whole.env, BIO_MCP_WEAVIATE_GRPC_URL: 'http://127.0.0.1:9' };
    assert.match((await examine('index', half)).remedy ?? '', /correct .*BIO_MCP_WEAVIATE_GRPC_URL/);
    await using connection = await openWeaviateConnection({
      server: { url: url, grpcUrl: 'http://127.0.0.1:9', apiKey: null },
    });
    const { signal } = new AbortController();
    const left = await createWeaviateCollections(connection).list({ signal });
    assert.deepEqual(
      left.filter((name) => name.startsWith(whole.collection)),
      [`${whole.collection}_1`],
      'it leaves nothing behind',
    );
  });
});
