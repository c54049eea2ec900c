import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '../errors/code-of.ts';
import { nullIfMissing } from './null-if-missing.ts';

export interface MakeFoldersOptions {
  /** Of those that are made. */
  mode: number;
}

/**
 * Makes `folder` and what it lies in, where they are not there. Node's own does not come to an end where a
 * folder that is there takes none, as below /proc or an automounter.
 */
export function makeFolders(folder: string, options: MakeFoldersOptions): Promise<void> {
  return makeIn(folder, options, false);
}

/** `hasParent`: what it lies in was seen, perhaps only after the attempt before, made by another process. */
async function makeIn(folder: string, options: MakeFoldersOptions, hasParent: boolean): Promise<void> {
  try {
    await mkdir(folder, options);
  } catch (error) {
    const parent = dirname(folder);
    const code = codeOf(error);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || parent === folder || hasParent) throw error;
    if (!(await isThere(parent))) await makeIn(parent, options, false);
    await makeIn(folder, options, true);
  }
}

async function isThere(folder: string): Promise<boolean> {
  return (await stat(folder).catch(nullIfMissing)) !== null;
}
