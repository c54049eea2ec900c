import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** `folder` and what lies in it that others than its owner may read, write or enter, each with its mode. */
export async function listOpenToOthers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  const open: string[] = [];
  for (const name of ['', ...names]) {
    const { mode } = await lstat(join(folder, name));
    if ((mode & 0o077) !== 0) open.push(`${name} ${(mode & 0o7777).toString(8)}`);
  }
  return open;
}
