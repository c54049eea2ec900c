import { randomUUID } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';
import { isTrustedAddress, listAddresses, resolveAddress } from './owner-address.ts';
import {
  findHost,
  findOwner,
  linkIfFree,
  listNumbers,
  type OwnerRecord,
  removeLock,
  startBeating,
  toLockPath,
  writeDraft,
  writeLeft,
} from './owner-file.ts';
import { examineLife, type LifeOptions } from './owner-life.ts';
import { HAS_MODES, makeDataFolder } from './private-folder.ts';

/**
 * A `service` (serve, http) keeps the folder until it ends; a `guest` (a command) gives it to a
 * service that asks.
 */
export type OwnerRole = 'service' | 'guest';

/** Who has the data folder open. */
export interface FolderOwner {
  /** The command, such as "bio-mcp http". */
  name: string;
  role: OwnerRole;
  pid: number;
  /** A socket or a named pipe: the owner lives as long as somebody listens there. */
  address: string;
}

export interface ClaimOptions {
  folder: string;
  name: string;
  role: OwnerRole;
  /** The user's folder for sockets (`XDG_RUNTIME_DIR`). Default: there is none. */
  runtimeDir?: string | null;
  /** Talks with whoever comes to the owner's address; it may come before the claim is decided. */
  onConnection: (socket: Socket) => void;
  /**
   * Another process took the folder, as from a process that was paused for long: this one must end at once.
   */
  onLost?: (error: BioMcpError) => void;
  /** How an owner that cannot be reached is examined. */
  life?: LifeOptions;
}

/**
 * `owned`: disposing `lock` gives the folder up and ends every connection. `taken`: by `owner`, who is alive.
 */
export type Claim = { kind: 'owned'; lock: AsyncDisposable } | { kind: 'taken'; owner: FolderOwner };

/** Each round either wins, finds a living owner, or sees that another was faster. */
const MOST_ROUNDS = 50;

/**
 * Makes this process the folder's one owner, since the embedded database and index serve one process, or
 * tells who is. A lock whose owner is gone (kill -9, power loss) is replaced without a hand.
 *
 * Owners are numbered, and a number is taken by a hard link, which only one of many can make. Whoever finds
 * the owner with the highest number gone takes the next one; a file is removed only by the holder of a higher
 * number. So one who comes late and takes a number that was removed meanwhile always sees a higher one, and
 * gives way. Leaving, an owner stops listening and takes its address out of its file; the file stays, to keep
 * its number from being taken again.
 */
export async function claimFolder(options: ClaimOptions): Promise<Claim> {
  const { folder } = options;
  try {
    await makeDataFolder(folder);
    return await claim(options);
  } catch (error) {
    throw toUnusable(folder, error);
  }
}

async function claim(options: ClaimOptions): Promise<Claim> {
  const { folder, name, role, life } = options;
  const known = await findLivingOwner(folder, life);
  if (known !== null) return { kind: 'taken', owner: known };
  const listening = await listenNear(options);
  const mine: OwnerRecord = {
    name,
    role,
    pid: process.pid,
    address: listening.address,
    host: await findHost(),
  };
  try {
    const taken = await claimNumber(folder, mine, life);
    if (typeof taken === 'number') return { kind: 'owned', lock: toLock(options, taken, mine, listening) };
    await listening[Symbol.asyncDispose]();
    return { kind: 'taken', owner: taken };
  } catch (error) {
    await listening[Symbol.asyncDispose]();
    throw error;
  }
}

function toLock(
  { folder, onLost }: ClaimOptions,
  number: number,
  mine: OwnerRecord,
  listening: Listening,
): AsyncDisposable {
  const beating = startBeating(folder, number, () => onLost?.(toTakenAway()));
  return {
    async [Symbol.asyncDispose]() {
      beating[Symbol.dispose]();
      try {
        // First: whoever finds nobody listening there need not find out why.
        await writeLeft(toLockPath(folder, number), mine);
      } finally {
        await listening[Symbol.asyncDispose]();
      }
    },
  };
}

/** Resolves to the number that is ours, else to the owner. */
async function claimNumber(
  folder: string,
  mine: OwnerRecord,
  life: LifeOptions | undefined,
): Promise<number | FolderOwner> {
  const draft = join(folder, `.owner-${randomUUID()}`);
  await writeDraft(draft, mine);
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const highest = (await listNumbers(folder)).at(-1) ?? 0;
      const owner = await findLiving(folder, highest, life);
      if (owner !== null) return owner;
      if (await takeNumber(folder, draft, highest + 1)) return highest + 1;
    }
    throw new BioMcpError('DB_UNAVAILABLE', 'The data folder could not be locked; try again.');
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Whoever owns the folder now; `null` when nobody does. Throws where the owner lives and cannot be
 * reached from here.
 */
export async function findLivingOwner(folder: string, life?: LifeOptions): Promise<FolderOwner | null> {
  return findLiving(folder, (await listNumbers(folder)).at(-1) ?? 0, life);
}

async function findLiving(
  folder: string,
  number: number,
  options: LifeOptions | undefined,
): Promise<FolderOwner | null> {
  const lockFile = toLockPath(folder, number);
  const owner = number === 0 ? null : await findOwner(lockFile);
  if (owner === null) return null;
  const life = await examineLife(folder, lockFile, owner, options);
  if (life.kind === 'dead') return null;
  const { name, role, pid } = owner;
  if (life.kind === 'reached') return { name, role, pid, address: life.address };
  throw toApart(owner);
}

async function takeNumber(folder: string, draft: string, number: number): Promise<boolean> {
  if (!(await linkIfFree(draft, toLockPath(folder, number)))) return false;
  const numbers = await listNumbers(folder);
  if (numbers.at(-1) !== number) {
    await rm(toLockPath(folder, number), { force: true });
    return false;
  }
  await Promise.all(numbers.slice(0, -1).map((lower) => removeDead(folder, toLockPath(folder, lower))));
  return true;
}

/** The socket only where it is one of ours: a lock file may be damaged, or forged. */
async function removeDead(folder: string, lockFile: string): Promise<void> {
  const address = (await findOwner(lockFile))?.address ?? null;
  const socket = address === null || !HAS_MODES ? null : await resolveAddress(folder, address);
  await removeLock(lockFile, socket !== null && (await isTrustedAddress(socket)) ? socket : null);
}

interface Listening extends AsyncDisposable {
  address: string;
}

/** At the best address that takes a listener. */
async function listenNear({ folder, runtimeDir = null, onConnection }: ClaimOptions): Promise<Listening> {
  let failure: unknown = new Error('there is no place for a socket');
  for await (const address of listAddresses({ folder, runtimeDir })) {
    try {
      return await listen(address, onConnection);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function listen(address: string, onConnection: ClaimOptions['onConnection']): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  server.unref();
  // Whoever may write to the socket may use the corpus: this user alone.
  if (HAS_MODES) await chmod(address, 0o600);
  return {
    address,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function toApart({ name, pid, host }: OwnerRecord): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `The data folder is in use by \`${name}\` (process ${pid} on ${host?.name}), which cannot be reached from here: stop that one first. The embedded database wants a local disk; several hosts share a corpus by BIO_MCP_DATABASE_URL.`,
  );
}

function toTakenAway(): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'Another process took the data folder over, or its lock file was removed: this process ends, since the folder has one owner at a time.',
  );
}

/** The one sentence for whoever may not have the folder. */
export function toInUse({ name, pid }: FolderOwner): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `The data folder is in use by \`${name}\` (process ${pid}): work through that one, or stop it first.`,
  );
}

const NOWHERE =
  'its path leads nowhere, as a link to a volume that is not mounted: mount it, or set BIO_MCP_DATA_DIR to another folder.';
const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write in it: give it the right, or set BIO_MCP_DATA_DIR to another folder.',
  EPERM: 'this user may not write in it: give it the right, or set BIO_MCP_DATA_DIR to another folder.',
  EROFS: 'it lies on a read-only file system: set BIO_MCP_DATA_DIR to another folder.',
  ENOSPC: 'its disk is full: free some space on it and run the same command again.',
  EDQUOT: 'its disk is full: free some space on it and run the same command again.',
  EIO: 'its disk reports a failure: check its health before anything else.',
  ENOTDIR: 'a file stands where it should be: set BIO_MCP_DATA_DIR to another folder.',
  ENOENT: NOWHERE,
  ELOOP: NOWHERE,
  EMFILE:
    'this process may not open enough files: raise the limit (`ulimit -n`, LimitNOFILE of systemd) to 1024 or more.',
  ENAMETOOLONG: 'its path is longer than the disk takes: set BIO_MCP_DATA_DIR to a shorter one.',
  EEXIST: 'a file stands where it should be: set BIO_MCP_DATA_DIR to another folder.',
};

/** One sentence that says what to do; what is not known stays as it is. */
export function toUnusable(folder: string, error: unknown): unknown {
  const problem = UNUSABLE[codeOf(error)];
  if (problem === undefined) return error;
  return new BioMcpError('DB_UNAVAILABLE', `The data folder cannot be used: ${problem}`, {
    message: `the data folder ${folder} cannot be used: ${problem}`,
    cause: error,
  });
}
