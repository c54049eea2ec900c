import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { createFolderFlusher, type Flush } from '../disk/folder-flusher.ts';
import { rememberVersions } from '../search/generations/flushed-versions.ts';

/**
 * `null`: the embedded database promises nothing, or a server's keeps its own promises and may run elsewhere.
 * Where the system cannot flush, docs/decisions/ tells what is promised.
 */
export function createFlush(
  { database, archive, index, dataDir }: Config,
  opening: AsyncDisposableStack,
): Flush | null {
  if (database.kind !== 'embedded' || !database.fsync) return null;
  const indexFolder = join(dataDir, 'index');
  const isIndexHere = index.kind === 'files';
  const folders = [
    ...(archive.kind === 'files' ? [join(dataDir, 'archive')] : []),
    ...(isIndexHere ? [indexFolder] : []),
  ];
  const flusher = opening.use(createFolderFlusher(folders));
  if (isIndexHere) return rememberVersions(indexFolder, (options) => flusher.flush(options));
  return async (options) => void (await flusher.flush(options));
}
