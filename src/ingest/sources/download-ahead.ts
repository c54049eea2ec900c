import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '../../domain/call-options.ts';
import type { BulkConnection, BulkFile } from '../../pubmed/bulk/bulk-source.ts';

export interface RemoteFile {
  file: BulkFile;
  md5: string;
  connection: BulkConnection;
}

export interface DownloadedFile {
  path: string;
  bytes: number;
}

export interface DownloadSetting {
  /** Below the data folder: what lies in it is ours to remove. */
  folder: string;
  onProgress: (name: string, fraction: number) => void;
}

/**
 * The files in order, each whole and checked; the next is downloaded while one is worked on, so at most two lie on the
 * disk. A file is removed when the caller asks for the one after it; when the caller stops before, it stays for the
 * next run, and so does the part of the one after it.
 */
export async function* downloadAhead(
  files: readonly RemoteFile[],
  { folder, onProgress }: DownloadSetting,
  { signal }: CallOptions,
): AsyncIterable<DownloadedFile> {
  const stop = new AbortController();
  const options = { signal: AbortSignal.any([signal, stop.signal]) };
  const start = (at: number): Promise<DownloadedFile> | null => {
    const next = files[at];
    if (next === undefined) return null;
    const { file, md5, connection } = next;
    const request = {
      md5,
      folder: join(folder, toFolderName(file)),
      onProgress: (fraction: number) => onProgress(file.name, fraction),
    };
    const download = connection
      .download(file, request, options)
      .then(async (path): Promise<DownloadedFile> => ({ path, bytes: (await stat(path)).size }));
    download.catch(deferToAwait);
    return download;
  };
  await removeOthers(folder, files);
  let ahead = start(0);
  try {
    for (const [at, { file }] of files.entries()) {
      const current = await ahead;
      ahead = start(at + 1);
      if (current !== null) yield current;
      await rm(join(folder, toFolderName(file)), { recursive: true, force: true });
    }
  } finally {
    stop.abort();
    await Promise.allSettled([ahead]);
  }
}

/** The rejection is met by the `await` that comes later; until then it must not count as unhandled. */
function deferToAwait(): void {}

/** Two servers may have files of one name. */
function toFolderName({ url }: BulkFile): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}

/** What an earlier run left and this one has no use for. */
async function removeOthers(folder: string, files: readonly RemoteFile[]): Promise<void> {
  const kept = new Set(files.map(({ file }) => toFolderName(file)));
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const others = names.filter((name) => !kept.has(name));
  await Promise.all(others.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}
