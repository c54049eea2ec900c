import { link, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { isMissing } from '../disk/null-if-missing.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';
import { isBelieved } from './private-folder.ts';

const ownerSchema = z.object({
  name: z.string(),
  role: z.enum(['service', 'guest']),
  pid: z.number(),
  /** `null`: it left in good order. */
  address: z.string().nullable(),
  /**
   * `boot` tells one running system from another, also from the same machine's before. Absent: of
   * an earlier release.
   */
  host: z.object({ name: z.string(), boot: z.string() }).optional(),
});

/** Who has the data folder open, or had it, as a lock file tells. */
export type OwnerRecord = z.output<typeof ownerSchema>;

/** `owner.7.json` is the seventh owner's. */
const LOCK_FILE = /^owner\.(\d{1,15})\.json$/;
const BOOT_ID = '/proc/sys/kernel/random/boot_id';

export function toLockPath(folder: string, number: number): string {
  return join(folder, `owner.${number}.json`);
}

/** Ascending. */
export async function listNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  const numbers = names.flatMap((name) => {
    const number = LOCK_FILE.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.sort((a, b) => a - b);
}

/** All containers of one Linux kernel have one boot id, and a socket in a shared folder connects them. */
export async function findHost(): Promise<{ name: string; boot: string }> {
  const name = hostname();
  const boot = await readFile(BOOT_ID, 'utf8').catch(() => name);
  return { name, boot: boot.trim() };
}

/**
 * `null` when it is gone meanwhile, or is nothing that we wrote (a disk lost it): nobody alive stands behind
 * it. `beat` changes as long as its owner lives.
 */
export async function findOwner(lockFile: string): Promise<(OwnerRecord & { beat: number }) | null> {
  try {
    // On a network file system it is the opening that asks the server anew.
    await using file = await open(lockFile, 'r');
    const { uid, mtimeMs } = await file.stat();
    if (!isBelieved(uid) && uid !== (await stat(join(lockFile, '..'))).uid) throw toForged(lockFile, uid);
    const parsed = ownerSchema.safeParse(JSON.parse(await file.readFile('utf8')));
    return parsed.success ? { ...parsed.data, beat: mtimeMs } : null;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return null;
    throw error;
  }
}

function toForged(lockFile: string, uid: number): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'A lock file in the data folder belongs to another user, so others may write there: remove it, and give the folder to the user that runs bio-mcp alone.',
    { message: `${lockFile} belongs to user ${uid}` },
  );
}

/** A link is made whole or not at all, and never over another: only one of many can make it. */
export async function linkIfFree(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') return false;
    throw NO_LINK.has(code) ? withoutLinks(error) : error;
  }
}

/** The draft was just written beside it, so that none of these speaks of a right that is missing. */
const NO_LINK = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']);

/** What exFAT, FAT and some network shares answer. */
function withoutLinks(cause: unknown): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'The data folder cannot be used: its file system has no hard links (exFAT, FAT, some network shares), by which one process alone becomes its owner. Set BIO_MCP_DATA_DIR to a folder on another file system, such as ext4, XFS, APFS or NTFS.',
    { cause },
  );
}

export async function writeDraft(draft: string, owner: OwnerRecord): Promise<void> {
  await writeFile(draft, JSON.stringify(owner), { mode: 0o600 });
}

/** From then on it names no address. A file that is gone stays gone. */
export async function writeLeft(lockFile: string, owner: OwnerRecord): Promise<void> {
  try {
    await using file = await open(lockFile, 'r+');
    await file.truncate();
    await file.writeFile(JSON.stringify({ ...owner, address: null }));
  } catch {
    // On a full or broken disk the socket, which is gone too, tells the same.
  }
}

/** Between two signs of life in the lock file. */
const BEAT_MS = 2_000;

/**
 * Tells by the time of the lock file that its owner lives, until it is disposed; calls `onLost` once another
 * has the folder.
 */
export function startBeating(folder: string, number: number, onLost: () => void): Disposable {
  const lockFile = toLockPath(folder, number);
  const beat = async () => {
    const now = new Date();
    await utimes(lockFile, now, now);
    return (await listNumbers(folder)).at(-1) === number;
  };
  let isOver = false;
  const end = () => {
    isOver = true;
    clearInterval(beating);
  };
  const beating = setInterval(() => {
    beat()
      // A disk that fails is no other owner.
      .catch((error: unknown) => !isMissing(error))
      .then((isOurs) => {
        if (isOurs || isOver) return;
        end();
        onLost();
      });
  }, BEAT_MS).unref();
  return { [Symbol.dispose]: end };
}

/** With the socket, which a killed process leaves behind. */
export async function removeLock(lockFile: string, socket: string | null): Promise<void> {
  await rm(lockFile, { force: true });
  if (socket !== null) await rm(socket, { force: true });
}
