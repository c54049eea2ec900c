import { hash } from 'node:crypto';
import { decompress } from '../../archive/compression.ts';
import { openEnvelope } from '../../archive/envelope.ts';
import { toSha256 } from '../../domain/ids.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { readRecordHead } from '../../pubmed/records/read-record-head.ts';
import type { IncomingRecord } from '../records.ts';

/** The record inside an archived object, as if it had just come in; `null` when the object is damaged. */
export function findArchivedRecord({ body, uri }: { body: Uint8Array; uri: string }): IncomingRecord | null {
  try {
    const { pmid, payloadBytes, fetched_at, source, http } = openEnvelope(decompress(body, uri), uri);
    const head = readRecordHead(payloadBytes);
    return {
      ordinal: 0,
      bytes: payloadBytes,
      contentHash: toSha256(hash('sha256', payloadBytes, 'hex')),
      // An object that was kept without a PMID may be one that a later release can read.
      pmid: pmid ?? head?.pmid ?? null,
      version: head?.version ?? 1,
      outranked: false,
      origin: { fetchedAt: fetched_at, source, http },
    };
  } catch (error) {
    if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return null;
    throw error;
  }
}
