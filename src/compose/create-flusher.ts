import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { createFolderFlusher, type FolderFlusher } from '../disk/folder-flusher.ts';

/**
 * `null`: the embedded database promises nothing, or a server's keeps its own promises and may run elsewhere.
 */
export function createFlusher({ database, archive, index, dataDir }: Config): FolderFlusher | null {
  if (database.kind !== 'embedded' || !database.fsync) return null;
  const folders = [
    ...(archive.kind === 'files' ? [join(dataDir, 'archive')] : []),
    ...(index.kind === 'files' ? [join(dataDir, 'index')] : []),
  ];
  return createFolderFlusher(folders);
}
