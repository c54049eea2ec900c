import type { CallOptions } from '../../domain/call-options.ts';
import type { BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import { type PipelineParts, runPipeline } from '../pipeline.ts';
import { downloadAhead } from '../sources/download-ahead.ts';
import { listRemote } from '../sources/list-remote.ts';
import { listSources } from '../sources/list-sources.ts';
import { readItems } from '../sources/read-items.ts';
import type { LoadSource } from '../sources/source-rules.ts';
import { surveySource, toSourceName } from '../sources/survey-source.ts';
import { toBatches } from '../to-batches.ts';
import type { RunReport } from './run-report.ts';

export interface LoadParts extends PipelineParts {
  bulk: BulkSource;
  /** Where files lie between download and load. */
  downloads: string;
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

/**
 * Loads files in order, since a later update file says what is true now: paths as they are given, remote files, all
 * that are new, in the order of year and number at the place of the first of them. The first that cannot be read to
 * its end stops the run, with everything before the fault loaded. Loading the same again completes the work.
 */
export async function loadFiles(
  parts: LoadParts,
  sources: readonly LoadSource[],
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const firstRemote = sources.findIndex(({ kind }) => kind === 'remote');
  const before = await listSources(toPaths(sources.slice(0, Math.max(firstRemote, 0))));
  const after = await listSources(toPaths(sources.slice(Math.max(firstRemote, 0))));
  const remoteSources = sources.filter((source) => source.kind === 'remote');
  if (remoteSources.length > 0) report.say({ pct: 0, message: 'asking for the list of files' });
  using remote = await listRemote(parts, remoteSources, options);
  const total = Math.max(1, sum(before) + sum(after) + remote.files.length * REMOTE_BYTES);
  let done = 0;
  const local = async (files: typeof before) => {
    for (const { path, bytes } of files) {
      const from = done;
      const toPct = (fraction: number) => ((from + fraction * bytes) / total) * 100;
      await loadFile(parts, { path, bytes, toPct }, report, options);
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
  const downloading = { folder: parts.downloads, onProgress };
  for await (const { path, bytes } of downloadAhead(remote.files, downloading, options)) {
    waiting = false;
    const from = done;
    const toPct = (fraction: number) =>
      ((from + (DOWNLOAD_SHARE + fraction * (1 - DOWNLOAD_SHARE)) * REMOTE_BYTES) / total) * 100;
    await loadFile(parts, { path, bytes, toPct }, report, options);
    done += REMOTE_BYTES;
    waiting = true;
  }
  await local(after);
}

function toPaths(sources: readonly LoadSource[]): Extract<LoadSource, { kind: 'path' }>[] {
  return sources.filter((source) => source.kind === 'path');
}

function sum(files: readonly { bytes: number }[]): number {
  return files.reduce((total, { bytes }) => total + bytes, 0);
}

async function loadFile(
  parts: PipelineParts,
  { path, bytes, toPct }: FileToLoad,
  report: RunReport,
  options: CallOptions,
): Promise<void> {
  const name = toSourceName(path);
  report.say({ pct: toPct(0), message: `${name}: looking through` });
  const survey = await surveySource(path, options);
  const loaded = await parts.store.findLoadedFile(survey.fileHash, options);
  const file = { fileHash: survey.fileHash, md5: survey.md5, name, itemsDone: loaded?.itemsDone ?? 0 };
  let read = 0;
  const onRead = (more: number) => {
    read += more;
  };
  const items = readItems(path, { survey, clock: parts.clock, onRead }, options);
  const counts = report.startPart(name);
  for await (const { outcome } of runPipeline(parts, toBatches(items, { file }), options)) {
    report.addBatch(counts, outcome, toPct(read / Math.max(bytes, 1)));
  }
}
