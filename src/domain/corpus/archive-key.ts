import type { Pmid, Sha256 } from '../ids.ts';

declare const brand: unique symbol;
/** A key inside the archive: `pubmed/raw/pmid=012/345/678/12345678.json.zst`. */
export type ArchiveKey = string & { readonly [brand]: 'ArchiveKey' };
/** Leads to exactly one body: `s3://bucket/key?versionId=…` or `file:///…`. */
export type ArchiveUri = string & { readonly [brand]: 'ArchiveUri' };

export type Compression = 'zstd' | 'gzip';
export const COMPRESSIONS: readonly Compression[] = ['zstd', 'gzip'];
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

/** How the record's object at an address was compressed, by its name; `null` where the name does not say. */
export function findCompressionOf(uri: ArchiveUri): Compression | null {
  const [name = ''] = uri.split('?');
  return COMPRESSIONS.find((compression) => name.endsWith(`.${SUFFIX[compression]}`)) ?? null;
}

/** The key itself and what it would be under every other compression: a record lies under one of them. */
export function toKeyForms(key: ArchiveKey): ArchiveKey[] {
  const suffix = Object.values(SUFFIX).find((one) => key.endsWith(`.${one}`));
  if (suffix === undefined) return [key];
  const stem = key.slice(0, -suffix.length);
  const others = Object.values(SUFFIX).filter((one) => one !== suffix);
  return [key, ...others.map((one) => `${stem}${one}` as ArchiveKey)];
}

/** One run: the instant it started and the job it belongs to. */
export interface RunName {
  startedAt: Date;
  jobId: string;
}

/** What a run was asked and did; JSON, never compressed. */
export function toManifestKey(prefix: string, run: RunName): ArchiveKey {
  return `${prefix}/manifests/sync_run=${toRunStamp(run)}.json` as ArchiveKey;
}

const STATE_SUFFIX: Record<Compression, string> = { zstd: 'jsonl.zst', gzip: 'jsonl.gz' };

/**
 * What changed in the store, as JSON Lines; `startedAt` is when writing began, so that keys sort
 * in that order.
 */
export function toStateKey({ prefix, compression }: KeySpace, run: RunName): ArchiveKey {
  return `${prefix}/state/${toRunStamp(run)}.${STATE_SUFFIX[compression]}` as ArchiveKey;
}

/** What `bio-mcp doctor` puts and reads; nothing lists it. */
export function toProbeKey(prefix: string): ArchiveKey {
  return `${prefix}/doctor/probe.json` as ArchiveKey;
}

/**
 * `20260301T093000125Z_<job id>`: as RFC 3339, without the characters that file names and URLs do without.
 */
function toRunStamp({ startedAt, jobId }: RunName): string {
  return `${startedAt.toISOString().replace(/[-:.]/g, '')}_${jobId}`;
}

/** The PMID zero-padded to nine digits, in three folders: 12345678 → `pmid=012/345/678`. */
function toShard(pmid: Pmid): string {
  const digits = pmid.padStart(9, '0');
  return `pmid=${digits.slice(0, 3)}/${digits.slice(3, 6)}/${digits.slice(6)}`;
}
