import type { CallOptions } from '../domain/call-options.ts';
import type { Archive, ArchivePut, ArchivePutResult } from './archive.ts';

/**
 * The same archive, for records that are read out of it and come in again: a put of the very bytes that lie under its
 * key already writes nothing and answers where they lie.
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
  { key, body, keepEarlierAs }: ArchivePut,
  options: CallOptions,
): Promise<ArchivePutResult | null> {
  const found = await archive.findCurrent(key, options);
  if (found === null || !Buffer.from(found.body).equals(body)) return null;
  const earlier = keepEarlierAs === null ? null : await archive.findCurrent(keepEarlierAs, options);
  return { uri: found.uri, earlierUri: earlier?.uri ?? null };
}

async function put(archive: Archive, one: ArchivePut, options: CallOptions): Promise<ArchivePutResult> {
  const [result] = await archive.put([one], options);
  if (result === undefined) throw new Error('the archive answered no address for what was put');
  return result;
}
