import { hash } from 'node:crypto';
import { type Pmid, toSha256 } from '../../domain/ids.ts';
import { PubmedError } from '../../errors/pubmed-error.ts';
import type { FetchAnswer } from '../../pubmed/literature-source.ts';
import { readRecordHead } from '../../pubmed/records/read-record-head.ts';
import { createRecordSplitter, type SplitItem } from '../../pubmed/records/record-splitter.ts';
import { UnreadableInputError } from '../../pubmed/records/unreadable-input-error.ts';
import type { IncomingRecord, RecordOrigin } from '../records.ts';

/** One answer of EFetch, held against what was asked for. */
export interface FetchedRecords {
  /** Those asked for, and those that tell no PMID at all: these are archived and quarantined. No others. */
  records: IncomingRecord[];
  /** Asked for and not in the answer. */
  missing: Pmid[];
}

/** Throws `PUBMED_BAD_RESPONSE` when the answer is no set of records to its end. */
export function toFetchedRecords(answer: FetchAnswer, asked: readonly Pmid[]): FetchedRecords {
  const origin: RecordOrigin = {
    fetchedAt: answer.fetchedAt,
    source: { api: 'eutils', endpoint: answer.endpoint, params: answer.params },
    http: answer.http,
  };
  const all = splitRecords(answer.body).map((bytes) => toIncomingRecord(bytes, origin));
  const highest = new Map<Pmid | null, number>();
  for (const { pmid, version } of all) highest.set(pmid, Math.max(version, highest.get(pmid) ?? 0));
  const isAsked = new Set(asked);
  const records = all
    .filter(({ pmid }) => pmid === null || isAsked.has(pmid))
    .map((record) => ({ ...record, outranked: record.version < (highest.get(record.pmid) ?? 0) }));
  return {
    records,
    missing: [...isAsked].filter((pmid) => !highest.has(pmid)),
  };
}

function splitRecords(body: Uint8Array): Uint8Array[] {
  const splitter = createRecordSplitter();
  const toBytes = (item: SplitItem) => (item.kind === 'record' ? [item.bytes] : []);
  try {
    return [...splitter.push(body), ...splitter.end()].flatMap(toBytes);
  } catch (error) {
    if (!(error instanceof UnreadableInputError)) throw error;
    throw new PubmedError('PUBMED_BAD_RESPONSE', {
      message: `EFetch: ${error.message}`,
      cause: error,
    });
  }
}

function toIncomingRecord(bytes: Uint8Array, origin: RecordOrigin): IncomingRecord {
  const head = readRecordHead(bytes);
  const pmid = head?.pmid ?? null;
  return {
    ordinal: 0,
    bytes,
    contentHash: toSha256(hash('sha256', bytes, 'hex')),
    pmid,
    version: head?.version ?? 1,
    outranked: false,
    origin: pmid === null ? origin : narrowToOwnId(origin, pmid),
  };
}

/** Two hundred ids in each envelope would take more room than many a record; its own asks for it again. */
function narrowToOwnId(origin: RecordOrigin, pmid: Pmid): RecordOrigin {
  const { source } = origin;
  return { ...origin, source: { ...source, params: { ...source.params, id: pmid } } };
}
