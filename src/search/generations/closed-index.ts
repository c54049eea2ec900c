import { compareClosedFiles, forgetClosedFiles, noteClosedFiles } from '../../disk/closed-files.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { SearchIndex } from '../search-index.ts';

/**
 * Throws where a file of the index was lost or changed since it was closed. LanceDB would search what is
 * left, or numbers that nobody embedded. Nothing is said of an index that was written to and not closed.
 */
export async function requireClosedIndex(folder: string): Promise<void> {
  const found = await compareClosedFiles(folder);
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

/** The same index; once it is closed, its files are written down. Nobody else may write to them. */
export function noteAtClose(index: SearchIndex, folder: string): SearchIndex {
  let forgetting: Promise<void> | null = null;
  const change = async <T>(work: () => Promise<T>) => {
    forgetting ??= forgetClosedFiles(folder);
    await forgetting;
    return work();
  };
  return {
    analyzer: index.analyzer,
    get isOptimizeDue() {
      return index.isOptimizeDue;
    },
    write: (batch, options) => change(() => index.write(batch, options)),
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
      await noteClosedFiles(folder).catch(() => undefined); // as where the folder is gone: then nothing is compared
    },
  };
}
