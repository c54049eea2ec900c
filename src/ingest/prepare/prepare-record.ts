import { hash } from 'node:crypto';
import { compress } from '../../archive/compression.ts';
import { sealEnvelope } from '../../archive/envelope.ts';
import { toCanonicalJson } from '../../domain/canonical-json.ts';
import type { Compression } from '../../domain/corpus/archive-key.ts';
import type { Citation } from '../../domain/document/document.ts';
import { findPmid, toSha256 } from '../../domain/ids.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { parseRecord } from '../../pubmed/records/parse-record.ts';
import { UnreadableRecordError } from '../../pubmed/records/unreadable-record-error.ts';
import { chunkDocument } from '../../search/chunking.ts';
import { toDocumentFacts } from '../../search/document-facts.ts';
import { createPassageReader } from '../../search/words/passage-words.ts';
import type { IncomingRecord, PreparedCitation, PreparedRecord } from '../records.ts';

/** A parser may repeat what it read. */
const MOST_REASON_CHARACTERS = 500;

/** A prepared record before its passages are embedded. */
export type ReadRecord = Omit<PreparedCitation, 'vectors'> | Exclude<PreparedRecord, PreparedCitation>;

/**
 * So many records go through each step together: its program and its tables stay in the processor's caches,
 * which takes an eighth less than record after record (docs/benchmarks.md). Of more, too much would outlive
 * V8's young generation.
 */
const GROUP = 20;

/**
 * Reads records and makes everything of them but vectors. Never throws for what a record holds.
 *
 * A document's hash is the SHA-256 of its RFC 8785 form, without what only the corpus knows
 * (`revision`, `archive`): NLM's bulk files and EFetch lay the same record out differently, and both mean
 * the same document.
 */
export function readRecords(records: readonly IncomingRecord[], compression: Compression): ReadRecord[] {
  const read: ReadRecord[] = [];
  for (let at = 0; at < records.length; at += GROUP) {
    read.push(...readGroup(records.slice(at, at + GROUP), compression));
  }
  return read;
}

function readGroup(records: readonly IncomingRecord[], compression: Compression): ReadRecord[] {
  const bodies = records.map((record) => toBody(record, compression));
  const parsed = each(records, (record) => ({ citation: readCitation(record) }));
  const written = each(parsed, (made) => ({ ...made, json: Buffer.from(toCanonicalJson(made.citation)) }));
  const packed = each(written, ({ citation, json }) => ({
    citation,
    documentHash: toSha256(hash('sha256', json)),
    document: compress(json, 'zstd'),
  }));
  const told = each(packed, (made) => ({ ...made, facts: toDocumentFacts(made.citation) }));
  const cut = each(told, (made) => ({ ...made, passages: chunkDocument(made.citation) }));
  const read = each(cut, ({ citation, passages, ...made }) => {
    const toWords = createPassageReader(made.facts.title, made.facts.terms);
    return {
      ...made,
      documentKind: citation.kind,
      retractionStatus: citation.retraction_status,
      cited: toCited(citation),
      passages: passages.map((passage) => ({ ...passage, words: toWords(passage) })),
    };
  });
  return bodies.map((body, at): ReadRecord => {
    const made = read[at];
    if (made === undefined) throw new Error('a step answered fewer records than it was given');
    if (made instanceof Unread) return { kind: 'unreadable', body, reason: made.reason };
    return { kind: 'citation', body, ...made };
  });
}

/** Of which a step could make nothing. */
class Unread {
  readonly reason: string;

  constructor(error: unknown) {
    this.reason = toReason(error);
  }
}

function each<Given, Made>(
  given: readonly (Given | Unread)[],
  step: (one: Given) => Made,
): (Made | Unread)[] {
  return given.map((one) => {
    if (one instanceof Unread) return one;
    try {
      return step(one);
    } catch (error) {
      return new Unread(error);
    }
  });
}

/** The envelope of a record, as the archive takes it. */
export function toBody(record: IncomingRecord, compression: Compression): Uint8Array {
  return compress(sealEnvelope(toEnvelopeContent(record)), compression);
}

function readCitation({ pmid, bytes }: IncomingRecord): Citation {
  const citation = parseRecord(bytes);
  if (citation.pmid !== pmid) {
    throw new UnreadableRecordError(`reads as PMID ${citation.pmid} by another way`, { pmid });
  }
  return citation;
}

/** NLM's files have other ids in the place of PMIDs, too. */
export function toCited({ references }: Citation): Int32Array {
  const pmids = references.map(({ pmid }) => (pmid === null ? null : findPmid(pmid)));
  return Int32Array.from(new Set(pmids.filter((one) => one !== null).map(Number)));
}

function toEnvelopeContent({ pmid, bytes, contentHash, origin }: IncomingRecord) {
  return { pmid, payload: bytes, contentHash, ...origin };
}

/** Goes into the database, which refuses NUL. */
function toReason(error: unknown): string {
  if (error instanceof BioMcpError) return error.hint.replaceAll('\0', '\uFFFD');
  const message = error instanceof Error ? error.message : String(error);
  return `Reading it failed: ${message.slice(0, MOST_REASON_CHARACTERS).replaceAll('\0', '\uFFFD')}.`;
}
