import { BioMcpError } from '../../errors/bio-mcp-error.ts';

const FULL = 'The disk that holds the archive is full: free some space on it and run the same command again.';
const FORBIDDEN =
  'The archive folder may not be read or written: give the user that runs bio-mcp full access to its data folder.';
const IN_THE_WAY =
  'A file stands where the archive needs a folder, or the other way round: move it out of the data folder.';
const TOO_MANY_OPEN =
  'Too many files are open: raise the limit for open files (ulimit -n) or stop other programs.';

const HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EACCES: FORBIDDEN,
  EPERM: FORBIDDEN,
  EROFS:
    'The archive lies on a read-only file system: mount it for writing, or set BIO_MCP_DATA_DIR to another folder.',
  EXDEV: 'Parts of the archive lie on different file systems: move the whole data folder to one.',
  ENOENT: 'The archive folder has vanished: check that its disk is mounted, and start bio-mcp again.',
  ENOTDIR: IN_THE_WAY,
  EISDIR: IN_THE_WAY,
  EEXIST: IN_THE_WAY,
  EMFILE: TOO_MANY_OPEN,
  ENFILE: TOO_MANY_OPEN,
  EIO: 'The disk that holds the archive reports a failure: check its health before anything else.',
};
const UNKNOWN = 'The archive folder cannot be read or written: the log names the cause.';

/** `message` is for operators and names the path; the hint does not. */
export function toArchiveUnavailable(message: string, errno: string, cause: unknown): BioMcpError {
  return new BioMcpError('ARCHIVE_UNAVAILABLE', HINTS[errno] ?? UNKNOWN, { message, cause });
}

/** The object itself is lost (a bad sector, a folder in its place), whatever the state of the rest. */
export function isObjectUnreadable(errno: string): boolean {
  return errno === 'EIO' || errno === 'EISDIR';
}
