import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { workSideBySide } from '../domain/concurrency/side-by-side.ts';
import {
  type ArchiveKey,
  type ArchiveUri,
  type KeySpace,
  toHistoryKey,
  toKeyForms,
  toRawKey,
  toUnidentifiedKey,
} from '../domain/corpus/archive-key.ts';
import { findPmid, type Sha256 } from '../domain/ids.ts';
import { BioMcpError, ValidationError } from '../errors/bio-mcp-error.ts';
import type { Archive, ArchivedObject, ReplacedObject } from './archive.ts';
import { findCompression } from './compression.ts';
import { isBelow, listRoom, RECORD_ROOMS, type Room } from './list-room.ts';
import { findDamage, findSealed } from './object-check.ts';
import { listStateLogs, readStateLog, writeStateLog } from './state-log.ts';

/** An archive and what its keys begin with. */
export interface ArchivePlace {
  archive: Archive;
  prefix: string;
}

export interface CopyRequest {
  from: ArchivePlace;
  to: ArchivePlace;
  onProgress?(report: CopyReport): void;
}

export interface CopyReport {
  /** Objects put, each read back and compared. */
  copied: number;
  /** Objects that lay there already, byte for byte. */
  unchanged: number;
  /**
   * Logs of `state/` written with the addresses of the copy; those already there and complete
   * are not counted.
   */
  stateLogs: number;
  /**
   * The first `MOST_PROBLEMS` of `problemCount`, each a sentence: what is damaged or missing was not copied.
   */
  problems: string[];
  problemCount: number;
}

const MOST_PROBLEMS = 1_000;
const SIDE_BY_SIDE = 32;
const BATCH = 500;

const addressedSchema = z.looseObject({
  type: z.enum(['payload', 'quarantined']),
  pmid: z.string().nullable(),
  content_hash: z.string().regex(/^[0-9a-f]{64}$/),
  s3_uri: z.string(),
});
type Addressed = z.infer<typeof addressedSchema>;

interface Copying extends CopyRequest {
  report: CopyReport;
  options: CallOptions;
}

/**
 * Copies an archive so that the copy alone is enough for a reindex: current and earlier records, `state/`,
 * manifests. The logs of `state/` come last and name the addresses of the copy, each of which is read and
 * held against its hash. What lies nowhere keeps the address that it had, and is told; its log is written
 * again until it names the copy alone. Run again, the copying goes on where it stopped and copies what has
 * come since. The source may be written meanwhile: what comes after the copy began, the next one takes.
 *
 * Throws `VALIDATION` where the target holds another corpus. Damaged and missing objects are
 * told, not thrown.
 */
export async function copyArchive(request: CopyRequest, options: CallOptions): Promise<CopyReport> {
  const report: CopyReport = { copied: 0, unchanged: 0, stateLogs: 0, problems: [], problemCount: 0 };
  const copying: Copying = { ...request, report, options };
  const { from, to } = request;
  if (from.archive.root === to.archive.root && from.prefix === to.prefix) {
    throw new ValidationError('The archive lies there already: name another place to copy it to.');
  }
  const logs = await Array.fromAsync(listStateLogs(from, options));
  const copiedLogs = await Array.fromAsync(listStateLogs(to, options));
  const known = new Map(copiedLogs.map((log) => [log.key, log]));
  refuseOtherCorpus(copying, logs, copiedLogs);
  for (const room of RECORD_ROOMS) await copyRoom(copying, room, copyRecord);
  await copyRoom(copying, 'manifests', (one, object) => copyObject(one, object, null));
  for (const log of logs) {
    const copied = known.get(toTargetKey(copying, log.key));
    if (copied === undefined || !(await isComplete(copying, copied))) await copyStateLog(copying, log);
  }
  return report;
}

function refuseOtherCorpus(
  copying: Copying,
  logs: readonly ArchivedObject[],
  copied: readonly ArchivedObject[],
): void {
  const ours = new Set(logs.map(({ key }) => toTargetKey(copying, key)));
  const foreign = copied.find(({ key }) => !ours.has(key));
  if (foreign === undefined) return;
  throw new ValidationError(
    'The target holds what this archive does not: another corpus, or one that went on by itself. Name an empty place.',
    { message: `the target holds ${foreign.uri}, which the archive lacks` },
  );
}

async function copyRoom(
  copying: Copying,
  room: Room,
  copy: (copying: Copying, object: ArchivedObject) => Promise<void>,
): Promise<void> {
  const { from, options } = copying;
  let batch: ArchivedObject[] = [];
  const flush = async () => {
    await workSideBySide(batch, SIDE_BY_SIDE, (object) => copy(copying, object));
    batch = [];
    copying.onProgress?.(copying.report);
  };
  for await (const object of listRoom(from, room, options)) {
    batch.push(object);
    if (batch.length >= BATCH) await flush();
  }
  await flush();
}

async function copyRecord(copying: Copying, object: ArchivedObject): Promise<void> {
  await copyObject(copying, object, (body) => findDamage(body, {}, object.uri));
}

/**
 * What the target holds of the record already is kept, under whatever compression it came: the source may
 * have been written with another since the last copy.
 */
async function copyObject(
  copying: Copying,
  { key, uri }: ArchivedObject,
  findFault: ((body: Uint8Array) => string | null) | null,
): Promise<void> {
  const { from, to, report, options } = copying;
  const body = await from.archive.find(uri, options);
  if (body === null) return; // removed, or moved to the history, since it was listed
  const fault = findFault?.(body) ?? null;
  if (fault !== null) {
    tell(report, `${fault}; it was not copied`);
    return;
  }
  const target = toTargetKey(copying, key);
  // Elsewhere than in raw/, one payload may lie in several forms.
  const forms = key.startsWith(`${from.prefix}/raw/`) ? toKeyForms(target) : [target];
  const [there = null, ...others] = await Promise.all(
    forms.map((form) => to.archive.findCurrent(form, options)),
  );
  if (there !== null && equal(there.body, body)) report.unchanged += 1;
  else await putChecked(copying, target, body, there === null ? null : toReplaced(copying, there));
  for (const other of others) {
    if (other === null) continue;
    await to.archive.clear(toReplaced(copying, other), { key: target, body }, options);
  }
}

async function putChecked(
  { to, report, options }: Copying,
  key: ArchiveKey,
  body: Uint8Array,
  replaces: ReplacedObject | null,
): Promise<ArchiveUri> {
  const [put] = await to.archive.put([{ key, body, replaces }], options);
  const written = put === undefined ? null : await to.archive.find(put.uri, options);
  if (put === undefined || written === null || !equal(written, body)) {
    throw new BioMcpError(
      'ARCHIVE_CORRUPT',
      'What was written to the target could not be read back: check the target and run the same command again.',
      { message: `${put?.uri ?? key} holds other bytes than were just put` },
    );
  }
  report.copied += 1;
  return put.uri;
}

/** Bytes that are no record's are not kept. */
function toReplaced({ to }: Copying, { uri, body }: ArchivedObject & { body: Uint8Array }): ReplacedObject {
  const found = findSealed(body);
  const keys = toKeySpace(to, body);
  if (found === null || found.pmid === null || keys === null) return { uri, keep: null };
  const { pmid, contentHash } = found;
  return { uri, keep: { contentHash, as: toHistoryKey(keys, pmid, contentHash) } };
}

/** Whether a log of the copy can be read and names addresses of the copy alone. */
async function isComplete({ to, options }: Copying, { uri }: ArchivedObject): Promise<boolean> {
  try {
    for await (const line of readStateLog({ archive: to.archive, uri }, options)) {
      const address = addressedSchema.safeParse(line).data?.s3_uri;
      if (address !== undefined && !liesIn(to, address)) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return false;
    throw error;
  }
}

async function copyStateLog(copying: Copying, log: ArchivedObject): Promise<void> {
  const { from, to, report, options } = copying;
  const body = await from.archive.find(log.uri, options);
  const compression = body === null ? null : findCompression(body);
  if (compression === null) {
    tell(report, `${log.uri} is no log of state/; it was not copied`);
    return;
  }
  try {
    const entries = addressAnew(copying, readStateLog({ archive: from.archive, uri: log.uri }, options));
    await writeStateLog(
      { archive: to.archive, key: toTargetKey(copying, log.key), compression, entries },
      options,
    );
    report.stateLogs += 1;
    copying.onProgress?.(report);
  } catch (error) {
    if (!(error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT')) throw error;
    tell(report, `${error.message}; this log was not copied`);
  }
}

/** The same lines, with the addresses of the copy. */
async function* addressAnew(copying: Copying, lines: AsyncIterable<unknown>): AsyncGenerator<object> {
  let batch: unknown[] = [];
  const flush = () =>
    workSideBySide(batch, SIDE_BY_SIDE, async (line): Promise<object> => {
      const parsed = addressedSchema.safeParse(line);
      if (!parsed.success) return line as object; // a line of another kind, as it is
      return { ...parsed.data, s3_uri: await ensureCopied(copying, parsed.data) };
    });
  for await (const line of lines) {
    batch.push(line);
    if (batch.length < BATCH) continue;
    yield* await flush();
    batch = [];
  }
  yield* await flush();
}

/** Where the copy has the payload that a line names; an earlier version of an object is copied on the way. */
async function ensureCopied(copying: Copying, line: Addressed): Promise<string> {
  const { from, to, report, options } = copying;
  const contentHash = line.content_hash as Sha256; // the schema's pattern is what the brand stands for
  const pmid = line.pmid === null ? null : findPmid(line.pmid);
  const any = { prefix: to.prefix, compression: 'zstd' } as const;
  const places =
    pmid === null
      ? [toUnidentifiedKey(any, contentHash)]
      : [toRawKey(any, pmid), toHistoryKey(any, pmid, contentHash)];
  for (const place of places.flatMap(toKeyForms)) {
    const found = await to.archive.findCurrent(place, options);
    if (found !== null && findSealed(found.body)?.contentHash === contentHash) return found.uri;
  }
  const body = await from.archive.find(line.s3_uri as ArchiveUri, options); // whatever it names, it is only looked up
  const keys = body === null ? null : toKeySpace(to, body);
  if (body === null || keys === null || findSealed(body)?.contentHash !== contentHash) {
    tell(report, `the record with SHA-256 ${contentHash} (PMID ${line.pmid ?? 'unknown'}) lies nowhere`);
    return line.s3_uri;
  }
  const key = pmid === null ? toUnidentifiedKey(keys, contentHash) : toHistoryKey(keys, pmid, contentHash);
  return putChecked(copying, key, body, null);
}

function toKeySpace({ prefix }: ArchivePlace, body: Uint8Array): KeySpace | null {
  const compression = findCompression(body);
  return compression === null ? null : { prefix, compression };
}

function liesIn({ archive: { root }, prefix }: ArchivePlace, address: string): boolean {
  const [key = ''] = address.slice(root.length).split('?');
  return address.startsWith(root) && isBelow(prefix, key);
}

function toTargetKey({ from, to }: Pick<CopyRequest, 'from' | 'to'>, key: ArchiveKey): ArchiveKey {
  return `${to.prefix}${key.slice(from.prefix.length)}` as ArchiveKey; // every key that is listed begins with the prefix
}

function tell(report: CopyReport, problem: string): void {
  report.problemCount += 1;
  if (report.problems.length < MOST_PROBLEMS) report.problems.push(problem);
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
