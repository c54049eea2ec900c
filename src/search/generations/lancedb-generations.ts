import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexState } from '../../domain/corpus/index-state.ts';
import { openLanceDbIndex } from '../lancedb/lancedb-index.ts';
import { noteAtClose, requireClosedIndex } from './closed-index.ts';
import type { IndexGenerations } from './index-generations.ts';

type IndexForm = Pick<IndexState, 'dimensions' | 'analyzer'>;

/** Each in a folder of its own. `isShared`: other processes write to it too. */
export function createLanceDbGenerations({
  folder,
  isShared,
}: {
  folder: string;
  isShared: boolean;
}): IndexGenerations {
  const toFolder = (generation: number) => join(folder, String(generation));
  const openOwn = async (own: string, form: IndexForm) => {
    const opened = await openLanceDbIndex({ folder: own, ...form, isShared });
    return isShared ? opened : noteAtClose(opened, own);
  };
  return {
    // Opening makes what is missing.
    setUp: async () => undefined,
    async open({ generation, dimensions, analyzer }, { isReplaced = false }) {
      const own = toFolder(generation);
      const form = { dimensions, analyzer };
      try {
        if (!isShared) await requireClosedIndex(own);
        return await openOwn(own, form);
      } catch (error) {
        if (!isReplaced) throw error;
        await rm(own, { recursive: true, force: true });
        return await openOwn(own, form);
      }
    },
    async make({ generation, dimensions, analyzer }) {
      const own = toFolder(generation);
      await rm(own, { recursive: true, force: true });
      const made = await openLanceDbIndex({ folder: own, dimensions, analyzer });
      return isShared ? made : noteAtClose(made, own);
    },
    async share(made, { generation, dimensions, analyzer }) {
      if (!isShared) return made;
      // It was made for one process alone.
      await made[Symbol.asyncDispose]();
      return await openLanceDbIndex({ folder: toFolder(generation), dimensions, analyzer, isShared });
    },
    async removeOthers(generation) {
      const names = (await readdir(folder)).filter((name) => name !== String(generation));
      await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })));
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
