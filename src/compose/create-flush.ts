import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { flushFolders } from '../disk/flush-folders.ts';
import type { Flush } from '../store/flush-first.ts';

/**
 * `null`: the embedded database promises nothing, or a server's keeps its own promises and may run elsewhere.
 */
export function createFlush({ database, archive, index, dataDir }: Config): Flush | null {
  if (database.kind !== 'embedded' || !database.fsync) return null;
  const folders = [
    ...(archive.kind === 'files' ? [join(dataDir, 'archive')] : []),
    ...(index.kind === 'files' ? [join(dataDir, 'index')] : []),
  ];
  // Where the system cannot, docs/decisions/ tells what is promised.
  return async (options) => void (await flushFolders(folders, options));
}
