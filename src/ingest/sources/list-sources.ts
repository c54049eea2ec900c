import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findSourceProblem, SourceError } from './source-error.ts';
import { isWithin, type LoadSource } from './source-rules.ts';

export interface SourcePath {
  path: string;
  bytes: number;
}

const LOADABLE = /\.xml(?:\.gz)?$/i;

/**
 * The files to load, in order: paths as they are given, a folder's files by name, which for NLM's files is
 * the order in which they apply. A file that is named twice is loaded once. A link that leads out of where
 * the source may lie is refused, and its real path is what is loaded.
 */
export async function listSources(
  sources: readonly Extract<LoadSource, { kind: 'path' }>[],
): Promise<SourcePath[]> {
  const found = new Map<string, SourcePath>();
  for (const { path, within } of sources) {
    for (const file of await listOne(path)) {
      const real = await realpath(file.path);
      if (within !== null && !isWithin(real, within)) {
        throw new SourceError(file.path, 'it is a link that leads out of the folder of BIO_MCP_LOAD_DIR.');
      }
      if (!found.has(real)) found.set(real, within === null ? file : { ...file, path: real });
    }
  }
  return [...found.values()];
}

async function listOne(path: string): Promise<SourcePath[]> {
  try {
    const facts = await stat(path);
    if (facts.isFile()) return [{ path, bytes: facts.size }];
    if (!facts.isDirectory()) throw new SourceError(path, 'it is neither a file nor a folder.');
    const names = (await readdir(path)).filter((name) => LOADABLE.test(name)).sort();
    if (names.length === 0) {
      throw new SourceError(path, 'the folder holds no .xml or .xml.gz file; name another one.');
    }
    const files = names.map(async (name) => {
      const inside = await stat(join(path, name));
      return inside.isFile() ? [{ path: join(path, name), bytes: inside.size }] : [];
    });
    return (await Promise.all(files)).flat();
  } catch (error) {
    const problem = findSourceProblem(error);
    throw problem === null ? error : new SourceError(path, problem, { cause: error });
  }
}
