import { mkdir, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ArchiveKey, ArchiveUri } from '../../domain/archive-key.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Archive, ArchivedObject, ArchivePut } from '../archive.ts';
import { checkObjectKey, isObjectKey } from '../object-key.ts';
import { errnoOf, toArchiveUnavailable } from './file-archive-error.ts';
import type { PutOrder } from './file-archive-protocol.ts';
import { createFileThread } from './file-thread.ts';

export interface FileArchiveSettings {
  /** Made when it is not there. Keys are paths below it. */
  folder: string;
  /** Each object and its name outlive a power cut once `put` has resolved; costs about 0.7 ms an object and up. */
  fsync: boolean;
}

/** Begins with a dot, as no key may: cannot be taken for an object. */
const INCOMING = '.incoming';
const PAGE_SIZE = 1000;

/**
 * One file an object, `file:///` URIs. Keeps no versions: `keepEarlierAs` makes a hard link, or a copy where the file
 * system has none. One process may open a folder at a time, since what an earlier one left half-written is removed here.
 *
 * Throws `ARCHIVE_UNAVAILABLE`, here and in each method, when the disk is full, read-only or not to be reached.
 */
export async function openFileArchive({ folder, fsync }: FileArchiveSettings): Promise<Archive> {
  const root = resolve(folder);
  const incomingFolder = join(root, INCOMING);
  await clearFolder(incomingFolder);
  const thread = createFileThread({ folder: root, incomingFolder, fsync });
  const rootUri = pathToFileURL(`${root}/`).href;
  // A key has no character that a URL would write in another way.
  const toUri = (key: ArchiveKey) => `${rootUri}${key}` as ArchiveUri;
  const find = (key: ArchiveKey, options: CallOptions) => thread.call('find', checkObjectKey(key), options);

  function findKey(uri: ArchiveUri): ArchiveKey | null {
    if (!uri.startsWith(rootUri)) return null;
    const key = uri.slice(rootUri.length);
    return isObjectKey(key) ? key : null; // what is left of our own URI is the key it was made from
  }

  return {
    root: rootUri,
    async put(puts, { signal }) {
      if (puts.length === 0) return [];
      for (const { key, keepEarlierAs } of puts) {
        checkObjectKey(key);
        if (keepEarlierAs !== null) checkObjectKey(keepEarlierAs);
      }
      const { orders, memory } = pack(puts);
      const areKept = await thread.call('put', orders, { signal, transfer: [memory] });
      return puts.map(({ key, keepEarlierAs }, index) => ({
        uri: toUri(key),
        earlierUri: keepEarlierAs !== null && areKept[index] ? toUri(keepEarlierAs) : null,
      }));
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
    async ping({ signal }) {
      await thread.call('ping', null, { signal });
    },
    async [Symbol.asyncDispose]() {
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
    throw toArchiveUnavailable(`the archive cannot be opened: ${reason}`, errnoOf(cause), cause);
  }
}

/** Copies all bodies into one memory block, which can go to the thread whole: a message of one, whoever owns them. */
function pack(puts: readonly ArchivePut[]): { orders: PutOrder[]; memory: ArrayBuffer } {
  const memory = new ArrayBuffer(puts.reduce((total, { body }) => total + body.byteLength, 0));
  let end = 0;
  const orders = puts.map(({ key, keepEarlierAs, body }) => {
    const copy = new Uint8Array(memory, end, body.byteLength);
    copy.set(body);
    end += body.byteLength;
    return { key, keepEarlierAs, body: copy };
  });
  return { orders, memory };
}
