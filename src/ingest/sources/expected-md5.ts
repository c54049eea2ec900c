import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isMissing } from '../../disk/null-if-missing.ts';
import { findDigest, MOST_MD5_BYTES } from '../../pubmed/bulk/md5-file.ts';
import { findSourceProblem, SourceError } from './source-error.ts';

/** So that a named pipe is refused and not waited for; Windows has neither. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * The md5 that `<path>.md5` names; `null` where there is no such file. A link is followed only to where the
 * file itself lies: else whoever may put files here could make us read others.
 */
export async function readExpectedMd5(path: string): Promise<string | null> {
  const md5Path = `${path}.md5`;
  const real = await findRealPath(md5Path);
  if (real === null) return null;
  if (dirname(real) !== dirname(await realpath(path))) {
    throw new SourceError(md5Path, 'it is a link that leads elsewhere; put the .md5 file itself there.');
  }
  const digest = findDigest(await readStart(real, md5Path));
  if (digest === null) throw new SourceError(md5Path, 'it holds no md5; delete it or download it again.');
  return digest;
}

async function findRealPath(md5Path: string): Promise<string | null> {
  try {
    return await realpath(md5Path);
  } catch (error) {
    if (isMissing(error)) return null;
    throw toUnreadable(error, md5Path);
  }
}

async function readStart(real: string, md5Path: string): Promise<string> {
  try {
    await using file = await open(real, OPEN_FLAGS);
    const facts = await file.stat();
    if (!facts.isFile()) throw new SourceError(md5Path, 'it is no file; delete it or download it again.');
    if (facts.size > MOST_MD5_BYTES) {
      throw new SourceError(md5Path, `it is larger than ${MOST_MD5_BYTES} bytes, which no .md5 file is.`);
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MOST_MD5_BYTES), 0, MOST_MD5_BYTES, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw toUnreadable(error, md5Path);
  }
}

function toUnreadable(cause: unknown, md5Path: string): SourceError {
  return new SourceError(md5Path, findSourceProblem(cause) ?? 'it cannot be read.', { cause });
}
