import { hash, randomUUID } from 'node:crypto';
import { chmod, link, mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** A `service` (serve, http) keeps the folder until it ends; a `guest` (a command) gives it to a service that asks. */
export type OwnerRole = 'service' | 'guest';

/** Who has the data folder open, as the lock file names them. */
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
  /** Talks with whoever comes to the owner's address; it may come before the claim is decided. */
  onConnection: (socket: Socket) => void;
}

/** `owned`: disposing `lock` gives the folder up and ends every connection. `taken`: by `owner`, who is alive. */
export type Claim = { kind: 'owned'; lock: AsyncDisposable } | { kind: 'taken'; owner: FolderOwner };

/** `owner.7.json` is the seventh owner's. */
const LOCK_FILE = /^owner\.(\d{1,15})\.json$/;
/** Each round either wins, finds a living owner, or sees that another was faster. */
const MOST_ROUNDS = 50;
/** A listener that lives and is too busy to accept is found by the connection itself; this bounds the odd rest. */
const ANSWER_TIMEOUT_MS = 2_000;
/** `sockaddr_un` holds 104 bytes on macOS, 108 on Linux. */
const MOST_SOCKET_PATH_BYTES = 100;

/**
 * Makes this process the folder's one owner, since the embedded database and index serve one process, or tells who is.
 * A lock whose owner is gone (kill -9, power loss) is replaced without a hand.
 *
 * Owners are numbered, and a number is taken by a hard link, which only one of many can make. Whoever finds the owner
 * with the highest number gone takes the next one; a file is removed only by the holder of a higher number. So one who
 * comes late and takes a number that was removed meanwhile always sees a higher one, and gives way. Leaving, an owner
 * only stops listening: its file stays, to keep its number from being taken again.
 */
export async function claimFolder(options: ClaimOptions): Promise<Claim> {
  const { folder } = options;
  try {
    await mkdir(folder, { recursive: true });
    return await claim(options);
  } catch (error) {
    throw toUnusable(folder, error);
  }
}

async function claim({ folder, name, role, onConnection }: ClaimOptions): Promise<Claim> {
  const known = await findLivingOwner(folder);
  if (known !== null) return { kind: 'taken', owner: known };
  const { address, lock } = await listenNear(folder, onConnection);
  const mine = { name, role, pid: process.pid, address };
  try {
    const owner = await claimNumber(folder, mine);
    if (owner === null) return { kind: 'owned', lock };
    await lock[Symbol.asyncDispose]();
    return { kind: 'taken', owner };
  } catch (error) {
    await lock[Symbol.asyncDispose]();
    throw error;
  }
}

/** Resolves to `null` when the folder is ours, else to the owner. */
async function claimNumber(folder: string, mine: FolderOwner): Promise<FolderOwner | null> {
  const draft = join(folder, `.owner-${randomUUID()}`);
  await writeFile(draft, JSON.stringify(mine));
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const highest = (await listNumbers(folder)).at(-1) ?? 0;
      const owner = await findLiving(folder, highest);
      if (owner !== null) return owner;
      if (await takeNumber(folder, draft, highest + 1)) return null;
    }
    throw new BioMcpError('DB_UNAVAILABLE', 'The data folder could not be locked; try again.');
  } finally {
    await rm(draft, { force: true });
  }
}

/** Whoever owns the folder now; `null` when nobody does. */
export async function findLivingOwner(folder: string): Promise<FolderOwner | null> {
  return findLiving(folder, (await listNumbers(folder)).at(-1) ?? 0);
}

async function findLiving(folder: string, number: number): Promise<FolderOwner | null> {
  const owner = number === 0 ? null : await findOwner(toPath(folder, number));
  return owner !== null && (await isAlive(owner.address)) ? owner : null;
}

async function takeNumber(folder: string, draft: string, number: number): Promise<boolean> {
  if (!(await linkIfFree(draft, toPath(folder, number)))) return false;
  const numbers = await listNumbers(folder);
  if (numbers.at(-1) !== number) {
    await rm(toPath(folder, number), { force: true });
    return false;
  }
  await Promise.all(numbers.slice(0, -1).map((lower) => removeDead(toPath(folder, lower))));
  return true;
}

function toPath(folder: string, number: number): string {
  return join(folder, `owner.${number}.json`);
}

/** Ascending. */
async function listNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  const numbers = names.flatMap((name) => {
    const number = LOCK_FILE.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return numbers.sort((a, b) => a - b);
}

/** A link is made whole or not at all, and never over another. */
async function linkIfFree(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** `null` when it is gone meanwhile, or is nothing that we wrote (a disk lost it): nobody alive stands behind it. */
async function findOwner(lockFile: string): Promise<FolderOwner | null> {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')) as FolderOwner; // written by `claim`
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

/** With the socket, which a killed process leaves behind. */
async function removeDead(lockFile: string): Promise<void> {
  const owner = await findOwner(lockFile);
  if (owner !== null && process.platform !== 'win32') await rm(owner.address, { force: true });
  await rm(lockFile, { force: true });
}

/** A connection is refused only where nobody listens: anything else is taken for a sign of life. */
function isAlive(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => settle(true));
    socket.once('connect', () => settle(true));
    socket.once('error', (error) => settle(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error) ?? '')));
  });
}

/**
 * Inside the folder where the path is short enough, so that containers that share the folder and not /tmp see each
 * other; else, and on file systems without sockets, among the temporary files, named by a hash of the folder's real path.
 */
async function listenNear(folder: string, onConnection: ClaimOptions['onConnection']): Promise<Listening> {
  const folderHash = hash('sha256', await realpath(folder), 'hex').slice(0, 16);
  const name = `bio-mcp-${folderHash}-${randomUUID().slice(0, 8)}`;
  if (process.platform === 'win32') return listen(`\\\\.\\pipe\\${name}`, onConnection);
  const near = resolve(folder, `.${name}.sock`);
  const elsewhere = [tmpdir(), '/tmp'].map((place) => join(place, `${name}.sock`));
  const address =
    [near, ...elsewhere].find((path) => Buffer.byteLength(path) <= MOST_SOCKET_PATH_BYTES) ?? near;
  return listen(address, onConnection).catch((error: unknown) => {
    if (address !== near) throw error;
    return listen(elsewhere.at(-1) ?? near, onConnection);
  });
}

interface Listening {
  address: string;
  lock: AsyncDisposable;
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
  if (process.platform !== 'win32') await chmod(address, 0o600);
  const lock = {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return { address, lock };
}

/** The one sentence for whoever may not have the folder. */
export function toInUse({ name, pid }: FolderOwner): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `The data folder is in use by \`${name}\` (process ${pid}): work through that one, or stop it first.`,
  );
}

const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write in it: give it the right, or set BIO_MCP_DATA_DIR to another folder.',
  EPERM: 'this user may not write in it: give it the right, or set BIO_MCP_DATA_DIR to another folder.',
  EROFS: 'it lies on a read-only file system: set BIO_MCP_DATA_DIR to another folder.',
  ENOSPC: 'its disk is full: free some space on it and run the same command again.',
  EDQUOT: 'its disk is full: free some space on it and run the same command again.',
  ENOTDIR: 'a file stands where it should be: set BIO_MCP_DATA_DIR to another folder.',
  EEXIST: 'a file stands where it should be: set BIO_MCP_DATA_DIR to another folder.',
};

function toUnusable(folder: string, error: unknown): unknown {
  const problem = UNUSABLE[codeOf(error) ?? ''];
  if (problem === undefined) return error;
  return new BioMcpError('DB_UNAVAILABLE', `The data folder cannot be used: ${problem}`, {
    message: `the data folder ${folder} cannot be used: ${problem}`,
    cause: error,
  });
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
