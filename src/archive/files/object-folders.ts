import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from '../../errors/code-of.ts';

/** The folders that objects lie in: made when one is needed, and flushed where `fsync` is set. */
export interface ObjectFolders {
  /** Made or met before; it may have been removed behind our back. */
  isKnown(path: string): boolean;
  /** With those above it, unless it is known. */
  make(path: string): void;
  remember(path: string): void;
  forgetAll(): void;
  /** A name in it came or went. */
  noteChange(path: string): void;
  /** Makes all names that came or went so far outlive a power cut. */
  flush(): void;
}

/** Bounds the memory that remembered folders take; a folder that was forgotten costs one more mkdir. */
const MAX_KNOWN_FOLDERS = 10_000;

export function createObjectFolders({ fsync }: { fsync: boolean }): ObjectFolders {
  const known = new Set<string>();
  const changed = new Set<string>();

  function noteChange(path: string): void {
    if (fsync) changed.add(path);
  }

  function make(path: string): void {
    if (known.has(path)) return;
    try {
      mkdirSync(path);
      noteChange(dirname(path));
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throwUnlessExists(error);
      else {
        make(dirname(path));
        mkdirSync(path, { recursive: true });
        noteChange(dirname(path));
      }
    }
    remember(path);
  }

  function remember(path: string): void {
    if (known.size >= MAX_KNOWN_FOLDERS) known.clear();
    known.add(path);
  }

  return {
    isKnown: (path) => known.has(path),
    make,
    remember,
    forgetAll: () => known.clear(),
    noteChange,
    flush() {
      for (const path of changed) {
        const handle = openSync(path, 'r');
        try {
          fsyncSync(handle);
        } finally {
          closeSync(handle);
        }
      }
      changed.clear();
    },
  };
}

function throwUnlessExists(error: unknown): void {
  if (codeOf(error) !== 'EEXIST') throw error;
}
