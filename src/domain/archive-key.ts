import type { Pmid, Sha256 } from './ids.ts';

declare const brand: unique symbol;
/** A key inside the archive: `pubmed/raw/pmid=012/345/678/12345678.json.zst`. */
export type ArchiveKey = string & { readonly [brand]: 'ArchiveKey' };
/** Leads to exactly one body: `s3://bucket/key?versionId=…` or `file:///…`. */
export type ArchiveUri = string & { readonly [brand]: 'ArchiveUri' };

export type Compression = 'zstd' | 'gzip';
const SUFFIX: Record<Compression, string> = { zstd: 'json.zst', gzip: 'json.gz' };

export interface KeySpace {
  prefix: string;
  compression: Compression;
}

/** The one object a PMID that holds its current record. */
export function toRawKey({ prefix, compression }: KeySpace, pmid: Pmid): ArchiveKey {
  return `${prefix}/raw/${toShard(pmid)}/${pmid}.${SUFFIX[compression]}` as ArchiveKey;
}

/** Where an earlier or lower-version record of the PMID stays, named by its payload's hash. */
export function toHistoryKey({ prefix, compression }: KeySpace, pmid: Pmid, hash: Sha256): ArchiveKey {
  return `${prefix}/history/${toShard(pmid)}/${pmid}.${hash}.${SUFFIX[compression]}` as ArchiveKey;
}

/** A record in which no PMID can be read is kept too, by its payload's hash. */
export function toUnidentifiedKey({ prefix, compression }: KeySpace, hash: Sha256): ArchiveKey {
  return `${prefix}/unidentified/${hash}.${SUFFIX[compression]}` as ArchiveKey;
}

/** The PMID zero-padded to nine digits, in three folders: 12345678 → `pmid=012/345/678`. */
function toShard(pmid: Pmid): string {
  const digits = pmid.padStart(9, '0');
  return `pmid=${digits.slice(0, 3)}/${digits.slice(3, 6)}/${digits.slice(6)}`;
}
