import { readdirSync, readFileSync, statSync } from 'node:fs';
import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { nullIfMissing } from './null-if-missing.ts';

/** In the folder that it tells of. */
export const CLOSED_FILES = 'files-at-close.json';
/** What was forgotten: it saves reading what stays the same. */
const EARLIER = `${CLOSED_FILES}.earlier`;
const READ_BYTES = 1024 * 1024;
const NONE = /^$/;

/** All but `mtimeMs` are whole numbers. */
interface FileFacts {
  bytes: number;
  mtimeMs: number;
  inode: number;
  crc: number;
}

/** Names are relative to the folder. */
export interface Differences {
  missing: string[];
  changed: string[];
  /** There now, and not at the closing. */
  added: string[];
}

/**
 * Writes down which files the folder holds, which nobody writes to any more. Only those that changed since
 * the last time are read. Some 1 s a GB.
 */
export async function noteClosedFiles(folder: string, ignored: RegExp = NONE): Promise<void> {
  const before =
    (await readNote(join(folder, CLOSED_FILES))) ?? (await readNote(join(folder, EARLIER))) ?? {};
  const noted: Record<string, FileFacts> = {};
  for (const name of listFiles(folder, ignored)) {
    const path = join(folder, name);
    const { size: bytes, mtimeMs, ino: inode } = statSync(path);
    const known = before[name];
    const isKnown = known?.bytes === bytes && known.mtimeMs === mtimeMs && known.inode === inode;
    noted[name] = isKnown ? known : { bytes, mtimeMs, inode, crc: await toCrc(path, bytes) };
  }
  const path = join(folder, CLOSED_FILES);
  await writeFile(`${path}.new`, JSON.stringify(noted), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/**
 * To be called before the folder changes, by whoever has no other sign that it was opened since
 * its last closing.
 */
export async function forgetClosedFiles(folder: string): Promise<void> {
  await rename(join(folder, CLOSED_FILES), join(folder, EARLIER)).catch(nullIfMissing);
}

/**
 * How the folder differs from what it was at its last closing; `null` where nothing was written down. A file
 * that is the same by its number, size and time counts as unchanged without being read. What is ignored may
 * have been written down by a release that did not ignore it.
 */
export async function compareClosedFiles(
  folder: string,
  ignored: RegExp = NONE,
): Promise<Differences | null> {
  const note = await readNote(join(folder, CLOSED_FILES));
  if (note === null) return null;
  const noted = Object.fromEntries(Object.entries(note).filter(([name]) => !ignored.test(name)));
  const names = new Set(listFiles(folder, ignored));
  const found: Differences = {
    missing: Object.keys(noted).filter((name) => !names.has(name)),
    changed: [],
    added: [...names].filter((name) => noted[name] === undefined),
  };
  for (const [name, was] of Object.entries(noted)) {
    if (names.has(name) && !(await isAsNoted(join(folder, name), was))) found.changed.push(name);
  }
  return found;
}

async function isAsNoted(path: string, was: FileFacts): Promise<boolean> {
  const { size, mtimeMs, ino } = statSync(path);
  if (size !== was.bytes) return false;
  const isUntouched = mtimeMs === was.mtimeMs && ino === was.inode;
  return isUntouched || (await toCrc(path, size)) === was.crc;
}

/** A note that a power cut tore tells nothing. */
async function readNote(path: string): Promise<Record<string, FileFacts> | null> {
  const text = await readFile(path, 'utf8').catch(nullIfMissing);
  if (text === null) return null;
  try {
    const note: unknown = JSON.parse(text);
    return isNote(note) ? note : null;
  } catch {
    return null;
  }
}

/** By hand: the thread of the embedded database waits for this module, and zod would take longer than it. */
function isNote(note: unknown): note is Record<string, FileFacts> {
  return typeof note === 'object' && note !== null && Object.values(note).every(isFileFacts);
}

function isFileFacts(facts: unknown): facts is FileFacts {
  if (typeof facts !== 'object' || facts === null) return false;
  const { bytes, mtimeMs, inode, crc } = facts as Partial<Record<keyof FileFacts, unknown>>; // checked right here
  return [bytes, inode, crc].every(Number.isSafeInteger) && typeof mtimeMs === 'number';
}

/**
 * A database has a thousand files, most of them small. Without a promise for each, opening and closing it
 * costs 0.2 CPU-s less.
 */
function listFiles(folder: string, ignored: RegExp): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => !name.startsWith(CLOSED_FILES) && !ignored.test(name))
    .sort();
}

async function toCrc(path: string, bytes: number): Promise<number> {
  if (bytes < READ_BYTES) return crc32(readFileSync(path));
  const memory = Buffer.allocUnsafe(READ_BYTES);
  await using file = await open(path, 'r');
  let crc = 0;
  for (;;) {
    const { bytesRead } = await file.read(memory, 0, memory.length);
    if (bytesRead === 0) return crc;
    crc = crc32(memory.subarray(0, bytesRead), crc);
  }
}
