import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '../domain/call-options.ts';
import { openLanceDbIndex } from '../search/lancedb-index.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { IndexState } from '../store/corpus-store.ts';
import type { OpenMode } from './open-mode.ts';

/** The search index of a corpus; a rebuild fills the next generation beside the one that answers. */
export interface IndexGenerations {
  /** With `reindex` a damaged one is replaced by an empty one, which answers until the new one is whole. */
  open(state: IndexState, mode: OpenMode, options: CallOptions): Promise<SearchIndex>;
  /** An empty one: what a rebuild that was stopped left of it is removed. */
  make(state: IndexState, options: CallOptions): Promise<SearchIndex>;
  /** Those that were replaced, and those whose making was stopped half-way. */
  removeOthers(generation: number, options: CallOptions): Promise<void>;
}

/** Each in a folder of its own. `isShared`: other processes write to it too. */
export function createFolderGenerations({
  folder,
  isShared,
}: {
  folder: string;
  isShared: boolean;
}): IndexGenerations {
  const toFolder = (generation: number) => join(folder, String(generation));
  return {
    async open({ generation, dimensions }, mode) {
      const own = toFolder(generation);
      try {
        return await openLanceDbIndex({ folder: own, dimensions, isShared });
      } catch (error) {
        if (mode !== 'reindex') throw error;
        await rm(own, { recursive: true, force: true });
        return await openLanceDbIndex({ folder: own, dimensions, isShared });
      }
    },
    async make({ generation, dimensions }) {
      const own = toFolder(generation);
      await rm(own, { recursive: true, force: true });
      return await openLanceDbIndex({ folder: own, dimensions });
    },
    async removeOthers(generation) {
      const names = (await readdir(folder)).filter((name) => name !== String(generation));
      await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    },
  };
}
