import { hash, randomUUID } from 'node:crypto';
import { lstat, mkdtemp, realpath } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import {
  HAS_MODES,
  isBelieved,
  isClosedToWriters,
  isPrivateFolder,
  isStickyFolder,
  makePrivateFolder,
} from './private-folder.ts';

/** `sockaddr_un` holds 104 bytes on macOS, 108 on Linux. */
const MOST_SOCKET_PATH_BYTES = 100;
const PIPES = '\\\\.\\pipe\\';
/** A socket inside the data folder has a name that begins with a dot. */
const NEAR = /^\.bio-mcp-[\da-f-]+\.sock$/;

export interface AddressPlace {
  folder: string;
  /** `XDG_RUNTIME_DIR`; `null` where there is none. */
  runtimeDir: string | null;
}

/**
 * Where an owner may listen, best first: inside the data folder, so that containers that share it and nothing
 * else see each other; where its path is too long, its file system knows no sockets, or others may write to
 * it, in the user's runtime folder; where there is none, in a folder of our own among the temporary files.
 * Never where another user could put a socket in its place.
 */
export async function* listAddresses({ folder, runtimeDir }: AddressPlace): AsyncGenerator<string> {
  const name = `bio-mcp-${await hashFolder(folder)}-${randomUUID().slice(0, 8)}`;
  if (!HAS_MODES) return yield `${PIPES}${name}`;
  const isShort = (path: string) => Buffer.byteLength(path) <= MOST_SOCKET_PATH_BYTES;
  const near = resolve(folder, `.${name}.sock`);
  if (isShort(near) && (await isClosedToWriters(folder))) yield near;
  const file = `${name}.sock`;
  if (runtimeDir !== null && isShort(join(runtimeDir, file)) && (await isPrivateFolder(runtimeDir)))
    yield join(runtimeDir, file);
  for (const place of new Set([tmpdir(), '/tmp'])) {
    const own = join(place, `bio-mcp-${process.geteuid?.()}`);
    if (isShort(join(own, file)) && (await makePrivateFolder(own))) yield join(own, file);
  }
  // Another user stands in the way there. The address is told by the lock file: any name will do.
  yield join(await mkdtemp('/tmp/bio-mcp-'), file);
}

/**
 * As it is reached from here: a folder may be mounted under another path, or be a copy. `null`:
 * not from here.
 */
export async function resolveAddress(folder: string, address: string): Promise<string | null> {
  const name = basename(address);
  if (HAS_MODES && NEAR.test(name)) return resolve(folder, name);
  const known = /^(?:\\\\\.\\pipe\\)?bio-mcp-([\da-f]{16})-/.exec(HAS_MODES ? name : address)?.[1];
  return known === (await hashFolder(folder)) ? address : null;
}

/**
 * Whether what listens at `address` is of this user, or root: no other user could have made the socket there,
 * or put another in its place. A socket's owner is who bound it.
 */
export async function isTrustedAddress(address: string): Promise<boolean> {
  if (!HAS_MODES) return address.startsWith(PIPES);
  const place = dirname(address);
  const socket = await lstat(address).catch(() => null);
  if (socket?.isSocket() !== true) return false;
  if (!NEAR.test(basename(address)))
    return isBelieved(socket.uid) && ((await isPrivateFolder(place)) || (await isStickyFolder(place)));
  const folder = await lstat(place).catch(() => null);
  return isBelieved(socket.uid) || socket.uid === folder?.uid;
}

/**
 * A listener that lives and is too busy to accept is found by the connection itself; this bounds
 * the odd rest.
 */
const ANSWER_TIMEOUT_MS = 2_000;

/** `refused`: the socket is there and nobody listens. `gone`: there is none, or none to be trusted. */
export type Knock = 'answered' | 'refused' | 'gone';

/** Anything but a refusal is taken for a sign of life. */
export async function knock(address: string): Promise<Knock> {
  if (!(await isTrustedAddress(address))) return 'gone';
  return new Promise((settle) => {
    const socket: Socket = connect(address);
    const end = (knocked: Knock) => {
      socket.destroy();
      settle(knocked);
    };
    socket.setTimeout(ANSWER_TIMEOUT_MS, () => end('answered'));
    socket.once('connect', () => end('answered'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return end('refused');
      end(error.code === 'ENOENT' ? 'gone' : 'answered');
    });
  });
}

async function hashFolder(folder: string): Promise<string> {
  return hash('sha256', await realpath(folder), 'hex').slice(0, 16);
}
