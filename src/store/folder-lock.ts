import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** Who has the data folder open, as the lock file names them. */
export interface FolderOwner {
  /** The command, such as "bio-mcp http". */
  name: string;
  pid: number;
  /** A socket: the owner lives only if it answers there. */
  address: string;
}

const LOCK_FILE = 'owner.json';
const ANSWER_TIMEOUT_MS = 2_000;
/** Each round either wins, finds a living owner, or removes one dead lock. */
const MOST_ROUNDS = 20;

/**
 * Makes this process the folder's one owner, since the embedded database and index serve one process. Throws a
 * sentence that names the living owner, if there is one. A lock whose owner does not answer (kill -9, power loss) is
 * replaced without a hand.
 */
export async function lockFolder({
  folder,
  name,
}: {
  folder: string;
  name: string;
}): Promise<AsyncDisposable> {
  await mkdir(folder, { recursive: true });
  const address = toAddress();
  const server = await listen(address);
  const lockFile = join(folder, LOCK_FILE);
  const mine: FolderOwner = { name, pid: process.pid, address };
  try {
    await claim(lockFile, mine);
  } catch (error) {
    await close(server);
    throw error;
  }
  return {
    async [Symbol.asyncDispose]() {
      await rm(lockFile, { force: true });
      await close(server);
    },
  };
}

/** Socket paths are limited to about 100 bytes, so the socket does not lie in the folder. */
function toAddress(): string {
  const socket = `bio-mcp-${randomUUID().slice(0, 13)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${socket}` : join(tmpdir(), `${socket}.sock`);
}

async function claim(lockFile: string, mine: FolderOwner): Promise<void> {
  const draft = `${lockFile}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(mine));
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (await linkIfFree(draft, lockFile)) return;
      const owner = await readOwner(lockFile);
      if (owner === null) continue;
      if (await isAlive(owner.address)) throw toInUse(owner);
      await removeDead(lockFile, owner);
    }
    throw new BioMcpError('DB_UNAVAILABLE', 'The data folder could not be locked; try again.');
  } finally {
    await rm(draft, { force: true });
  }
}

/** A link is made whole or not at all, and never over another. */
async function linkIfFree(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // `link` rejects with errno errors
    throw error;
  }
}

/** `null` when it is gone meanwhile. What cannot be read as an owner was left by nobody who lives. */
async function readOwner(lockFile: string): Promise<FolderOwner | null> {
  const text = await readFile(lockFile, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as FolderOwner; // written by `claim`
  } catch {
    return { name: 'unknown', pid: 0, address: '' };
  }
}

/** Moves the lock aside before removing it: of several who found it dead, one moves it, and nobody a new one for long. */
async function removeDead(lockFile: string, dead: FolderOwner): Promise<void> {
  const aside = `${lockFile}.dead-${randomUUID()}`;
  const moved = await rename(lockFile, aside).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
  if (!moved) return;
  const owner = await readOwner(aside);
  if (owner !== null && owner.address !== dead.address) await linkIfFree(aside, lockFile);
  await rm(aside, { force: true });
  if (dead.address !== '' && process.platform !== 'win32') await rm(dead.address, { force: true });
}

function isAlive(address: string): Promise<boolean> {
  if (address === '') return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect(address);
    const settle = (alive: boolean) => {
      socket.destroy();
      resolve(alive);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => settle(false));
    socket.once('data', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/** Says hello to whoever connects: a socket file alone proves nothing. */
async function listen(address: string): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end('bio-mcp\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  server.unref();
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function toInUse({ name, pid }: FolderOwner): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `The data folder is in use by \`${name}\` (process ${pid}); stop it, or wait until it is done.`,
  );
}
