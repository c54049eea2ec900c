import { compareClosedFiles, forgetClosedFiles, noteClosedFiles } from '../../disk/closed-files.ts';
import type { Flush } from '../../disk/folder-flusher.ts';
import { NEVER } from '../../domain/call-options.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { SearchIndex } from '../search-index.ts';
import { forgetVersion, goBackToFlushed } from './flushed-versions.ts';

/** `FLUSHED_VERSION`, and while it is written. */
const IGNORED = /^flushed-version\.json/;

/**
 * An index that was written to and not closed goes back to what the disk certainly holds of it, where that
 * was written down. Throws where a file was lost or changed since the index was closed: LanceDB would search
 * what is left, or numbers that nobody embedded.
 */
export async function requireWholeIndex(folder: string): Promise<void> {
  const found = await compareClosedFiles(folder, IGNORED);
  if (found !== null && Object.values(found).every((names) => names.length === 0)) return;
  if (await goBackToFlushed(folder)) return;
  // LanceDB completes an index that it opens, by files that nobody asked for.
  if (found === null || found.added.length > 0) return;
  const [damaged] = [...found.missing, ...found.changed];
  if (damaged === undefined) return;
  throw new BioMcpError(
    'INDEX_UNAVAILABLE',
    'The search index is damaged: make it anew from the archive with `bio-mcp reindex`, beside what runs.',
    { message: `the file ${damaged} of the search index is not what it was when the index was closed` },
  );
}

export interface NoteOptions {
  folder: string;
  /** `null`: nothing is promised. */
  flush: Flush | null;
}

/**
 * The same index; once it is closed, its files are written down. It is flushed before its first change, so
 * that there is something to go back to: whoever closed or copied it may not have flushed it. Nobody else may
 * write to its files.
 */
export function noteAtClose(index: SearchIndex, { folder, flush }: NoteOptions): SearchIndex {
  let beginning: Promise<void> | null = null;
  const begin = async () => {
    if (flush === null) await forgetVersion(folder);
    else await flush(NEVER);
    await forgetClosedFiles(folder);
  };
  const change = async <T>(work: () => Promise<T>) => {
    beginning ??= begin().catch((error: unknown) => {
      beginning = null; // the next change tries again: the disk may be well by then
      throw error;
    });
    await beginning;
    return work();
  };
  /** What was changed last is on the disk before it counts as closed. */
  const note = async () => {
    if (beginning !== null) await flush?.(NEVER);
    await noteClosedFiles(folder, IGNORED);
    await forgetVersion(folder);
  };
  return {
    analyzer: index.analyzer,
    get isOptimizeDue() {
      return index.isOptimizeDue;
    },
    write: (batch, options) => change(() => index.write(batch, options)),
    show: (options) => change(() => index.show(options)),
    rollbackTo: (sequence, options) => change(() => index.rollbackTo(sequence, options)),
    removeEnded: (ended, options) => change(() => index.removeEnded(ended, options)),
    optimize: (options) => change(() => index.optimize(options)),
    makeMissing: (options) => change(() => index.makeMissing(options)),
    weigh: (query, options) => index.weigh(query, options),
    search: (query, options) => index.search(query, options),
    readShown: (chunkIds, options) => index.readShown(chunkIds, options),
    readShownFacts: (chunkIds, options) => index.readShownFacts(chunkIds, options),
    countNames: (query, options) => index.countNames(query, options),
    countChunks: (options) => index.countChunks(options),
    warm: (options) => index.warm(options),
    ping: (options) => index.ping(options),
    async [Symbol.asyncDispose]() {
      await index[Symbol.asyncDispose]();
      await note().catch(() => undefined); // as where the folder is gone: then nothing is compared
    },
  };
}
