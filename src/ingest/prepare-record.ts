import { hash } from 'node:crypto';
import { zstdCompressSync } from 'node:zlib';
import canonicalize from 'canonicalize';
import { compress } from '../archive/compression.ts';
import { sealEnvelope } from '../archive/envelope.ts';
import type { Compression } from '../domain/archive-key.ts';
import type { Citation } from '../domain/document.ts';
import { type Sha256, toSha256 } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { parseRecord } from '../pubmed/parse-record.ts';
import { chunkDocument } from '../search/chunking.ts';
import { toDocumentFacts } from '../search/document-facts.ts';
import type { IncomingRecord, PreparedCitation, PreparedRecord } from './records.ts';

/** A prepared record before its passages are embedded. */
export type ReadRecord = Omit<PreparedCitation, 'vectors'> | Exclude<PreparedRecord, PreparedCitation>;

/** Reads one record and makes everything of it but vectors. Never throws for what the record holds. */
export function readRecord(record: IncomingRecord, compression: Compression): ReadRecord {
  const body = compress(sealEnvelope(toEnvelopeParts(record)), compression);
  const citation = tryParse(record);
  if (typeof citation === 'string') return { kind: 'unreadable', body, reason: citation };
  const json = JSON.stringify(citation);
  return {
    kind: 'citation',
    body,
    documentHash: toDocumentHash(citation),
    document: zstdCompressSync(json),
    documentKind: citation.kind,
    retractionStatus: citation.retraction_status,
    facts: toDocumentFacts(citation),
    passages: chunkDocument(citation),
  };
}

/**
 * SHA-256 of the RFC 8785 form of the document without what only the corpus knows (`revision`, `archive`): NLM's bulk
 * files and EFetch lay the same record out differently, and both mean the same document.
 */
export function toDocumentHash(citation: Citation): Sha256 {
  return toSha256(hash('sha256', canonicalize(citation) ?? '', 'hex'));
}

function toEnvelopeParts({ pmid, bytes, contentHash, origin }: IncomingRecord) {
  return { pmid, payload: bytes, contentHash, ...origin };
}

/** The citation, or in words why the record cannot be read. */
function tryParse({ pmid, bytes }: IncomingRecord): Citation | string {
  try {
    const citation = parseRecord(bytes);
    if (citation.pmid === pmid) return citation;
    return `its PMID reads ${pmid ?? 'as none'} by one way and ${citation.pmid} by another`;
  } catch (error) {
    if (error instanceof BioMcpError) return error.hint;
    return `reading it failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
