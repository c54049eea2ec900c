import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveKey, ArchiveUri } from '../../domain/corpus/archive-key.ts';
import { codeOf } from '../../errors/code-of.ts';
import type { Archive, ArchivedObject, ArchivePut, ReplacedObject } from '../archive.ts';
import { listFolders } from '../list-room.ts';
import { checkObjectKey, isObjectKey } from '../object-key.ts';
import { toArchiveUnavailable } from './file-archive-error.ts';
import type { PutOrder, ReplacedFile, ThreadSettings } from './file-archive-protocol.ts';
import { createFileThread, type FileThread } from './file-thread.ts';

export interface FileArchiveSettings {
  /** Made when it is not there. Keys are paths below it. */
  folder: string;
  /**
   * Each object and its name outlive a power cut once `put` has resolved; costs about 0.7 ms an
   * object and up.
   */
  fsync: boolean;
  /** That objects lie below: `ping` fails where a file stands in place of a folder of it. Default: none. */
  prefix?: string;
}

/** Begins with a dot, as no key may: cannot be taken for an object. */
const INCOMING = '.incoming';
const PAGE_SIZE = 1000;

/**
 * One file an object, `file:///` URIs. Keeps no versions: what is replaced is kept as a hard link, or as a
 * copy where the file system has none. One process may open a folder at a time, since what an earlier one
 * left half-written is removed here.
 *
 * Throws `ARCHIVE_UNAVAILABLE`, here and in each method, when the disk is full, read-only or not
 * to be reached.
 */
export async function openFileArchive(
  { folder, fsync, prefix }: FileArchiveSettings,
  startThread: (settings: ThreadSettings) => FileThread = createFileThread,
): Promise<Archive> {
  const root = resolve(folder);
  const incomingFolder = join(root, INCOMING);
  await clearFolder(incomingFolder);
  const folders = prefix === undefined ? [] : listFolders(prefix).map((name) => join(root, name));
  const thread = startThread({ folder: root, incomingFolder, fsync });
  let pings = 0;
  let isClosed = false;
  const rootUri = pathToFileURL(`${root}/`).href;
  // A key has no character that a URL would write in another way.
  const toUri = (key: ArchiveKey) => `${rootUri}${key}` as ArchiveUri;
  const find = (key: ArchiveKey, options: CallOptions) => thread.call('find', checkObjectKey(key), options);

  function findKey(uri: ArchiveUri): ArchiveKey | null {
    if (!uri.startsWith(rootUri)) return null;
    const key = uri.slice(rootUri.length);
    return isObjectKey(key) ? key : null; // what is left of our own URI is the key it was made from
  }

  function toReplaced({ uri, keep }: ReplacedObject): ReplacedFile {
    if (keep !== null) checkObjectKey(keep.as);
    return { key: findKey(uri), keep };
  }

  /** Bytes of another archive cannot be moved: their address stays as it is. */
  function toEarlierUri(replaced: ReplacedObject | null): ArchiveUri | null {
    const isOurs = replaced !== null && findKey(replaced.uri) !== null;
    return isOurs && replaced.keep !== null ? toUri(replaced.keep.as) : null;
  }

  return {
    root: rootUri,
    async put(puts, { signal }) {
      if (puts.length === 0) return [];
      for (const { key } of puts) checkObjectKey(key);
      const replaced = puts.map(({ replaces }) => (replaces === null ? null : toReplaced(replaces)));
      const { orders, memory } = pack(puts, replaced);
      await thread.call('put', orders, { signal, transfer: [memory] });
      return puts.map(({ key, replaces }) => ({ uri: toUri(key), earlierUri: toEarlierUri(replaces) }));
    },
    async clear(replaced, by, { signal }) {
      const taking = by === null ? null : { key: checkObjectKey(by.key), body: Uint8Array.from(by.body) };
      await thread.call('clear', { replaced: toReplaced(replaced), by: taking }, { signal });
      return toEarlierUri(replaced);
    },
    async find(uri, options) {
      const key = findKey(uri);
      return key === null ? null : await find(key, options);
    },
    async findCurrent(key, options) {
      const body = await find(key, options);
      return body === null ? null : { key, uri: toUri(key), body };
    },
    async findDamaged(expected, { signal }) {
      if (expected.length === 0) return [];
      const files = expected.map(({ uri, contentHash }) => ({ key: findKey(uri), contentHash }));
      return await thread.call('findDamaged', files, { signal });
    },
    async *list(prefix, { signal }): AsyncGenerator<ArchivedObject> {
      let after: ArchiveKey | null = null;
      for (;;) {
        const page: ArchiveKey[] = await thread.call('list', { prefix, after, limit: PAGE_SIZE }, { signal });
        for (const key of page) yield { key, uri: toUri(key) };
        if (page.length < PAGE_SIZE) return;
        after = page.at(-1) ?? null;
      }
    },
    // Not on the thread: whoever only asks how things are, as `readyz` does all day, needs none.
    async ping({ signal }) {
      signal.throwIfAborted();
      if (isClosed) throw new Error(`the archive in ${root} is closed`);
      pings += 1;
      await writeProbe(join(incomingFolder, `ping-${pings}`), root);
      await Promise.all(folders.map(requireNoFile));
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      await thread[Symbol.asyncDispose]();
    },
  };
}

async function clearFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    for (const name of await readdir(path)) await rm(join(path, name), { recursive: true, force: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw toArchiveUnavailable(`the archive cannot be opened: ${reason}`, codeOf(cause), cause);
  }
}

async function writeProbe(path: string, folder: string): Promise<void> {
  try {
    await writeFile(path, 'ping');
    await rm(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw toArchiveUnavailable(`${reason} (archive folder ${folder})`, codeOf(cause), cause);
  }
}

/** That nothing is there yet is well: the first put makes it. */
async function requireNoFile(path: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw toArchiveUnavailable(reason, codeOf(cause), cause);
  });
  if (found === null || found.isDirectory()) return;
  throw toArchiveUnavailable(`a file stands in place of the folder ${path}`, 'ENOTDIR', undefined);
}

/**
 * Copies all bodies into one memory block, which can go to the thread whole: a message of one,
 * whoever owns them.
 */
function pack(
  puts: readonly ArchivePut[],
  replaced: readonly (ReplacedFile | null)[],
): { orders: PutOrder[]; memory: ArrayBuffer } {
  const memory = new ArrayBuffer(puts.reduce((total, { body }) => total + body.byteLength, 0));
  let end = 0;
  const orders = puts.map(({ key, body, isFlushed }, index) => {
    const copy = new Uint8Array(memory, end, body.byteLength);
    copy.set(body);
    end += body.byteLength;
    return { key, body: copy, replaces: replaced[index] ?? null, isFlushed };
  });
  return { orders, memory };
}
