import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
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
import type { ArchiveKey } from '../../domain/archive-key.ts';
import { errnoOf } from './file-archive-error.ts';
import type { PutOrder, ThreadSettings } from './file-archive-protocol.ts';

/** Blocks on the disk: belongs on a thread of its own. */
export interface FileObjects {
  /** Answers whether an earlier object was kept. Names are durable only after `flush`. */
  put(order: PutOrder): boolean;
  /** Makes the names of everything put so far outlive a power cut, where `fsync` is set. */
  flush(): void;
  find(key: ArchiveKey): Buffer | null;
  /** Throws when nothing can be written. */
  ping(): void;
}

/** Bounds the memory that remembered folders take; a folder that was forgotten costs one more mkdir. */
const MAX_KNOWN_FOLDERS = 10_000;
/** Hard links are refused: the file system has none, forbids them, or has too many to one file. */
const NO_LINK = new Set(['EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR']);
/** `rename(2)` replaces an empty folder; Windows refuses any. */
const FOLDER_IS_THERE = new Set(['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES']);

/** `link` makes a hard link, or throws as `linkSync` does where the file system has none. */
export function createFileObjects(
  { folder, incomingFolder, fsync }: ThreadSettings,
  { link }: { link: (existingPath: string, newPath: string) => void } = { link: linkSync },
): FileObjects {
  const toPath = (key: ArchiveKey) => join(folder, key);
  // Random, so that two processes that open one folder by mistake cannot write to each other's file.
  const tag = randomBytes(6).toString('hex');
  const knownFolders = new Set<string>();
  const changedFolders = new Set<string>();
  let written = 0;

  function put({ key, body, keepEarlierAs }: PutOrder): boolean {
    const path = toPath(key);
    const isKept = keepEarlierAs !== null && keepEarlier(path, toPath(keepEarlierAs));
    place(path, body);
    return isKept;
  }

  /**
   * An object that is kept already stays: after a crash between keeping and replacing, or before the store heard of
   * it, `path` may hold the newer bytes by now.
   */
  function keepEarlier(path: string, keptPath: string): boolean {
    makeFolder(dirname(keptPath));
    try {
      retryWithFolder(keptPath, () => link(path, keptPath));
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno === 'EEXIST') return true;
      if (NOTHING_THERE.has(errno)) return false;
      if (!NO_LINK.has(errno)) throw error;
      return copyEarlier(path, keptPath);
    }
    if (fsync) changedFolders.add(dirname(keptPath));
    return true;
  }

  function copyEarlier(path: string, keptPath: string): boolean {
    if (existsSync(keptPath)) return true;
    const earlier = read(path);
    if (earlier === null) return false;
    place(keptPath, earlier);
    return true;
  }

  /**
   * The bytes go to a temporary place, which then takes the name: nobody ever sees half of it. An object that is the
   * first in its folder comes with the folder: a file that is made in a folder of its own costs ext4 a third of one
   * that is made among many others.
   */
  function place(path: string, body: Uint8Array): void {
    written += 1;
    const incoming = join(incomingFolder, `${tag}-${written}`);
    try {
      retryWithFolder(path, () => {
        if (knownFolders.has(dirname(path)) || !placeWithFolder(incoming, path, body)) {
          placeFile(incoming, path, body);
        }
      });
    } catch (error) {
      rmSync(incoming, { recursive: true, force: true });
      throw error;
    }
  }

  /** Answers whether it was done; it is not where the folder holds something already. */
  function placeWithFolder(incoming: string, path: string, body: Uint8Array): boolean {
    const target = dirname(path);
    makeFolder(dirname(target));
    mkdirSync(incoming);
    write(join(incoming, basename(path)), body);
    try {
      renameSync(incoming, target);
    } catch (error) {
      rmSync(incoming, { recursive: true });
      if (FOLDER_IS_THERE.has(errnoOf(error) ?? '')) return false;
      throw error;
    }
    remember(target);
    if (fsync) changedFolders.add(target).add(dirname(target));
    return true;
  }

  function placeFile(incoming: string, path: string, body: Uint8Array): void {
    makeFolder(dirname(path));
    write(incoming, body);
    renameSync(incoming, path);
    if (fsync) changedFolders.add(dirname(path));
  }

  function write(path: string, body: Uint8Array): void {
    const file = openSync(path, 'w', 0o644);
    try {
      writeFileSync(file, body);
      if (fsync) fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** A remembered folder may have been removed behind our back: once, everything is made anew. */
  function retryWithFolder(path: string, attempt: () => void): void {
    try {
      attempt();
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
      knownFolders.clear();
      mkdirSync(incomingFolder, { recursive: true });
      makeFolder(dirname(path));
      attempt();
    }
  }

  function makeFolder(path: string): void {
    if (knownFolders.has(path)) return;
    try {
      mkdirSync(path);
      if (fsync) changedFolders.add(dirname(path));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throwUnlessExists(error);
      else {
        makeFolder(dirname(path));
        mkdirSync(path, { recursive: true });
        if (fsync) changedFolders.add(dirname(path));
      }
    }
    remember(path);
  }

  function remember(path: string): void {
    if (knownFolders.size >= MAX_KNOWN_FOLDERS) knownFolders.clear();
    knownFolders.add(path);
  }

  function flush(): void {
    for (const path of changedFolders) {
      const handle = openSync(path, 'r');
      try {
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
    }
    changedFolders.clear();
  }

  function ping(): void {
    const incoming = join(incomingFolder, `${tag}-ping`);
    writeFileSync(incoming, 'ping');
    rmSync(incoming);
  }

  return { put, flush, find: (key) => read(toPath(key)), ping };
}

function throwUnlessExists(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error;
}

function read(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if (NOTHING_THERE.has(errnoOf(error) ?? '')) return null;
    throw error;
  }
}
