import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join, relative, sep } from 'node:path';

/** What changed a file or a name below the folder that is recorded; paths are relative to it. */
export type FileChange =
  | { kind: 'write'; file: string; at: number; bytes: Buffer }
  | { kind: 'truncate'; file: string; size: number }
  | { kind: 'create'; file: string }
  | { kind: 'folder'; file: string }
  | { kind: 'rename'; file: string; to: string }
  | { kind: 'remove'; file: string }
  | { kind: 'sync'; file: string };

/**
 * Records every synchronous change below `folder` in this thread, as PGlite makes them, until it
 * is disposed of.
 */
export function recordFiles(folder: string): Disposable & { changes: FileChange[] } {
  const changes: FileChange[] = [];
  const files = new Map<number, string>();
  const real = { ...fs };
  const toName = (path: unknown) => {
    const name = relative(folder, String(path));
    return name.startsWith('..') || name.startsWith(sep) ? null : name;
  };
  const note = (path: unknown, toChange: (file: string) => FileChange) => {
    const file = toName(path);
    if (file !== null) changes.push(toChange(file));
  };
  const patched = {
    openSync(path: fs.PathLike, flags: number, mode?: fs.Mode) {
      const isNew = !real.existsSync(path);
      const descriptor = real.openSync(path, flags, mode);
      const file = toName(path);
      if (file === null) return descriptor;
      files.set(descriptor, file);
      if (isNew) changes.push({ kind: 'create', file });
      else if ((Number(flags) & fs.constants.O_TRUNC) !== 0)
        changes.push({ kind: 'truncate', file, size: 0 });
      return descriptor;
    },
    closeSync(descriptor: number) {
      files.delete(descriptor);
      real.closeSync(descriptor);
    },
    writeSync(descriptor: number, data: Uint8Array, offset: number, length: number, position: number | null) {
      const file = files.get(descriptor);
      if (file === undefined) return real.writeSync(descriptor, data, offset, length, position);
      if (position === null) throw new Error('a write without its place cannot be recorded');
      const written = real.writeSync(descriptor, data, offset, length, position);
      changes.push({
        kind: 'write',
        file,
        at: position,
        bytes: Buffer.from(data.slice(offset, offset + written)),
      });
      return written;
    },
    fsyncSync(descriptor: number) {
      real.fsyncSync(descriptor);
      const file = files.get(descriptor);
      if (file !== undefined) changes.push({ kind: 'sync', file });
    },
    ftruncateSync(descriptor: number, size: number) {
      real.ftruncateSync(descriptor, size);
      const file = files.get(descriptor);
      if (file !== undefined) changes.push({ kind: 'truncate', file, size });
    },
    truncateSync(path: string, size: number) {
      real.truncateSync(path, size);
      note(path, (file) => ({ kind: 'truncate', file, size }));
    },
    writeFileSync(path: string, data: string, options: fs.WriteFileOptions) {
      real.writeFileSync(path, data, options);
      note(path, (file) => ({ kind: 'create', file }));
    },
    mkdirSync(path: string, options: fs.MakeDirectoryOptions) {
      const made = real.mkdirSync(path, options);
      note(path, (file) => ({ kind: 'folder', file }));
      return made;
    },
    renameSync(from: string, to: string) {
      real.renameSync(from, to);
      note(from, (file) => ({ kind: 'rename', file, to: toName(to) ?? '' }));
    },
    unlinkSync(path: string) {
      real.unlinkSync(path);
      note(path, (file) => ({ kind: 'remove', file }));
    },
  };
  Object.assign(fs, patched);
  syncBuiltinESMExports();
  return {
    changes,
    [Symbol.dispose]() {
      for (const name of Object.keys(patched)) Object.assign(fs, { [name]: Reflect.get(real, name) });
      syncBuiltinESMExports();
    },
  };
}

/** Bytes that a disk writes whole. */
const SECTOR = 512;

/**
 * Makes in `folder`, which holds what was there before the recording, what a disk may hold that lost its
 * power after `changes`: names in their order, as a journal keeps them; of each file what was flushed, and of
 * what was not any part. `keep` tells for each further write, or piece of one, whether it reached the disk.
 */
export function replayCut(folder: string, changes: readonly FileChange[], keep: () => boolean): void {
  const flushed = new Map<FileChange, boolean>();
  const open = new Map<string, FileChange[]>();
  for (const change of changes) {
    if (change.kind === 'write' || change.kind === 'truncate')
      open.set(change.file, [...(open.get(change.file) ?? []), change]);
    if (change.kind === 'rename') {
      open.set(change.to, open.get(change.file) ?? []);
      open.delete(change.file);
    }
    if (change.kind !== 'sync') continue;
    for (const earlier of open.get(change.file) ?? []) flushed.set(earlier, true);
    open.delete(change.file);
  }
  for (const change of changes) replayOne(folder, change, flushed.has(change), keep);
}

function replayOne(folder: string, change: FileChange, isFlushed: boolean, keep: () => boolean): void {
  const path = join(folder, change.file);
  if (change.kind === 'create') fs.writeFileSync(path, '');
  if (change.kind === 'folder') fs.mkdirSync(path, { recursive: true });
  if (change.kind === 'rename') fs.renameSync(path, join(folder, change.to));
  if (change.kind === 'remove') fs.rmSync(path, { force: true });
  if (change.kind === 'truncate' && (isFlushed || keep())) fs.truncateSync(path, change.size);
  if (change.kind === 'write') writePieces(path, change, isFlushed, keep);
}

function writePieces(
  path: string,
  { at, bytes }: Extract<FileChange, { kind: 'write' }>,
  isFlushed: boolean,
  keep: () => boolean,
): void {
  const file = fs.openSync(path, 'r+');
  const step = isFlushed ? bytes.length : SECTOR;
  for (let from = 0; from < bytes.length; from += step) {
    const piece = bytes.subarray(from, from + step);
    if (isFlushed || keep()) fs.writeSync(file, piece, 0, piece.length, at + from);
  }
  fs.closeSync(file);
}
