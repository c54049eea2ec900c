import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { CallOptions } from '../../domain/call-options.ts';
import { findFileRank } from '../../domain/corpus/bulk-file-name.ts';
import type { Surface } from '../../domain/surface.ts';
import type { BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import type { PipelineNeeds } from '../pipeline.ts';
import { type DownloadFolders, settleDownloads, toDownloadFolder } from '../sources/download-folders.ts';
import { findFresh, type ListedFile, listFolders } from '../sources/list-remote.ts';
import { listSources } from '../sources/list-sources.ts';
import { type LoadSettings, type LoadSource, resolveSource } from '../sources/source-rules.ts';
import { loadFiles, type SourcesInOrder } from './load-files.ts';
import { type ReportProgress, startProgress } from './progress.ts';
import { type RunningJob, type RunOptions, type RunResult, runIngest } from './run.ts';

export interface BulkLoadNeeds extends PipelineNeeds {
  bulk: BulkSource;
  downloads: DownloadFolders;
  settings: LoadSettings;
}

export interface LoadRequest {
  sources: readonly string[];
  surface: Surface;
  onProgress: ReportProgress;
}

export interface FileOfLoad {
  /** A source of its own, which the same surface may name. */
  source: string;
  /** The name of the folder that it lies in. */
  folder: string;
}

export interface BulkLoads {
  /** What these sources lead to; throws `VALIDATION` for one that the surface may not name. */
  resolveSources(sources: readonly string[], surface: Surface): Promise<LoadSource[]>;
  /**
   * The files of a load of several, in the order in which they apply; those of the disk, and remote ones that
   * are not loaded yet. Empty where the sources are one file, nothing is new, or a file's name tells no
   * order: then `loadFiles` does it in one piece.
   */
  listFiles(request: LoadRequest, options: RunOptions): Promise<FileOfLoad[]>;
  /** One run over all of them. */
  loadFiles(request: LoadRequest, options: RunOptions): Promise<RunResult>;
}

export function createBulkLoads(needs: BulkLoadNeeds): BulkLoads {
  const { store, bulk, downloads, settings } = needs;
  /** Jobs whose files were all found to be loaded: NLM need not be asked for a thousand md5s again. */
  const nothingNew = new WeakSet<RunningJob>();
  const resolveSources = (sources: readonly string[], surface: Surface) =>
    Promise.all(sources.map((source) => resolveSource(source, { surface, settings })));

  async function listNew(
    listed: readonly ListedFile[],
    say: (message: string) => void,
    options: CallOptions,
  ) {
    const total = listed.length.toLocaleString('en');
    const onAsked = (count: number) =>
      say(`asking what is new: ${count.toLocaleString('en')} of ${total} files`);
    const { files, unclear } = await findFresh(store, listed, options, onAsked);
    const fresh = new Set([...files.map(({ file }) => file), ...[...unclear.keys()].map(({ file }) => file)]);
    return listed.filter(({ file }) => fresh.has(file));
  }

  return {
    resolveSources,
    async listFiles({ sources, surface, onProgress }, { job, ...options }) {
      const say = (message: string) => onProgress({ ...startProgress(), message });
      const { before, remote, after } = divide(await resolveSources(sources, surface));
      const [first, last] = [await listSources(before), await listSources(after)];
      if (remote.length > 0) say('asking for the list of files');
      using folders = await listFolders(bulk, remote, options);
      const { files } = folders;
      const names = [...first, ...last].map(({ path }) => basename(path));
      names.push(...files.map(({ file }) => file.name));
      if (names.length < 2 || names.some((name) => findFileRank(name) === null)) return [];
      const fresh = await listNew(files, say, options);
      if (job !== undefined) {
        const wanted = fresh.map(({ file }) => file);
        await settleDownloads(downloads, job, wanted, options);
        if (first.length + fresh.length + last.length === 0) nothingNew.add(job);
      }
      const toFile = ({ path }: { path: string }) => ({ source: path, folder: basename(dirname(path)) });
      return [...first.map(toFile), ...fresh.map(toRemoteFile), ...last.map(toFile)];
    },
    async loadFiles({ sources, surface, onProgress }, options) {
      const divided = divide(await resolveSources(sources, surface));
      const { job } = options;
      const isDone = job !== undefined && nothingNew.has(job);
      return runIngest(
        needs,
        {
          tool: 'pubmed.load',
          params: { source: sources },
          onProgress,
          work: async (report, workOptions, { jobId }) => {
            if (isDone) return;
            const owner = { jobId, parentJobId: job?.parentJobId ?? null };
            await using cleaning = new AsyncDisposableStack();
            if (job === undefined) cleaning.defer(() => removeFolder(toDownloadFolder(downloads, jobId)));
            await loadFiles({ ...needs, owner }, divided, report, workOptions);
          },
        },
        options,
      );
    },
  };
}

/** Nobody comes back for what a run without a job has downloaded. */
function removeFolder(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true });
}

/** Remote files are loaded in the order of year and number, at the place of the first source of them. */
function divide(sources: readonly LoadSource[]): SourcesInOrder {
  const firstRemote = sources.findIndex(({ kind }) => kind === 'remote');
  const toPaths = (some: readonly LoadSource[]) => some.filter((source) => source.kind === 'path');
  return {
    before: toPaths(sources.slice(0, Math.max(firstRemote, 0))),
    remote: sources.filter((source) => source.kind === 'remote'),
    after: toPaths(sources.slice(Math.max(firstRemote, 0))),
  };
}

/**
 * A file of a folder with a short name is named by it, since a caller over HTTP may not name
 * that folder's address.
 */
function toRemoteFile({ file, source: { url, shortName } }: ListedFile): FileOfLoad {
  const folder = new URL('.', file.url).pathname.split('/').at(-2) ?? '';
  const isDirect = URL.parse(file.name, url)?.href === file.url;
  return { source: shortName !== undefined && isDirect ? `${shortName}:${file.name}` : file.url, folder };
}
