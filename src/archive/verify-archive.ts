import type { CallOptions } from '../domain/call-options.ts';
import type { ArchiveKey, ArchiveUri } from '../domain/corpus/archive-key.ts';
import { findPmid, type Pmid, type Sha256 } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Archive, ArchivedObject, ExpectedObject } from './archive.ts';
import { listRoom, RECORD_ROOMS } from './list-room.ts';
import { type ExpectedContent, findDamage } from './object-check.ts';
import { listStateLogs, readStateLog } from './state-log.ts';

/** What a pointer or a history row of the store says. */
export interface ExpectedRecord extends ExpectedObject {
  /** `null`: none could be read in the record. */
  pmid: Pmid | null;
}

export interface VerifyNeeds {
  archive: Archive;
  /** The archive's own: `pubmed`. */
  prefix: string;
  /** Every pointer and every history row. */
  expected: AsyncIterable<ExpectedRecord>;
  /** Which of these URIs a pointer or a history row names. */
  isKnown(uris: ArchiveUri[]): Promise<ReadonlySet<string>>;
  onProgress?(progress: { checked: number; damaged: number; missing: number }): void;
}

export interface Finding {
  /** `null` where no record, or one without PMID, lies or should lie. */
  pmid: Pmid | null;
  uri: ArchiveUri;
  /** A sentence for operators. */
  reason: string;
}

export interface VerifyReport {
  /** Objects that were read to their end, state logs included. */
  checked: number;
  /** The first `MAX_FINDINGS` of `damagedCount`. */
  damaged: Finding[];
  damagedCount: number;
  /** The first `MAX_FINDINGS` of `missingCount`. */
  missing: Finding[];
  missingCount: number;
  /**
   * Whole objects that no pointer names, as a crash between archive and store leaves them: no
   * failure by themselves.
   */
  unknown: number;
}

/** Keeps memory flat when a whole archive is gone. */
const MAX_FINDINGS = 10_000;
/** Reads under way at once: enough to hide a remote store's latency. */
const BATCH_SIZE = 32;
const PAGE_SIZE = 500;

/**
 * Reads every object again, first by the store's pointers, then what else the archive holds: each must
 * unpack, be an envelope, hold the payload that its own hash and the pointer name, and belong to the
 * pointer's PMID. Throws only when the archive or the store cannot be asked.
 */
export async function verifyArchive(needs: VerifyNeeds, { signal }: CallOptions): Promise<VerifyReport> {
  const report: VerifyReport = {
    checked: 0,
    damaged: [],
    damagedCount: 0,
    missing: [],
    missingCount: 0,
    unknown: 0,
  };
  const context: Context = { ...needs, report, signal };
  for await (const batch of toBatches(needs.expected, BATCH_SIZE)) {
    await Promise.all(batch.map((expected) => checkExpected(context, expected)));
    reportProgress(context);
  }
  for (const room of RECORD_ROOMS) {
    for await (const page of toBatches(listRoom(needs, room, { signal }), PAGE_SIZE)) {
      const known = await needs.isKnown(page.map(({ uri }) => uri));
      for (const object of page) if (!known.has(object.uri)) await checkUnknown(context, object);
      reportProgress(context);
    }
  }
  for await (const log of listStateLogs(needs, { signal })) await checkStateLog(context, log);
  reportProgress(context);
  return report;
}

interface Context extends VerifyNeeds {
  report: VerifyReport;
  signal: AbortSignal;
}

async function checkExpected(context: Context, { pmid, uri, contentHash }: ExpectedRecord): Promise<void> {
  const { report } = context;
  const checked = await checkObject(context, uri, { pmid, contentHash });
  if (checked === 'missing') {
    addMissing(report, { pmid, uri, reason: `nothing lies at ${uri}, where the store says it does` });
  } else if (checked !== 'whole') {
    addDamaged(report, { pmid, uri, reason: checked.damage });
  }
}

/**
 * Without a pointer, the key says whose record it must be; one that is missing was removed since
 * it was listed.
 */
async function checkUnknown(context: Context, { key, uri }: ArchivedObject): Promise<void> {
  const named = readKey(key);
  const checked = await checkObject(context, uri, named);
  if (checked === 'whole') context.report.unknown += 1;
  else if (checked !== 'missing') {
    addDamaged(context.report, { pmid: named.pmid ?? null, uri, reason: checked.damage });
  }
}

type Checked = 'whole' | 'missing' | { damage: string };

async function checkObject(
  { archive, report, signal }: Context,
  uri: ArchiveUri,
  expected: ExpectedContent,
): Promise<Checked> {
  try {
    const body = await archive.find(uri, { signal });
    if (body === null) return 'missing';
    report.checked += 1;
    const damage = findDamage(body, expected, uri);
    return damage === null ? 'whole' : { damage };
  } catch (error) {
    return { damage: damageOf(error) };
  }
}

async function checkStateLog({ archive, report, signal }: Context, { uri }: ArchivedObject): Promise<void> {
  report.checked += 1;
  try {
    for await (const _entry of readStateLog({ archive, uri }, { signal }));
  } catch (error) {
    addDamaged(report, { pmid: null, uri, reason: damageOf(error) });
  }
}

/** What is no damage of one object is thrown on. */
function damageOf(error: unknown): string {
  if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return error.message;
  throw error;
}

/** `…/<PMID>.json.zst`, `…/<PMID>.<sha256>.json.zst`, `…/<sha256>.json.zst` */
function readKey(key: ArchiveKey): ExpectedContent {
  const pieces = key.slice(key.lastIndexOf('/') + 1).split('.');
  const pmid = findPmid(pieces[0] ?? '');
  const contentHash = pieces.find((piece) => /^[0-9a-f]{64}$/.test(piece));
  return {
    pmid,
    ...(contentHash === undefined ? {} : { contentHash: contentHash as Sha256 }), // the pattern is the brand's
  };
}

function addDamaged(report: VerifyReport, finding: Finding): void {
  report.damagedCount += 1;
  if (report.damaged.length < MAX_FINDINGS) report.damaged.push(finding);
}

function addMissing(report: VerifyReport, finding: Finding): void {
  report.missingCount += 1;
  if (report.missing.length < MAX_FINDINGS) report.missing.push(finding);
}

function reportProgress({ onProgress, report }: Context): void {
  onProgress?.({ checked: report.checked, damaged: report.damagedCount, missing: report.missingCount });
}

async function* toBatches<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
