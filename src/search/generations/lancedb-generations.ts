import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Flush } from '../../disk/folder-flusher.ts';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import { openLanceDbIndex } from '../lancedb/lancedb-index.ts';
import type { OnRefresh } from '../lancedb/lancedb-state.ts';
import { noteAtClose, requireWholeIndex } from './closed-index.ts';
import type { IndexGenerations } from './index-generations.ts';

type IndexForm = Pick<IndexState, 'dimensions' | 'analyzer'>;

export interface LanceDbGenerationsOptions {
  folder: string;
  /** Other processes write to it too. */
  isShared: boolean;
  /** Default: what is written reaches the disk when the system pleases. */
  flush?: Flush | null;
  /** Hears what each of them could not make faster yet. Default: nobody does. */
  onRefresh?: OnRefresh | undefined;
}

/** Each in a folder of its own. */
export function createLanceDbGenerations({
  folder,
  isShared,
  flush = null,
  onRefresh = () => undefined,
}: LanceDbGenerationsOptions): IndexGenerations {
  const toFolder = (generation: number) => join(folder, String(generation));
  const openOwn = async (own: string, form: IndexForm, committed: number | null) => {
    const opened = await openLanceDbIndex({ folder: own, ...form, committed, isShared, flush, onRefresh });
    return isShared ? opened : noteAtClose(opened, { folder: own, flush });
  };
  return {
    // Opening makes what is missing.
    setUp: async () => undefined,
    async open({ generation, dimensions, analyzer }, { isReplaced = false, committed = null }) {
      const own = toFolder(generation);
      const form = { dimensions, analyzer };
      try {
        if (!isShared) await requireWholeIndex(own);
        return await openOwn(own, form, committed);
      } catch (error) {
        if (!isReplaced) throw error;
        await rm(own, { recursive: true, force: true });
        return await openOwn(own, form, null);
      }
    },
    async make({ generation, dimensions, analyzer }) {
      const own = toFolder(generation);
      await rm(own, { recursive: true, force: true });
      const made = await openLanceDbIndex({ folder: own, dimensions, analyzer, flush, onRefresh });
      return isShared ? made : noteAtClose(made, { folder: own, flush });
    },
    async share(made, { generation, dimensions, analyzer }) {
      if (!isShared) return made;
      // It was made for one process alone.
      await made[Symbol.asyncDispose]();
      const form = { dimensions, analyzer };
      return await openLanceDbIndex({ folder: toFolder(generation), ...form, isShared, onRefresh });
    },
    async removeOthers(generation) {
      const names = (await readdir(folder)).filter((name) => name !== String(generation));
      await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
