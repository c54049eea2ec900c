import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { openS3Archive } from '../../src/archive/s3/s3-archive.ts';
import { openS3Access } from '../../src/aws/s3-access.ts';
import { toS3Failure } from '../../src/aws/s3-failure.ts';
import type { ArchiveKey } from '../../src/domain/corpus/archive-key.ts';
import { findTestService } from '../support/services/services.ts';

/** Moto, which has S3 at the same address; MinIO knows no such classes. */
const { url: endpoint, skip } = findTestService('TEST_SQS_ENDPOINT');
const { signal } = new AbortController();

test('an object that a lifecycle rule has put away is named, and what brings it back', { skip }, async () => {
  using s3 = await openS3Access({ endpoint });
  const { client, sdk } = s3;
  const bucket = `test-${randomUUID()}`;
  await client.send(new sdk.CreateBucketCommand({ Bucket: bucket }));
  const archive = openS3Archive({ s3, bucket, prefix: 'pubmed', kmsKeyId: null });
  const refused = {
    code: 'ARCHIVE_UNAVAILABLE',
    hint: /moved the object to a storage class that must be restored first: restore it, .*lifecycle rule/,
  };
  for (const StorageClass of ['GLACIER', 'DEEP_ARCHIVE'] as const) {
    const Key = `pubmed/raw/${StorageClass}.json.zst` as ArchiveKey; // any will do
    const [put] = await archive.put([{ key: Key, body: Buffer.from('body'), replaces: null }], { signal });
    assert.ok(put !== undefined);
    const source = { Bucket: bucket, CopySource: `${bucket}/${Key}` };
    await client.send(new sdk.CopyObjectCommand({ ...source, Key, StorageClass }));
    await assert.rejects(archive.find(put.uri, { signal }), refused);
    const copy = client.send(new sdk.CopyObjectCommand({ ...source, Key: `${Key}.copy` }));
    const error = await copy.catch((failure: unknown) => failure);
    assert.equal(toS3Failure(error), 'put-away');
    await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key }));
  }
  await client.send(new sdk.DeleteBucketCommand({ Bucket: bucket }));
});
