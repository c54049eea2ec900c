import { join } from 'node:path';
import type { Archive } from '../../archive/archive.ts';
import { openFileArchive } from '../../archive/files/file-archive.ts';
import type { createFileThread } from '../../archive/files/file-thread.ts';
import { openS3Archive } from '../../archive/s3/s3-archive.ts';
import { openS3Access } from '../../aws/s3-access.ts';
import type { Config } from '../../config/config.ts';

/** Files in the data folder, or the bucket that the settings name. */
export async function openArchive(
  { archive, s3, dataDir }: Config,
  startThread?: typeof createFileThread,
): Promise<Archive> {
  if (archive.kind === 'files') {
    const { fsync, prefix } = archive;
    return openFileArchive({ folder: join(dataDir, 'archive'), fsync, prefix }, startThread);
  }
  const { bucket, prefix, kmsKeyId } = archive;
  return openS3Archive({ s3: await openS3Access(s3), bucket, prefix, kmsKeyId });
}
