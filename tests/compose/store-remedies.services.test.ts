import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { examineCheck } from '../support/examine-check.ts';
import {
  type FaultyHttp,
  openFaultyHttp,
  type SeenRequest,
  toS3Error,
} from '../support/network/faulty-http.ts';
import { openTlsFront } from '../support/network/tls-front.ts';
import {
  makeTestBucket,
  s3Endpoint,
  skipWithoutS3,
  type TestBucket,
} from '../support/services/s3-buckets.ts';

describe('what an S3 store refuses is named by the doctor, and what mends it', {
  skip: skipWithoutS3,
}, () => {
  let bucket: TestBucket;
  let store: FaultyHttp;
  before(async () => {
    bucket = await makeTestBucket({ versioned: false });
    store = await openFaultyHttp(s3Endpoint);
  });
  after(async () => {
    await store[Symbol.asyncDispose]();
    await bucket[Symbol.asyncDispose]();
  });

  async function findRemedy(endpoint = store.url): Promise<string> {
    const settings = { BIO_MCP_ARCHIVE_BUCKET: bucket.name, BIO_MCP_S3_ENDPOINT: endpoint };
    return (await examineCheck('archive', settings)).remedy ?? '';
  }

  const isPut = ({ method, path }: SeenRequest) => method === 'PUT' && path.includes('doctor');
  const LACKING: [operation: string, isIt: (request: SeenRequest) => boolean][] = [
    ['PutObject with If-Match', ({ headers }) => headers['if-match'] !== undefined],
    ['PutObject with If-None-Match', ({ headers }) => headers['if-none-match'] !== undefined],
    ['GetBucketVersioning', ({ path }) => path.includes('?versioning')],
    ['ListObjectVersions', ({ path }) => path.includes('versions')],
    ['HeadObject', ({ method }) => method === 'HEAD'],
  ];
  for (const [operation, isIt] of LACKING) {
    test(`a store without ${operation}`, async () => {
      store.fault = (request) => (isIt(request) ? toS3Error(501, 'NotImplemented') : 'pass');
      assert.ok((await findRemedy()).startsWith(`The S3 store lacks ${operation}: `), await findRemedy());
    });
  }

  for (const [operation, isIt] of LACKING.slice(0, 2)) {
    test(`a store that passes over ${operation}`, async () => {
      store.fault = (request) => (isIt(request) ? { status: 200, body: '' } : 'pass');
      assert.ok((await findRemedy()).startsWith(`The S3 store lacks ${operation}: `), await findRemedy());
    });
  }

  const REFUSALS: [what: string, fault: { status: number; body: string }, remedy: RegExp][] = [
    ['expired credentials', toS3Error(400, 'ExpiredToken'), /have expired: renew them/],
    ['unknown credentials', toS3Error(403, 'InvalidAccessKeyId'), /set AWS_ACCESS_KEY_ID/],
    ['a wrong clock', toS3Error(403, 'RequestTimeTooSkewed'), /clock of this machine/],
    ['a bucket of another region', toS3Error(400, 'AuthorizationHeaderMalformed'), /set AWS_REGION/],
    ['a KMS key that is gone', toS3Error(400, 'KMS.NotFoundException'), /correct BIO_MCP_S3_KMS_KEY_ID/],
    ['a denied call', toS3Error(403, 'AccessDenied'), /allow s3:PutObject /],
    ['a full store', toS3Error(507, 'XMinioStorageFull'), /free some space/],
  ];
  for (const [what, fault, remedy] of REFUSALS) {
    test(what, async () => {
      store.fault = (request) =>
        isPut(request) || request.headers['if-match'] !== undefined ? fault : 'pass';
      assert.match(await findRemedy(), remedy);
    });
  }

  test('a certificate that nobody trusts, and a server that speaks no TLS', async () => {
    store.fault = () => 'pass';
    await using front = await openTlsFront({ target: new URL(s3Endpoint).host });
    assert.match(await findRemedy(`https://${front.address}`), /^S3 shows .* NODE_EXTRA_CA_CERTS/);
    assert.match(await findRemedy(s3Endpoint.replace('http:', 'https:')), /^S3 does not speak TLS/);
  });

  test('a host that is not known', async () => {
    assert.match(await findRemedy('http://nowhere.invalid:9000'), /correct BIO_MCP_S3_ENDPOINT/);
  });
});
