import type { S3Access } from '../../aws/s3-access.ts';
import { toUnsupported } from '../../aws/s3-failure.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toS3ArchiveError } from './s3-archive-error.ts';

/**
 * Asks to put an object only where nothing lies, over `key`, where something does: a store that does it would
 * let a late writer write over a newer object.
 */
export async function requireConditionalPut(
  { client, sdk }: S3Access,
  { bucket: Bucket, key: Key }: { bucket: string; key: ArchiveKey },
  { signal: abortSignal }: CallOptions,
): Promise<void> {
  const put = new sdk.PutObjectCommand({ Bucket, Key, Body: 'doctor', IfNoneMatch: '*' });
  try {
    await client.send(put, { abortSignal });
  } catch (error) {
    if (error instanceof Error && error.name === 'PreconditionFailed') return;
    abortSignal.throwIfAborted();
    throw toS3ArchiveError(error, { name: `s3://${Bucket}/${Key}`, isTimedOut: false });
  }
  throw new BioMcpError('ARCHIVE_UNAVAILABLE', toUnsupported('PutObject with If-None-Match'), {
    message: `s3://${Bucket} put an object over another in spite of If-None-Match`,
  });
}
