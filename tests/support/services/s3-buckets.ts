import { randomUUID } from 'node:crypto';
import type { ObjectIdentifier } from '@aws-sdk/client-s3';
import { openS3Access, type S3Access } from '../../../src/aws/s3-access.ts';
import { findTestService } from './services.ts';

const service = findTestService('TEST_S3_ENDPOINT');
/** For the options of `test` and `describe`. */
export const skipWithoutS3 = service.skip;
export const s3Endpoint = service.url;

/** Region and credentials, for a process that does not inherit them. */
export function awsEnvironment(): Record<string, string> {
  const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION'];
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '']));
}

/** The key that `make services` gives MinIO. */
export const KMS_KEY = 'bio-mcp-development';

export interface TestBucket extends AsyncDisposable {
  name: string;
  s3: S3Access;
}

/** A bucket of its own, empty; disposing removes it with all that is in it. */
export async function makeTestBucket({ versioned }: { versioned: boolean }): Promise<TestBucket> {
  const s3 = await openS3Access({ endpoint: s3Endpoint });
  const { client, sdk } = s3;
  const name = `test-${randomUUID()}`;
  await client.send(new sdk.CreateBucketCommand({ Bucket: name }));
  if (versioned) await setVersioning({ name, s3 }, 'Enabled');
  return {
    name,
    s3,
    async [Symbol.asyncDispose]() {
      await emptyBucket({ name, s3 });
      await client.send(new sdk.DeleteBucketCommand({ Bucket: name }));
      s3[Symbol.dispose]();
    },
  };
}

export async function setVersioning(
  { name, s3: { client, sdk } }: Pick<TestBucket, 'name' | 's3'>,
  Status: 'Enabled' | 'Suspended',
): Promise<void> {
  const VersioningConfiguration = { Status };
  await client.send(new sdk.PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
}

export interface StoredVersion {
  key: string;
  versionId: string;
  isLatest: boolean;
}

/** Every version of every object, the newest of each first. */
export async function listVersions({ name, s3 }: Pick<TestBucket, 'name' | 's3'>): Promise<StoredVersion[]> {
  const { client, sdk } = s3;
  const found: StoredVersion[] = [];
  let from: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const page = await client.send(new sdk.ListObjectVersionsCommand({ Bucket: name, ...from }));
    for (const { Key = '', VersionId = '', IsLatest = false } of page.Versions ?? []) {
      found.push({ key: Key, versionId: VersionId, isLatest: IsLatest });
    }
    if (page.IsTruncated !== true) return found;
    from = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

async function emptyBucket({ name, s3: { client, sdk } }: Pick<TestBucket, 'name' | 's3'>): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await client.send(
      new sdk.ListObjectVersionsCommand({ Bucket: name }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(
      ({ Key, VersionId }): ObjectIdentifier => ({ Key, VersionId }),
    );
    if (Objects.length === 0) return;
    await client.send(new sdk.DeleteObjectsCommand({ Bucket: name, Delete: { Objects, Quiet: true } }));
  }
}
