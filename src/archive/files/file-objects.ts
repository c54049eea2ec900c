import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ArchiveKey } from '../../domain/corpus/archive-key.ts';
import { codeOf } from '../../errors/code-of.ts';
import { judgeReplaced } from '../keep-replaced.ts';
import { isObjectUnreadable } from './file-archive-error.ts';
import type { ClearOrder, PutOrder, ReplacedFile, ThreadSettings } from './file-archive-protocol.ts';
import { createObjectFolders } from './object-folders.ts';

/** Blocks on the disk: belongs on a thread of its own. */
export interface FileObjects {
  /**
   * Keeps what is replaced first. Answers under which other key that lies, to be removed once the new object
   * is durable. Names are durable only after `flush`.
   */
  put(order: PutOrder): ArchiveKey | null;
  /** The same, where what takes its place lies there already. */
  clear(order: ClearOrder): ArchiveKey | null;
  remove(key: ArchiveKey): void;
  /** Makes the names of everything put so far outlive a power cut, where `fsync` is set. */
  flush(): void;
  find(key: ArchiveKey): Buffer | null;
}

/** Hard links are refused: the file system has none, forbids them, or has too many to one file. */
const NO_LINK = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR']);
/** `rename(2)` replaces an empty folder; Windows refuses any. */
const FOLDER_IS_THERE = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

/**
 * The calls that change which object lies under which name, each a moment at which a process may be killed.
 */
export interface NamingCalls {
  /** Makes a hard link, or throws as `linkSync` does where the file system has none. */
  link(existingPath: string, newPath: string): void;
  rename(oldPath: string, newPath: string): void;
  remove(path: string): void;
}

const SYSTEM_CALLS: NamingCalls = {
  link: linkSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
};

export function createFileObjects(
  { folder, incomingFolder, fsync }: ThreadSettings,
  calls: Partial<NamingCalls> = {},
): FileObjects {
  const { link, rename, remove } = { ...SYSTEM_CALLS, ...calls };
  const toPath = (key: ArchiveKey) => join(folder, key);
  // Random, so that two processes that open one folder by mistake cannot write to each other's file.
  const tag = randomBytes(6).toString('hex');
  const folders = createObjectFolders({ fsync });
  let written = 0;

  function put({ key, body, replaces, isFlushed = false }: PutOrder): ArchiveKey | null {
    if (replaces !== null) keep(replaces, body);
    place(toPath(key), body, fsync || isFlushed);
    return replaces === null ? null : findLeft(replaces, key);
  }

  function clear({ replaced, by }: ClearOrder): ArchiveKey | null {
    keep(replaced, by?.body ?? null);
    return findLeft(replaced, by?.key ?? null);
  }

  function findLeft({ key, keep }: ReplacedFile, by: ArchiveKey | null): ArchiveKey | null {
    return key === by || key === keep?.as ? null : key;
  }

  /**
   * What is kept already and whole stays: after a crash, the newer bytes may lie at the earlier
   * address by now.
   */
  function keep({ key, keep }: ReplacedFile, by: Uint8Array | null): void {
    if (key === null || keep === null || key === keep.as) return;
    const lying = readUnlessBroken(toPath(key));
    const judged = lying === null ? null : judgeReplaced(lying, keep, by);
    if (lying === null || judged === null || judged.kind === 'new') return;
    const as = judged.kind === 'other' ? judged.as : keep.as;
    const kept = readUnlessBroken(toPath(as));
    if (kept === null) keepAs(toPath(key), toPath(as), lying);
    else if (judged.kind === 'wanted' && judgeReplaced(kept, keep, null).kind !== 'wanted') {
      place(toPath(as), lying, fsync);
    }
  }

  function keepAs(path: string, keptPath: string, lying: Uint8Array): void {
    folders.make(dirname(keptPath));
    try {
      retryWithFolder(keptPath, () => link(path, keptPath));
    } catch (error) {
      if (!NO_LINK.has(codeOf(error))) throw error;
      place(keptPath, lying, fsync);
      return;
    }
    folders.noteChange(dirname(keptPath));
  }

  function removeObject(key: ArchiveKey): void {
    remove(toPath(key));
    folders.noteChange(dirname(toPath(key)));
  }

  /**
   * The bytes go to a temporary place, which then takes the name: nobody ever sees half of it. An object that
   * is the first in its folder comes with the folder: a file that is made in a folder of its own costs ext4 a
   * third of one that is made among many others.
   */
  function place(path: string, body: Uint8Array, isFlushed: boolean): void {
    written += 1;
    const incoming = join(incomingFolder, `${tag}-${written}`);
    try {
      retryWithFolder(path, () => {
        if (folders.isKnown(dirname(path)) || !placeWithFolder(incoming, path, body, isFlushed)) {
          placeFile(incoming, path, body, isFlushed);
        }
      });
    } catch (error) {
      rmSync(incoming, { recursive: true, force: true });
      throw error;
    }
  }

  /** Answers whether it was done; it is not where the folder holds something already. */
  function placeWithFolder(incoming: string, path: string, body: Uint8Array, isFlushed: boolean): boolean {
    const target = dirname(path);
    folders.make(dirname(target));
    mkdirSync(incoming);
    write(join(incoming, basename(path)), body, isFlushed);
    try {
      rename(incoming, target);
    } catch (error) {
      rmSync(incoming, { recursive: true });
      if (FOLDER_IS_THERE.has(codeOf(error))) return false;
      throw error;
    }
    folders.remember(target);
    folders.noteChange(target);
    folders.noteChange(dirname(target));
    return true;
  }

  function placeFile(incoming: string, path: string, body: Uint8Array, isFlushed: boolean): void {
    folders.make(dirname(path));
    write(incoming, body, isFlushed);
    rename(incoming, path);
    folders.noteChange(dirname(path));
  }

  function write(path: string, body: Uint8Array, isFlushed: boolean): void {
    const file = openSync(path, 'w', 0o644);
    try {
      writeFileSync(file, body);
      if (isFlushed) fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** A remembered folder may have been removed behind our back: once, everything is made anew. */
  function retryWithFolder(path: string, attempt: () => void): void {
    try {
      attempt();
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error;
      folders.forgetAll();
      mkdirSync(incomingFolder, { recursive: true });
      folders.make(dirname(path));
      attempt();
    }
  }

  return { put, clear, remove: removeObject, flush: folders.flush, find: (key) => read(toPath(key)) };
}

/** What the disk does not give out any more counts as bytes that nobody can read. */
function readUnlessBroken(path: string): Buffer | null {
  try {
    return read(path);
  } catch (error) {
    if (isObjectUnreadable(codeOf(error))) return Buffer.alloc(0);
    throw error;
  }
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (NOTHING_THERE.has(codeOf(error))) return null;
    throw error;
  }
}
