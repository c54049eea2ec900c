import type { S3Access } from '../../aws/s3-access.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import { toS3ArchiveError } from './s3-archive-error.ts';

/**
 * Asks what an archive asks only now and then, so that a right that is missing shows before it is needed: a
 * role without s3:ListBucket is told that it is denied where an object is not there, and one without
 * s3:GetBucketVersioning cannot replace what is older than the versions of the bucket.
 */
export async function requireLookups(
  { client, sdk }: S3Access,
  { bucket: Bucket, key: Prefix }: { bucket: string; key: ArchiveKey },
  { signal: abortSignal }: CallOptions,
): Promise<void> {
  try {
    await client.send(new sdk.GetBucketVersioningCommand({ Bucket }), { abortSignal });
    await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 1 }), { abortSignal });
  } catch (error) {
    abortSignal.throwIfAborted();
    throw toS3ArchiveError(error, { name: `s3://${Bucket}/${Prefix}`, isTimedOut: false });
  }
}
