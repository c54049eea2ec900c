import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { nullIfNoFolder } from '../../disk/null-if-missing.ts';

/** Each version of the table is a file here; nothing that an earlier one names is ever written to again. */
const VERSIONS = join('chunks.lance', '_versions');
/** Where LanceDB begins to look for the latest; without it, it lists them. */
const HINT = 'latest_version_hint.json';
/** LanceDB counts down in their names, so that a listing begins with the newest. */
const HIGHEST = 2n ** 64n - 1n;
const NAME = /^(\d{20})\.manifest$/;

/** `null`: there is no table, or none whose versions have such names. */
export async function findLatestVersion(folder: string): Promise<number | null> {
  const versions = await listVersions(folder);
  return versions.length === 0 ? null : Math.max(...versions);
}

/**
 * Makes `version` the latest one, for a table that nobody has open. Resolves to whether later ones went; none
 * do where that version is not there.
 */
export async function removeLaterVersions(folder: string, version: number): Promise<boolean> {
  const versions = await listVersions(folder);
  const later = versions.filter((one) => one > version).sort((one, other) => other - one);
  if (later.length === 0 || !versions.includes(version)) return false;
  await rm(join(folder, VERSIONS, HINT), { force: true });
  for (const one of later) await rm(join(folder, VERSIONS, toName(one)));
  return true;
}

async function listVersions(folder: string): Promise<number[]> {
  const names = await readdir(join(folder, VERSIONS)).catch(nullIfNoFolder);
  return (names ?? []).flatMap((name) => {
    const digits = NAME.exec(name)?.[1];
    return digits === undefined ? [] : [Number(HIGHEST - BigInt(digits))];
  });
}

function toName(version: number): string {
  return `${String(HIGHEST - BigInt(version)).padStart(20, '0')}.manifest`;
}
