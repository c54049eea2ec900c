import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ArchiveKey } from '../domain/archive-key.ts';
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
/** Links are refused: another file system, one that has none, one that forbids them, or too many to one file. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EACCES', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL']);
const NOTHING_THERE = new Set(['ENOENT', 'ENOTDIR']);

export function createFileObjects({ folder, incomingFolder, fsync }: ThreadSettings): FileObjects {
  const toPath = (key: ArchiveKey) => join(folder, key);
  // Random, so that two processes that open one folder by mistake cannot write to each other's file.
  const tag = randomBytes(6).toString('hex');
  const knownFolders = new Set<string>();
  const changedFolders = new Set<string>();
  let written = 0;

  function put({ key, body, keepEarlierAs }: PutOrder): boolean {
    const path = toPath(key);
    const isKept = keepEarlierAs !== null && keepEarlier(path, toPath(keepEarlierAs));
    place(path, (incoming) => {
      const file = openSync(incoming, 'w', 0o644);
      try {
        writeFileSync(file, body);
        if (fsync) fsyncSync(file);
      } finally {
        closeSync(file);
      }
    });
    return isKept;
  }

  /**
   * An object that is kept already stays: after a crash between keeping and replacing, or before the store heard of
   * it, `path` may hold the newer bytes by now.
   */
  function keepEarlier(path: string, keptPath: string): boolean {
    makeFolder(dirname(keptPath));
    try {
      retryWithFolder(keptPath, () => linkSync(path, keptPath));
    } catch (error) {
      const errno = errnoOf(error) ?? '';
      if (errno === 'EEXIST') return true;
      if (NOTHING_THERE.has(errno)) return false;
      if (!NO_LINK.has(errno)) throw error;
      place(keptPath, (incoming) => copyFileSync(path, incoming, constants.COPYFILE_FICLONE));
    }
    if (fsync) changedFolders.add(dirname(keptPath));
    return true;
  }

  /** `write` fills a temporary file, which then takes the name: nobody ever sees half of it. */
  function place(path: string, write: (incoming: string) => void): void {
    written += 1;
    const incoming = join(incomingFolder, `${tag}-${written}`);
    makeFolder(dirname(path));
    try {
      retryWithFolder(path, () => {
        write(incoming);
        renameSync(incoming, path);
      });
    } catch (error) {
      rmSync(incoming, { force: true });
      throw error;
    }
    if (fsync) changedFolders.add(dirname(path));
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

  function find(key: ArchiveKey): Buffer | null {
    try {
      return readFileSync(toPath(key));
    } catch (error) {
      if (NOTHING_THERE.has(errnoOf(error) ?? '')) return null;
      throw error;
    }
  }

  function ping(): void {
    const incoming = join(incomingFolder, `${tag}-ping`);
    writeFileSync(incoming, 'ping');
    rmSync(incoming);
  }

  return { put, flush, find, ping };
}

function throwUnlessExists(error: unknown): void {
  if (errnoOf(error) !== 'EEXIST') throw error;
}
