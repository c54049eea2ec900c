import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Archive } from '../../archive/archive.ts';
import { openFileArchive } from '../../archive/files/file-archive.ts';
import { openS3Archive } from '../../archive/s3/s3-archive.ts';
import { openS3Access } from '../../aws/s3-access.ts';
import type { Config } from '../../config/config.ts';
import { ARCHIVE_PREFIX_RULE, isArchivePrefix } from '../../domain/corpus/archive-prefix.ts';
import { ValidationError } from '../../errors/bio-mcp-error.ts';

export interface CopyTarget extends AsyncDisposable {
  archive: Archive;
  prefix: string;
}

const S3_ADDRESS = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

/**
 * `s3://bucket/prefix`, where the settings' own prefix is the default, or `file:///folder`, the `archive`
 * folder of a data folder; its prefix is the settings' own. Throws `VALIDATION` for anything else.
 */
export async function openCopyTarget(address: string, { archive, s3 }: Config): Promise<CopyTarget> {
  const found = S3_ADDRESS.exec(address);
  if (found !== null) {
    const [, bucket = '', path = ''] = found;
    const prefix = withoutLastSlashes(path) || archive.prefix;
    if (!isArchivePrefix(prefix)) {
      throw new ValidationError(`What stands behind the bucket in \`--to\` ${ARCHIVE_PREFIX_RULE}.`);
    }
    const kmsKeyId = archive.kind === 's3' ? archive.kmsKeyId : null;
    const settings = { bucket, prefix, kmsKeyId };
    const target = openS3Archive({ s3: await openS3Access(s3), ...settings });
    return toTarget(target, settings.prefix);
  }
  if (address.startsWith('file:///')) {
    const folder = findPath(address);
    if (folder !== null && isAbsolute(folder))
      return toTarget(await openFileArchive({ folder, fsync: true }), archive.prefix);
  }
  throw new ValidationError(
    '`--to` takes s3://bucket/prefix, or file:///folder for the `archive` folder of a data folder.',
  );
}

/** `null` where a part of the address has no path, such as `%2F`. */
function findPath(address: string): string | null {
  try {
    return fileURLToPath(address);
  } catch (error) {
    if (error instanceof TypeError || error instanceof URIError) return null;
    throw error;
  }
}

function toTarget(archive: Archive, prefix: string): CopyTarget {
  return { archive, prefix, [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose]() };
}

function withoutLastSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
