import { hash } from 'node:crypto';
import { compress } from '../../archive/compression.ts';
import { sealEnvelope } from '../../archive/envelope.ts';
import type { Compression } from '../../domain/archive-key.ts';
import { toCanonicalJson } from '../../domain/canonical-json.ts';
import type { Citation } from '../../domain/document.ts';
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
 * Reads one record and makes everything of it but vectors. Never throws for what the record holds.
 *
 * The document's hash is the SHA-256 of its RFC 8785 form, without what only the corpus knows
 * (`revision`, `archive`): NLM's bulk files and EFetch lay the same record out differently, and both mean
 * the same document.
 */
export function readRecord(record: IncomingRecord, compression: Compression): ReadRecord {
  const body = toBody(record, compression);
  try {
    return { kind: 'citation', body, ...readCitation(record) };
  } catch (error) {
    return { kind: 'unreadable', body, reason: toReason(error) };
  }
}

/** The envelope of a record, as the archive takes it. */
export function toBody(record: IncomingRecord, compression: Compression): Uint8Array {
  return compress(sealEnvelope(toEnvelopeContent(record)), compression);
}

function readCitation({ pmid, bytes }: IncomingRecord): Omit<PreparedCitation, 'kind' | 'body' | 'vectors'> {
  const citation = parseRecord(bytes);
  if (citation.pmid !== pmid) {
    throw new UnreadableRecordError(`reads as PMID ${citation.pmid} by another way`, { pmid });
  }
  const json = Buffer.from(toCanonicalJson(citation));
  const facts = toDocumentFacts(citation);
  const toWords = createPassageReader(facts.title, facts.terms);
  return {
    documentHash: toSha256(hash('sha256', json)),
    document: compress(json, 'zstd'),
    documentKind: citation.kind,
    retractionStatus: citation.retraction_status,
    facts,
    cited: toCited(citation),
    passages: chunkDocument(citation).map((passage) => ({ ...passage, words: toWords(passage) })),
  };
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
