import { codeOf } from '../errors/code-of.ts';

/** Nothing lies at the path that a call to the file system named. */
export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT';
}

/** For the `catch` of such a call: throws on what is another failure. */
export function nullIfMissing(error: unknown): null {
  if (isMissing(error)) return null;
  throw error;
}

/** For reading a folder, where a stray file may stand in its place, as macOS leaves them. */
export function nullIfNoFolder(error: unknown): null {
  return codeOf(error) === 'ENOTDIR' ? null : nullIfMissing(error);
}
