import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfMissing, nullIfNoFolder } from '../../disk/null-if-missing.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Clock } from '../../domain/clock.ts';
import { findJobId, type JobId, type JobState } from '../../domain/jobs/job.ts';
import { codeOf } from '../../errors/code-of.ts';
import type { BulkFile } from '../../pubmed/bulk/bulk-source.ts';

export interface DownloadFolders {
  /** In the data folder, which several processes may share, also on different databases. */
  root: string;
  clock: Clock;
  /** Of those jobs that the database knows. */
  findStates(jobIds: readonly JobId[], options: CallOptions): Promise<ReadonlyMap<string, JobState>>;
}

/** Whose files lie in the folder that is named by the job's id. */
export interface DownloadOwner {
  jobId: string;
  /** The job that this one is a part of, which keeps what ended jobs left for its parts. */
  parentJobId: string | null;
}

/**
 * A folder of a job that this database does not know may be in use on another one, or be of an older release.
 */
const FORGOTTEN_MS = 7 * 24 * 3_600_000;

export function toDownloadFolder({ root }: Pick<DownloadFolders, 'root'>, jobId: string): string {
  return join(root, jobId);
}

/** Two servers may have files of one name. */
export function toFileFolderName({ url }: Pick<BulkFile, 'url'>): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 16);
}

/**
 * Moves what ended jobs have of these files (whole or in part) into the owner's folder, so that a download
 * goes on where a failed or cancelled job left it, and removes what ended jobs have beyond that. The folder
 * of a job that is queued or runs is touched by nobody else. Several processes may do so at once: each file
 * folder goes to one of them.
 */
export async function settleDownloads(
  folders: DownloadFolders,
  { jobId, parentJobId }: DownloadOwner,
  files: readonly Pick<BulkFile, 'url'>[],
  options: CallOptions,
): Promise<void> {
  const wanted = new Set(files.map(toFileFolderName));
  const own = toDownloadFolder(folders, jobId);
  const names = (await listNames(folders.root)).filter((name) => name !== jobId);
  if (names.length === 0) return;
  const known = await folders.findStates(
    names.flatMap((name) => findJobId(name) ?? []),
    options,
  );
  for (const name of names) {
    const state = known.get(name);
    const isEnded = state === 'succeeded' || state === 'failed';
    const path = join(folders.root, name);
    if (isEnded || name === parentJobId) await takeOver(path, own, wanted);
    if (isEnded || (state === undefined && (await isForgotten(path, folders.clock)))) {
      await rm(path, { recursive: true, force: true });
    }
    if (name === parentJobId) await rmdir(path).catch(ignoreInUse);
  }
}

async function takeOver(from: string, own: string, wanted: ReadonlySet<string>): Promise<void> {
  for (const name of (await listNames(from)).filter((one) => wanted.has(one))) {
    await mkdir(own, { recursive: true });
    await rename(join(from, name), join(own, name)).catch(ignoreInUse);
  }
}

async function isForgotten(path: string, clock: Clock): Promise<boolean> {
  const facts = await stat(path).catch(nullIfMissing);
  return facts !== null && clock.now().getTime() - facts.mtimeMs > FORGOTTEN_MS;
}

async function listNames(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nullIfNoFolder)) ?? [];
}

/** Another process took it, or we have that file already; an empty folder may just have got its next file. */
function ignoreInUse(error: unknown): void {
  if (!['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error))) throw error;
}
