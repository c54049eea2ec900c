import { execFile } from 'node:child_process';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exitCode } from './build.ts';

/**
 * Downloads packages of Debian or Ubuntu into the folder and unpacks them there: nothing is installed, and no
 * script of theirs is run.
 */
export async function unpackPackages(folder: string, packages: readonly string[]): Promise<void> {
  const download = `apt-get download ${packages.join(' ')}`;
  // A machine that never asked for a package has no list of them.
  const words = ['-c', `cd "$0" && { ${download} || { apt-get update && ${download}; }; }`, folder];
  if ((await exitCode('sh', words, {}, 'ignore').catch(() => null)) !== 0)
    throw new Error('apt-get brings no package');
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.deb'))) {
    const code = await exitCode('dpkg-deb', ['-x', join(folder, name), folder], {}, 'ignore');
    if (code !== 0) throw new Error(`${name} cannot be unpacked`);
    await rm(join(folder, name));
  }
}

/** The packages and all that they need, without what is installed here already. */
export async function listMissing(packages: readonly string[]): Promise<string[]> {
  const ask = `apt-get --simulate --no-install-recommends install ${packages.join(' ')}`;
  const { stdout } = await promisify(execFile)('sh', ['-c', `${ask} || { apt-get update >&2 && ${ask}; }`]);
  const named = [...stdout.matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name);
  if (named.length === 0) throw new Error('apt-get names no package');
  return named;
}
