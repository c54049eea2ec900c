import { toKeyForms } from '../domain/corpus/archive-key.ts';
import type { Archive, ArchivedObject, ArchivePut, ArchivePutResult, PutOptions } from './archive.ts';
import { findSealed } from './object-check.ts';

/**
 * The same archive, for records that are read out of it and come in again: a put of a record that lies under
 * its key already, however it was compressed, writes nothing of it and answers where it lies.
 */
export function adoptPuts(archive: Archive): Archive {
  return {
    root: archive.root,
    async put(puts, options) {
      const results: ArchivePutResult[] = [];
      for (const one of puts)
        results.push((await adopt(archive, one, options)) ?? (await put(archive, one, options)));
      return results;
    },
    clear: (replaced, by, options) => archive.clear(replaced, by, options),
    find: (uri, options) => archive.find(uri, options),
    findCurrent: (key, options) => archive.findCurrent(key, options),
    findDamaged: (expected, options) => archive.findDamaged(expected, options),
    list: (prefix, options) => archive.list(prefix, options),
    ping: (options) => archive.ping(options),
    [Symbol.asyncDispose]: () => archive[Symbol.asyncDispose](),
  };
}

async function adopt(
  archive: Archive,
  { key, body, replaces }: ArchivePut,
  options: PutOptions,
): Promise<ArchivePutResult | null> {
  const wanted = findSealed(body);
  if (wanted === null) return null;
  for (const form of toKeyForms(key)) {
    const found = await archive.findCurrent(form, options);
    const sealed = found === null ? null : findSealed(found.body);
    if (found === null || sealed?.contentHash !== wanted.contentHash || sealed.pmid !== wanted.pmid) continue;
    return { uri: found.uri, earlierUri: await clear(archive, replaces, found, options) };
  }
  return null;
}

async function clear(
  archive: Archive,
  replaces: ArchivePut['replaces'],
  by: ArchivedObject & { body: Uint8Array },
  options: PutOptions,
) {
  return replaces === null ? null : archive.clear(replaces, by, options);
}

async function put(archive: Archive, one: ArchivePut, options: PutOptions): Promise<ArchivePutResult> {
  const [result] = await archive.put([one], options);
  if (result === undefined) throw new Error('the archive answered no address for what was put');
  return result;
}
