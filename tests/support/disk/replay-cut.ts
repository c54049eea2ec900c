import fs from 'node:fs';
import { join } from 'node:path';
import { listFiles } from './damaged-files.ts';
import { FileNames } from './file-names.ts';

/** What changed a file or a name below the folder that is recorded; paths are relative to it. */
export type FileChange =
  | { kind: 'write'; file: string; at: number; bytes: Buffer }
  | { kind: 'truncate'; file: string; size: number }
  | { kind: 'create'; file: string }
  | { kind: 'folder'; file: string }
  | { kind: 'rename'; file: string; to: string }
  | { kind: 'link'; file: string; to: string }
  /** Of a file, or of an empty folder. */
  | { kind: 'remove'; file: string }
  | { kind: 'sync'; file: string }
  /** Everything on the disk. */
  | { kind: 'sync-all' }
  /** Somebody was told something. */
  | { kind: 'mark'; told: string };

type DataChange = Extract<FileChange, { kind: 'write' | 'truncate' }>;

/** One file, whatever its names. */
interface File {
  /** What it was given since it was flushed. */
  open: DataChange[];
}

export interface Cut {
  /** Tells for each write that was not flushed, or piece of one, whether it reached the disk. */
  keep: () => boolean;
  /**
   * The share, from the end, of the changes of names since the last flush that the disk's journal had not
   * written. Default 0.
   */
  lostNames?: number;
}

/** Bytes that a disk writes whole. */
const SECTOR = 512;

/**
 * Makes in `folder`, which holds what was there before the recording, what a disk may hold that lost its
 * power after `changes`: names in their order, as a journal keeps them, perhaps without the last; of each
 * file what was flushed, and of what was not any part.
 */
export function replayCut(
  folder: string,
  changes: readonly FileChange[],
  { keep, lostNames = 0 }: Cut,
): void {
  const before = listFiles(folder).map((name): [string, File] => [name, { open: [] }]);
  const { fileOf, flushed } = followFiles(changes, before);
  const lost = findLostNames(changes, lostNames);
  const names = new FileNames(before);
  for (const change of changes) {
    if (lost.has(change)) continue;
    const file = fileOf.get(change);
    if (change.kind === 'write' || change.kind === 'truncate') {
      const name = file === undefined ? null : names.findName(file, change.file);
      if (name !== null) replayData(join(folder, name), change, flushed.has(change), keep);
    } else {
      replayName(folder, change);
      names.follow(change, () => file ?? { open: [] });
    }
  }
}

/** Which file each change made or changed, and which of what it was given was flushed. */
function followFiles(changes: readonly FileChange[], before: [string, File][]) {
  const names = new FileNames(before);
  const fileOf = new Map<FileChange, File>();
  const flushed = new Set<FileChange>();
  const open = new Set<File>();
  const flush = (file: File) => {
    for (const change of file.open) flushed.add(change);
    file.open = [];
    open.delete(file);
  };
  for (const change of changes) {
    const made: File = { open: [] };
    names.follow(change, () => made);
    if (change.kind === 'create') fileOf.set(change, made);
    if (change.kind === 'sync-all') for (const file of [...open]) flush(file);
    if (change.kind === 'sync') {
      const file = names.find(change.file);
      if (file !== null) flush(file);
    }
    if (change.kind !== 'write' && change.kind !== 'truncate') continue;
    const file = names.find(change.file);
    if (file === null) continue; // it has no name any more, and nobody finds it again
    file.open.push(change);
    fileOf.set(change, file);
    open.add(file);
  }
  return { fileOf, flushed };
}

function findLostNames(changes: readonly FileChange[], share: number): Set<FileChange> {
  const last = changes.findLastIndex(({ kind }) => kind === 'sync' || kind === 'sync-all');
  const kinds = new Set(['create', 'folder', 'rename', 'link', 'remove']);
  const unwritten = changes.slice(last + 1).filter(({ kind }) => kinds.has(kind));
  return new Set(unwritten.slice(unwritten.length - Math.floor(share * unwritten.length)));
}

function replayName(folder: string, change: Exclude<FileChange, DataChange>): void {
  if (change.kind === 'sync' || change.kind === 'sync-all' || change.kind === 'mark') return;
  const path = join(folder, change.file);
  if (change.kind === 'create') fs.writeFileSync(path, '');
  if (change.kind === 'folder') fs.mkdirSync(path, { recursive: true });
  if (change.kind === 'rename') fs.renameSync(path, join(folder, change.to));
  if (change.kind === 'link') fs.linkSync(path, join(folder, change.to));
  if (change.kind !== 'remove') return;
  if (fs.statSync(path, { throwIfNoEntry: false })?.isDirectory()) fs.rmdirSync(path);
  else fs.rmSync(path, { force: true });
}

function replayData(path: string, change: DataChange, isFlushed: boolean, keep: () => boolean): void {
  if (change.kind === 'truncate') {
    if (isFlushed || keep()) fs.truncateSync(path, change.size);
    return;
  }
  const { at, bytes } = change;
  const file = fs.openSync(path, 'r+');
  const step = isFlushed ? bytes.length : SECTOR;
  for (let from = 0; from < bytes.length; from += step) {
    const piece = bytes.subarray(from, from + step);
    if (isFlushed || keep()) fs.writeSync(file, piece, 0, piece.length, at + from);
  }
  fs.closeSync(file);
}
