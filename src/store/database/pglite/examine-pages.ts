import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '../../../domain/call-options.ts';
import type { DatabaseDamage } from './damaged-database-error.ts';
import { isPageWhole, PAGE_BYTES } from './page-checksum.ts';

/** A table or an index, and its further files of 1 GB each; maps of free space PostgreSQL mends by itself. */
const PAGED_FILE = /^\d+(?:\.(\d+))?$/;
const PAGES_A_FILE = 131_072;
const PAGES_A_READ = 128;

/**
 * Reads every page of every table and index of an embedded database, whose checkpoint is behind and which
 * nobody writes to; resolves to the first damage that its checksums tell. Some 10 s a GB.
 */
export async function findDamagedPage(folder: string, options: CallOptions): Promise<DatabaseDamage | null> {
  for await (const file of listPagedFiles(folder)) {
    const damage = await examineFile(folder, file, options);
    if (damage !== null) return damage;
  }
  return null;
}

async function* listPagedFiles(folder: string): AsyncGenerator<string> {
  for (const place of ['global', 'base']) {
    for (const name of await readdir(join(folder, place), { recursive: true })) {
      if (PAGED_FILE.test(name.split(/[\\/]/).at(-1) ?? '') && (place === 'global' || /[\\/]/.test(name)))
        yield join(place, name);
    }
  }
}

async function examineFile(
  folder: string,
  file: string,
  { signal }: CallOptions,
): Promise<DatabaseDamage | null> {
  const first = Number(PAGED_FILE.exec(file.split(/[\\/]/).at(-1) ?? '')?.[1] ?? 0) * PAGES_A_FILE;
  const memory = new Uint8Array(PAGES_A_READ * PAGE_BYTES);
  await using handle = await open(join(folder, file), 'r');
  for (let block = 0; ; ) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(memory, 0, memory.length, block * PAGE_BYTES);
    for (let at = 0; at < bytesRead; at += PAGE_BYTES, block++) {
      if (at + PAGE_BYTES > bytesRead)
        return { kind: 'damaged', reason: `the file ${file} ends within a page` };
      if (!isPageWhole(memory.subarray(at, at + PAGE_BYTES), first + block))
        return { kind: 'damaged', reason: `invalid page in block ${block} of ${file}` };
    }
    if (bytesRead < memory.length) return null;
  }
}
