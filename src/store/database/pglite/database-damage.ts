import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSED_FILES, compareClosedFiles, noteClosedFiles } from '../../../disk/closed-files.ts';
import type { DatabaseDamage } from './damaged-database-error.ts';

/** Of the PostgreSQL in the one version of PGlite that `package.json` asks for; a test compares. */
export const POSTGRES_MAJOR = 18;
const VERSION_FILE = 'PG_VERSION';
const CONTROL_FILE = join('global', 'pg_control');
/** What PostgreSQL empties or makes anew at each start, before its control file tells of the start. */
const OF_A_START =
  /(?:^|[\\/])pg_internal\.init$|^postmaster\.|^pg_(?:stat|stat_tmp|notify|subtrans|snapshots|serial|dynshmem)[\\/]/;
const LOG_FOLDER = 'pg_wal';
const LOG_FILE = /^[0-9A-F]{24}$/;

/**
 * What can be told before the database is opened, which for these is too late: PGlite takes a folder
 * without its version for an empty one and writes a new database over it. `null`: nothing, or the folder
 * holds no database yet.
 */
export async function findDamageOutside(folder: string): Promise<DatabaseDamage | null> {
  const [hasVersion, hasControl] = [VERSION_FILE, CONTROL_FILE].map((name) => existsSync(join(folder, name)));
  // See findEmptyDatabase; one that was closed once had both.
  if (!hasVersion && !hasControl && !existsSync(join(folder, CLOSED_FILES))) return null;
  if (!hasVersion) return { kind: 'damaged', reason: `the file ${VERSION_FILE} is missing` };
  if (!hasControl) return { kind: 'damaged', reason: 'the file global/pg_control is missing' };
  const version = (await readFile(join(folder, VERSION_FILE), 'latin1')).trim();
  if (!/^[0-9.]{1,9}$/.test(version))
    return { kind: 'damaged', reason: `the file ${VERSION_FILE} holds no version` };
  if (version !== String(POSTGRES_MAJOR))
    return { kind: 'foreign', reason: `${version}, and this release brings ${POSTGRES_MAJOR}` };
  return (await findLostLog(folder)) ?? (await findDifference(folder));
}

/** To be called once PostgreSQL has closed the database: what changes from now on is damage. */
export function noteWhole(folder: string): Promise<void> {
  return noteClosedFiles(folder, OF_A_START);
}

/** PGlite's PostgreSQL waits without end where it has no log to read. */
async function findLostLog(folder: string): Promise<DatabaseDamage | null> {
  const names = await readdir(join(folder, LOG_FOLDER)).catch(() => []);
  if (names.some((name) => LOG_FILE.test(name))) return null;
  return { kind: 'damaged', reason: `the log in ${LOG_FOLDER} is missing` };
}

/**
 * What checksums cannot tell: a page that is all zeros, a file that ends between two pages, or another's
 * file. Nothing is said of a database that was opened since it was last closed well; its control file tells.
 */
async function findDifference(folder: string): Promise<DatabaseDamage | null> {
  const found = await compareClosedFiles(folder, OF_A_START);
  if (found === null || found.changed.includes(CONTROL_FILE)) return null;
  const [missing, changed] = [found.missing[0], found.changed[0]];
  if (missing !== undefined) return { kind: 'damaged', reason: `the file ${missing} is missing` };
  if (changed === undefined) return null;
  return { kind: 'damaged', reason: `the file ${changed} is not what it was when the database was closed` };
}

/** Failures of the machine, which an undamaged folder meets too; they are told in other sentences. */
const OF_THE_MACHINE =
  /no space left|quota exceeded|permission denied|not permitted|read-only file system|too many open files|input\/output error|i\/o error|out of memory|could not resize/i;
const FATAL = /\b(?:PANIC|FATAL):\s(.*)/;
const DETAIL = /\bDETAIL:\s(.*)/;

/** From what PostgreSQL said; its first complaint counts. `null`: nothing that speaks of damage. */
export function findDamageInLog(lines: readonly string[]): DatabaseDamage | null {
  const at = lines.findIndex((line) => FATAL.test(line));
  const fatal = FATAL.exec(lines[at] ?? '')?.[1]?.trim();
  const missingSettings = lines.find((line) => /could not access the server configuration file/.test(line));
  const reason = fatal ?? (missingSettings === undefined ? undefined : 'the file postgresql.conf is missing');
  const detail = DETAIL.exec(lines[at + 1] ?? '')?.[1]?.trim();
  if (reason === undefined || OF_THE_MACHINE.test(`${reason}\n${detail}`)) return null;
  const kind = /incompatible with server/.test(reason) ? 'foreign' : 'damaged';
  // A control file of nothing but zeros tells of version 0, which nobody ever made.
  const isZeroed = /\bPG_CONTROL_VERSION 0\b/.test(detail ?? '');
  return { kind: isZeroed ? 'damaged' : kind, reason: toReason(detail ?? reason) };
}

/**
 * SQLSTATE: data or index corrupted, a file of a table missing (errcodes-appendix of PostgreSQL's manual);
 * and a table, column, function, type or schema that is not there, since all that is asked for here is made
 * at the opening.
 */
// biome-ignore format: by their meaning
const DAMAGE_CODES = new Set(['XX001', 'XX002', '58P01', '42P01', '42703', '42883', '42704', '3F000']);
/** What PostgreSQL finds by the way and reports as an internal error. */
const DAMAGE_WORDS =
  /invalid page|could not read blocks?|missing chunk number|unexpected chunk|could not open (?:file|critical)|could not access status of transaction|unexpected zero page|corrupted|is damaged|cache lookup failed|could not find tuple|could not open relation/i;

/** What a statement met in an open database; `null`: it failed for another reason. */
export function findDamageInError({
  code,
  message,
}: {
  code: string | null;
  message: string;
}): DatabaseDamage | null {
  const isDamage = DAMAGE_CODES.has(code ?? '') || (code === 'XX000' && DAMAGE_WORDS.test(message));
  if (!isDamage || OF_THE_MACHINE.test(message)) return null;
  return { kind: 'damaged', reason: toReason(message) };
}

const MOST_CHARACTERS = 200;

/** Without the place in PGlite's own file system, and without the full stop. */
function toReason(text: string): string {
  return text.replaceAll('/pglite/data/', '').replace(/\.$/, '').slice(0, MOST_CHARACTERS);
}
