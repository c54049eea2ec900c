import { isMissing } from '../../disk/null-if-missing.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import { BulkSourceError } from '../../pubmed/bulk/bulk-source-error.ts';
import { type PipelineNeeds, runPipeline } from '../pipeline.ts';
import { type DownloadedFile, downloadAhead, REMOVED } from '../sources/download-ahead.ts';
import {
  type DownloadFolders,
  type DownloadOwner,
  settleDownloads,
  toDownloadFolder,
} from '../sources/download-folders.ts';
import { findFresh, listFolders, type RemoteSource } from '../sources/list-remote.ts';
import { listSources } from '../sources/list-sources.ts';
import { readItems } from '../sources/read-items.ts';
import { SourceError } from '../sources/source-error.ts';
import type { LoadSource } from '../sources/source-rules.ts';
import { surveySource, toSourceName } from '../sources/survey-source.ts';
import { toBatches } from '../to-batches.ts';
import type { PartCounts, RunReport } from './run-report.ts';

export interface LoadNeeds extends PipelineNeeds {
  bulk: BulkSource;
  /** Where files lie between download and load. */
  downloads: DownloadFolders;
  owner: DownloadOwner;
}

export interface SourcesInOrder {
  before: readonly Extract<LoadSource, { kind: 'path' }>[];
  remote: readonly RemoteSource[];
  after: readonly Extract<LoadSource, { kind: 'path' }>[];
}

interface FileToLoad {
  path: string;
  /** From the fraction of the file that was read. */
  toPct: (fraction: number) => number;
  bytes: number;
}

/** NLM's files have 20 to 40 MB; what they weigh beside files of the disk in the progress of a run. */
const REMOTE_BYTES = 30_000_000;
/** Of a remote file's share of the progress; its records take the rest. */
const DOWNLOAD_SHARE = 0.5;
/** Of one file that is gone from the downloads folder before it is read. */
const MOST_DOWNLOADS = 3;

/**
 * Loads files in order, since a later update file says what is true now: paths as they are given, remote
 * files, all that are new, in the order of year and number. The first that cannot be read to its end stops
 * the run, with everything before the fault loaded. Loading the same again completes the work.
 */
export async function loadFiles(
  needs: LoadNeeds,
  sources: SourcesInOrder,
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const before = await listSources(sources.before);
  const after = await listSources(sources.after);
  if (sources.remote.length > 0) report.say({ pct: 0, message: 'asking for the list of files' });
  using folders = await listFolders(needs.bulk, sources.remote, options);
  const { files: fresh, unclear } = await findFresh(needs.store, folders.files, options);
  for (const error of unclear.values()) throw error;
  const total = Math.max(1, sum(before) + sum(after) + fresh.length * REMOTE_BYTES);
  let done = 0;
  const local = async (files: typeof before) => {
    for (const { path, bytes } of files) {
      const from = done;
      const toPct = (fraction: number) => ((from + fraction * bytes) / total) * 100;
      await loadFile(needs, { path, bytes, toPct }, report, options);
      done += bytes;
    }
  };

  await local(before);
  let waiting = true;
  const onProgress = (name: string, fraction: number) => {
    if (!waiting) return;
    const pct = ((done + fraction * DOWNLOAD_SHARE * REMOTE_BYTES) / total) * 100;
    report.say({ pct, message: `${name}: downloading, ${Math.floor(fraction * 100)} %` });
  };
  if (fresh.length > 0) {
    const wanted = fresh.map(({ file }) => file);
    await settleDownloads(needs.downloads, needs.owner, wanted, options);
  }
  const downloading = { folder: toDownloadFolder(needs.downloads, needs.owner.jobId), onProgress };
  for await (const downloaded of downloadAhead(fresh, downloading, options)) {
    waiting = false;
    const from = done;
    const toPct = (fraction: number) =>
      ((from + (DOWNLOAD_SHARE + fraction * (1 - DOWNLOAD_SHARE)) * REMOTE_BYTES) / total) * 100;
    await loadDownloaded(needs, { downloaded, toPct }, report, options);
    done += REMOTE_BYTES;
    waiting = true;
  }
  await local(after);
}

function sum(files: readonly { bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

/** A file that somebody removed from the downloads folder is downloaded again. */
async function loadDownloaded(
  needs: PipelineNeeds,
  { downloaded, toPct }: Pick<FileToLoad, 'toPct'> & { downloaded: DownloadedFile },
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  let { path, bytes, again } = downloaded;
  for (let downloads = 1; ; downloads += 1) {
    try {
      return await loadFile(needs, { path, bytes, toPct }, report, options);
    } catch (error) {
      if (!(error instanceof SourceError) || !isMissing(error.cause)) throw error;
      if (downloads === MOST_DOWNLOADS) {
        throw new BulkSourceError('ARCHIVE_UNAVAILABLE', toSourceName(path), REMOVED, { cause: error });
      }
      ({ path, bytes, again } = await again());
    }
  }
}

async function loadFile(
  needs: PipelineNeeds,
  { path, bytes, toPct }: FileToLoad,
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const name = toSourceName(path);
  report.say({ pct: toPct(0), message: `${name}: looking through` });
  const survey = await surveySource(path, options);
  const loaded = await needs.store.findLoadedFile(survey.fileHash, options);
  const file = { fileHash: survey.fileHash, md5: survey.md5, name, itemsDone: loaded?.itemsDone ?? 0 };
  let read = 0;
  const onRead = (more: number) => {
    read += more;
  };
  const items = readItems(path, { survey, clock: needs.clock, onRead }, options);
  let counts: PartCounts | null = null;
  for await (const { outcome } of runPipeline(needs, toBatches(items, { file }), options)) {
    counts ??= report.startPart(name);
    report.addBatch(counts, outcome, toPct(read / Math.max(bytes, 1)));
  }
}
