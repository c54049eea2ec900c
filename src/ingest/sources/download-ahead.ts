import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing } from '../../disk/null-if-missing.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { deferToAwait } from '../../domain/concurrency/defer-to-await.ts';
import type { BulkConnection, BulkFile } from '../../pubmed/bulk/bulk-source.ts';
import { BulkSourceError } from '../../pubmed/bulk/bulk-source-error.ts';
import { toFileFolderName } from './download-folders.ts';

export interface RemoteFile {
  file: BulkFile;
  md5: string;
  connection: BulkConnection;
}

export interface DownloadedFile {
  path: string;
  bytes: number;
  /** Downloads it once more where it is gone from the folder. */
  again(): Promise<DownloadedFile>;
}

export interface DownloadSetting {
  /** The job's own: nobody else writes to it. */
  folder: string;
  onProgress: (name: string, fraction: number) => void;
}

/**
 * The files in order, each whole and checked; the next is downloaded while one is worked on, so at most
 * two lie on the disk. A file is removed when the caller asks for the one after it, and the folder
 * after the last; when the caller stops before, it stays for the next attempt, and so does the part of
 * the one after it.
 */
export async function* downloadAhead(
  files: readonly RemoteFile[],
  { folder, onProgress }: DownloadSetting,
  { signal }: CallOptions,
): AsyncIterable<DownloadedFile> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const download = async ({ file, md5, connection }: RemoteFile): Promise<DownloadedFile> => {
    const request = {
      md5,
      folder: join(folder, toFileFolderName(file)),
      onProgress: (fraction: number) => onProgress(file.name, fraction),
    };
    const again = () => download({ file, md5, connection });
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const path = await connection.download(file, request, options);
      const facts = await stat(path).catch(nullIfMissing);
      if (facts !== null) return { path, bytes: facts.size, again };
    }
    throw new BulkSourceError('ARCHIVE_UNAVAILABLE', file.name, REMOVED);
  };
  const start = (at: number): Promise<DownloadedFile> | null => {
    const next = files[at];
    if (next === undefined) return null;
    const downloading = download(next);
    downloading.catch(deferToAwait);
    return downloading;
  };
  let ahead = start(0);
  try {
    for (const [at, { file }] of files.entries()) {
      const current = await ahead;
      ahead = start(at + 1);
      if (current !== null) yield current;
      await rm(join(folder, toFileFolderName(file)), { recursive: true, force: true });
    }
    await rm(folder, { recursive: true, force: true });
  } finally {
    stop.abort();
    await Promise.allSettled([ahead]);
  }
}

/** For whoever removes what lies in the data folder while it is in use. */
const MOST_ROUNDS = 3;
export const REMOVED =
  'it was removed from the downloads folder again and again while it was being loaded; leave that folder alone and run the same command again.';
