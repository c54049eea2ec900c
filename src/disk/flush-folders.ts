import { type ExecFileException, execFile } from 'node:child_process';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** In the words of the C library: EIO, ENOSPC, EDQUOT, EUCLEAN, EROFS. */
const OF_THE_DISK =
  /input\/output error|no space left|quota exceeded|structure needs cleaning|read-only file system/i;

/**
 * What was written until now to the file systems that hold `folders` outlives a power cut: bytes, names and
 * folders, whoever wrote them. One call for all takes 30 to 90 ms after 1,000 small files, where flushing
 * each of them takes 2 to 5 s. By `sync -f` of GNU coreutils, since Node has no such call; resolves to
 * `false` where the system has no such command. Throws `ARCHIVE_UNAVAILABLE` where the disk did not take it,
 * or where the command could not run to its end: then nothing may count on what was written.
 */
export async function flushFolders(folders: readonly string[], { signal }: CallOptions): Promise<boolean> {
  if (folders.length === 0) return true;
  if (process.platform !== 'linux') return false;
  return await new Promise((resolve, reject) => {
    // Its words are to be read, so they must be English.
    execFile('env', ['LC_ALL=C', 'sync', '-f', '--', ...folders], { signal }, (error, _stdout, stderr) => {
      if (error === null) resolve(true);
      else if (signal.aborted) reject(signal.reason);
      else if (toldOfTheDisk(stderr)) reject(toBroken(stderr, error));
      else if (wasCutOff(error)) reject(toCutOff(error));
      else resolve(false);
    });
  });
}

/** No descriptor, process or memory was left to start it, or it was killed. */
function wasCutOff({ code, signal }: ExecFileException): boolean {
  return (typeof code === 'string' && code !== 'ENOENT' && code !== 'EACCES') || typeof signal === 'string';
}

function toCutOff(cause: ExecFileException): BioMcpError {
  return new BioMcpError(
    'ARCHIVE_UNAVAILABLE',
    'The system could not run `sync`, which puts what was written on the disk: see whether it is short of memory, processes or open files, then run the same command again.',
    { message: `sync did not run to its end: ${cause.message.trim()}`, cause },
  );
}

/** Whether that is what `sync` says where the disk fails. */
export function toldOfTheDisk(said: string): boolean {
  return OF_THE_DISK.test(said);
}

export function toBroken(said: string, cause?: Error): BioMcpError {
  return new BioMcpError(
    'ARCHIVE_UNAVAILABLE',
    'The disk that holds the data folder reports a failure: check its health and its space before anything else, then run the same command again.',
    { message: `the disk did not take what was written: ${said.trim()}`, cause },
  );
}
