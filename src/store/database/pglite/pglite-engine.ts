import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite, types } from '@electric-sql/pglite';
import { amcheck } from '@electric-sql/pglite/contrib/amcheck';
import { flushFolders } from '../../../disk/flush-folders.ts';
import { NEVER } from '../../../domain/call-options.ts';
import type { DatabaseDamage } from './damaged-database-error.ts';
import { findDamageInError, findDamageInLog, findDamageOutside } from './database-damage.ts';
import { findEmptyDatabase } from './empty-database.ts';
import { PgliteFiles } from './pglite-files.ts';

export interface EngineOptions {
  folder: string;
  /** Each commit outlives a power cut once it is answered. */
  fsync: boolean;
}

export interface Engine {
  database: PGlite;
  /** It was not closed well the last time: PostgreSQL has recovered from its log. */
  wasInterrupted: boolean;
  /**
   * Throws once PostgreSQL has given itself up (`PANIC`). PGlite lets it go on then, on what is no longer
   * true: so nothing may be asked after that, and what was answered meanwhile does not count.
   */
  throwIfOver(): void;
}

/** PostgreSQL could not open the folder, or gave itself up. */
export class EngineOverError extends Error {
  /** `null`: the machine failed (a full disk, a broken one), not the database. */
  readonly damage: DatabaseDamage | null;

  constructor(message: string, damage: DatabaseDamage | null, cause?: unknown) {
    super(message, { cause });
    this.damage = damage;
  }
}

/**
 * V8 optimises no WebAssembly: it takes 600 MB for one function of PostgreSQL's, for statements that are as
 * fast without. The flags are the process's, not the thread's, and count for what is compiled after them;
 * nothing else here that works hard is WebAssembly.
 */
const PLAIN_WASM = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];
/** PostgreSQL's default is 128 MB; the system keeps the files in memory as well. */
const SHARED_BUFFERS = '16MB';
/**
 * PostgreSQL's own sign that somebody has the folder. Whoever opens it here has it already; and a power cut
 * may leave the sign empty, with which PostgreSQL starts no more.
 */
const LOCK_FILE = 'postmaster.pid';
const FATAL = /\b(?:PANIC|FATAL):/;
const INTERRUPTED = /database system was (?:interrupted|not properly shut down)/;
/** Of what PostgreSQL says before it gives up, and after: its first complaint tells why. */
const MOST_LINES = 50;

/**
 * Opens the database in `folder`, and makes it where there is none. Throws `EngineOverError`, or
 * as PGlite does.
 */
export async function openEngine({ folder, fsync }: EngineOptions): Promise<Engine> {
  const outside = await findDamageOutside(folder);
  if (outside !== null) throw new EngineOverError(outside.reason, outside);
  await rm(join(folder, LOCK_FILE), { force: true });
  const empty = await findEmptyDatabase(folder);
  for (const flag of PLAIN_WASM) setFlagsFromString(flag);
  const log = createServerLog();
  const database = await PGlite.create({
    fs: new PgliteFiles(folder, { fsync }),
    startParams: toStartParams(fsync),
    extensions: { amcheck }, // see examineIndexes
    parsers: { [types.BYTEA]: toBytes },
    onStderr: (text) => {
      log.add(text);
      return false; // and not to the process's own stderr
    },
    ...(empty === null ? {} : { loadDataDir: empty }),
  }).catch((cause: unknown) => {
    throw log.toOver(cause) ?? toDamaged(cause) ?? cause;
  });
  // PostgreSQL flushes what it writes itself; the files of the new database came from elsewhere.
  if (empty !== null && fsync) await flushFolders([folder], NEVER);
  return {
    database,
    wasInterrupted: log.lines.some((line) => INTERRUPTED.test(line)),
    throwIfOver() {
      const over = log.toOver(null);
      if (over !== null) throw over;
    },
  };
}

/**
 * PGlite's own reads each byte by itself, which is most of what the texts of a search cost. A copy, since the
 * bytes of a `Buffer` lie among others, and all of those would go to the other thread.
 */
function toBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.slice(HEX_MARK.length), 'hex'));
}

/** https://www.postgresql.org/docs/current/datatype-binary.html, bytea hex format */
const HEX_MARK = '\\x';

/** PGlite asks a few things itself at the opening, whose failure PostgreSQL's log does not tell. */
function toDamaged(cause: unknown): EngineOverError | null {
  if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'string')) return null;
  const damage = findDamageInError({ code: cause.code, message: cause.message });
  return damage === null ? null : new EngineOverError(damage.reason, damage, cause);
}

function createServerLog() {
  const lines: string[] = [];
  let isOver = false;
  return {
    lines,
    add(line: string) {
      if (isOver && lines.length >= MOST_LINES) return;
      lines.push(line);
      if (!isOver && lines.length > MOST_LINES) lines.shift();
      isOver ||= FATAL.test(line);
    },
    /** `null`: PostgreSQL has not given up. */
    toOver(cause: unknown): EngineOverError | null {
      const damage = findDamageInLog(lines);
      if (damage !== null) return new EngineOverError(damage.reason, damage, cause);
      return isOver ? new EngineOverError(lines.find((line) => FATAL.test(line)) ?? '', null, cause) : null;
    },
  };
}

function toStartParams(fsync: boolean): string[] {
  const params = [...PGlite.defaultStartParams, '-c', `shared_buffers=${SHARED_BUFFERS}`];
  return fsync ? [...params.filter((param) => param !== '-F'), '-c', 'wal_sync_method=fsync'] : params;
}
