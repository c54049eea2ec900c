import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { makeFolders } from '../disk/make-folders.ts';

/** What all but the owner of a file may. */
export const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const PRIVATE = 0o700;
/** Of folders that are meant for all users, as /tmp. */
const STICKY = 0o1000;

/** What this system makes in a data folder, and what file systems and desktops put into any folder. */
const OURS =
  /^(archive|database|downloads|index|owner\.\d+\.json$|\.owner-|\.bio-mcp-|doctor-|lost\+found$|\.DS_Store$)/;

/** Windows keeps rights in another way: a folder below the user's own is for that user. */
export const HAS_MODES = process.platform !== 'win32';

/** Files of this user and of root are believed. */
export function isBelieved(uid: number): boolean {
  return !HAS_MODES || uid === 0 || uid === process.geteuid?.();
}

/**
 * Makes the data folder for this user alone, or closes one that is there. A folder that holds other things as
 * well keeps its mode, since they may be meant for others; what is ours in it is closed by itself
 * (close-to-others.ts). What cannot be closed stays open: whoever opens the corpus warns of it.
 */
export async function makeDataFolder(folder: string): Promise<void> {
  await makeFolders(folder, { mode: PRIVATE });
  if (!HAS_MODES) return;
  const { mode } = await stat(folder);
  if ((mode & OTHERS) === 0 || (mode & STICKY) !== 0 || !(await isOursAlone(folder))) return;
  await chmod(folder, mode & 0o7777 & ~OTHERS).catch(() => undefined); // told where the corpus is opened
}

export async function isOursAlone(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => OURS.test(name));
}

/** Whether nobody but its owner can put another file in the place of one in it. */
export async function isClosedToWriters(folder: string): Promise<boolean> {
  return !HAS_MODES || ((await stat(folder)).mode & OTHERS_WRITE) === 0;
}

/** Whether `path` is a folder itself, not a link, of this user (or root), which nobody else may enter. */
export async function isPrivateFolder(path: string): Promise<boolean> {
  const facts = await lstat(path).catch(() => null);
  return facts?.isDirectory() === true && isBelieved(facts.uid) && (facts.mode & OTHERS) === 0;
}

/**
 * As /tmp, where an earlier release listened: nobody else can put a socket in the place of one that is there.
 */
export async function isStickyFolder(path: string): Promise<boolean> {
  const facts = await lstat(path).catch(() => null);
  return facts?.isDirectory() === true && facts.uid === 0 && (facts.mode & STICKY) !== 0;
}

/** Makes it where there is nothing. Resolves to whether it is private: another user may have been faster. */
export async function makePrivateFolder(path: string): Promise<boolean> {
  await mkdir(path, { mode: PRIVATE }).catch(() => undefined); // what is there is looked at
  return isPrivateFolder(path);
}
