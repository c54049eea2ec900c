import { BulkSourceError } from './bulk-source-error.ts';

export const MOST_MD5_BYTES = 64 * 1024;

/** In lower case. NLM writes `MD5(pubmed26n0001.xml.gz)= 0123…`, md5sum `0123…  pubmed26n0001.xml.gz`. */
export function findDigest(text: string): string | null {
  return /\b([0-9a-f]{32})\b/i.exec(text)?.[1]?.toLowerCase() ?? null;
}

export function findMd5In(text: string, name: string): string {
  const digest = findDigest(text);
  if (digest !== null) return digest;
  throw new BulkSourceError('PUBMED_BAD_RESPONSE', name, 'it holds no md5. Try again later.');
}
