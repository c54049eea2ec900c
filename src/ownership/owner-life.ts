import { statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { knock, resolveAddress } from './owner-address.ts';
import { findHost, findOwner, type OwnerRecord } from './owner-file.ts';

/** Six beats of an owner that lives (owner-file.ts). */
const WATCH_MS = 12_000;
const LOOK_EVERY_MS = 100;

/**
 * File systems of a disk that one running system has at a time, by their numbers in statfs(2): ext2 to ext4,
 * XFS, Btrfs, F2FS, ZFS, tmpfs and overlayfs.
 */
const LOCAL_DISKS = new Set([0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x2fc12fc1, 0x01021994, 0x794c7630]);

export interface LifeOptions {
  /** How long an owner that cannot be reached is watched. Default 12 s. */
  watchMs?: number;
  /** Whether the folder lies on a disk of this system alone. Default: as its file system tells. */
  isLocal?: boolean;
}

/**
 * `reached`: at `address`. `apart`: it lives where no socket of ours leads, on another host or
 * in another container.
 */
export type Life = { kind: 'reached'; address: string } | { kind: 'apart' } | { kind: 'dead' };

/**
 * Whether the owner that a lock file names lives. A socket that refuses proves its death on the same
 * running system alone; an owner on another host, or in a container whose sockets are not seen here, is
 * dead once its lock file has told nothing for long enough. Clocks are not compared: what counts is a
 * change while we watch.
 */
export async function examineLife(
  folder: string,
  lockFile: string,
  owner: OwnerRecord & { beat: number },
  options: LifeOptions = {},
): Promise<Life> {
  if (owner.address === null) return { kind: 'dead' };
  const address = await resolveAddress(folder, owner.address);
  const knocked = address === null ? 'gone' : await knock(address);
  if (address !== null && knocked === 'answered') return { kind: 'reached', address };
  // An earlier release told of no host, and sent no beats.
  if (owner.host === undefined) return { kind: 'dead' };
  const isSameSystem = owner.host.boot === (await findHost()).boot;
  if (isSameSystem && knocked === 'refused') return { kind: 'dead' };
  // This system was started since.
  if (!isSameSystem && (options.isLocal ?? (await isOnLocalDisk(folder)))) return { kind: 'dead' };
  return { kind: (await watch(lockFile, owner.beat, options.watchMs ?? WATCH_MS)) ? 'apart' : 'dead' };
}

/** Whether its owner gives a sign of life meanwhile. */
async function watch(lockFile: string, beat: number, watchMs: number): Promise<boolean> {
  const until = performance.now() + watchMs;
  do {
    await delay(Math.min(LOOK_EVERY_MS, watchMs));
    const owner = await findOwner(lockFile);
    if (owner === null || owner.address === null) return false;
    if (owner.beat !== beat) return true;
  } while (performance.now() < until);
  return false;
}

async function isOnLocalDisk(folder: string): Promise<boolean> {
  return process.platform === 'linux' && LOCAL_DISKS.has((await statfs(folder)).type);
}
