import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openS3Access } from '../../src/aws/s3-access.ts';
import { toS3Failure, toS3Remedy } from '../../src/aws/s3-failure.ts';
import { ConfigError } from '../../src/errors/config-error.ts';

test('a missing package is one sentence that says how to get it', async () => {
  const importSdk = () => Promise.reject(new Error("Cannot find package '@aws-sdk/client-s3'"));
  await assert.rejects(openS3Access({ endpoint: null, importSdk }), (error) => {
    assert.ok(error instanceof ConfigError);
    assert.deepEqual(error.problems, [
      'S3 needs a package that is not installed: run `npm install @aws-sdk/client-s3@3.1175.0`.',
    ]);
    return true;
  });
});

test('an unknown region is told with the variable to set', async () => {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  delete process.env.AWS_REGION;
  delete process.env.AWS_DEFAULT_REGION;
  try {
    using s3 = await openS3Access({ endpoint: 'http://127.0.0.1:1' });
    const error = await s3.client.send(new s3.sdk.ListBucketsCommand()).catch((thrown: unknown) => thrown);
    const failure = toS3Failure(error);
    assert.equal(failure, 'no-region', String(error));
    assert.match(
      toS3Remedy(failure, { bucketSetting: 'BIO_MCP_ARCHIVE_BUCKET', cause: error }) ?? '',
      /AWS_REGION/,
    );
  } finally {
    if (AWS_REGION !== undefined) process.env.AWS_REGION = AWS_REGION;
    if (AWS_DEFAULT_REGION !== undefined) process.env.AWS_DEFAULT_REGION = AWS_DEFAULT_REGION;
  }
});
