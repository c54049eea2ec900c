import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Linux keeps it in memory: there a copy of a database costs a fifth of what it costs on a disk. */
const IN_MEMORY = '/dev/shm';
/** Of a whole run: databases, archives and indexes of the files that run at once. */
const LEAST_FREE_BYTES = 6 * 1024 ** 3;
/** Of Linux: a line each, the path second. */
const MOUNTS = '/proc/self/mounts';
/** Short, since the path of a socket holds about 100 bytes. */
const NAME = /^bio-(\d+)-/;

/** Makes a folder for all that the tests of one run write, in memory where there is room. */
export function makeRunFolder(): string {
  const parent = hasRoom(IN_MEMORY) ? IN_MEMORY : tmpdir();
  removeLeftOvers(parent);
  const folder = mkdtempSync(join(parent, `bio-${process.pid}-`));
  chmodSync(folder, 0o755); // PostgreSQL and some tests run as another user
  return folder;
}

function hasRoom(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize >= LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}

/** Of runs that were killed. */
function removeLeftOvers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (!Number.isNaN(pid) && !isAlive(pid)) removeWithMounts(join(parent, name));
  }
}

/** Removes a folder in which small disks of tests may still be mounted. */
export function removeWithMounts(folder: string): void {
  for (const path of listMounts().filter((one) => one.startsWith(`${folder}/`)))
    execFileSync('umount', ['-l', path], { stdio: ['ignore', 'ignore', 'pipe'] });
  rmSync(folder, { recursive: true, force: true });
}

function listMounts(): string[] {
  if (!existsSync(MOUNTS)) return [];
  return readFileSync(MOUNTS, 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? []);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
