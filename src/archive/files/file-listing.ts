import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '../../disk/null-if-missing.ts';
import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';

export interface ListingPage {
  folder: string;
  /** Keys begin with it; it need not end at a folder. */
  prefix: string;
  /** The last key of the page before. */
  after: ArchiveKey | null;
}

/**
 * The keys below `folder` in the order of keys, lazily: in memory are only the names of the folders on the
 * way to the current one. A folder's name sorts with its slash, as it does inside a key ("a-b" before "a/b").
 * Names that begin with a dot are not objects.
 */
export function* listKeys({ folder, prefix, after }: ListingPage): Generator<ArchiveKey> {
  yield* walk('');

  function* walk(folderKey: string): Generator<ArchiveKey> {
    for (const key of readNames(join(folder, folderKey)).map((name) => folderKey + name)) {
      if (key.endsWith('/')) {
        if (mayHold(key)) yield* walk(key);
      } else if (key.startsWith(prefix) && (after === null || key > after)) {
        yield key as ArchiveKey; // read back from where only keys are written
      }
    }
  }

  function mayHold(folderKey: string): boolean {
    if (!folderKey.startsWith(prefix) && !prefix.startsWith(folderKey)) return false;
    return after === null || folderKey > after || after.startsWith(folderKey);
  }
}

function readNames(path: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name))
    .sort();
}
