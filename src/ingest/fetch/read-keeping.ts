import type { Archive } from '../../archive/archive.ts';
import { decompress, toCorrupt } from '../../archive/compression.ts';
import { openEnvelope } from '../../archive/envelope.ts';
import type { ArchiveUri } from '../../domain/archive-key.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { NormalisedDocument } from '../../domain/document.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { RecordKeeping } from '../../domain/record-keeping.ts';
import { workSideBySide } from '../../domain/side-by-side.ts';
import { readRecordKeeping } from '../../pubmed/records/read-record-keeping.ts';

/** Reads from the archive at once; a call asks for 200 records at most. */
const READS_AT_ONCE = 16;

/**
 * What NLM notes of each document's record, read from its archived bytes. Throws `ARCHIVE_CORRUPT` where
 * those are gone or are other bytes.
 */
export async function readKeeping(
  archive: Pick<Archive, 'find'>,
  documents: readonly NormalisedDocument[],
  options: CallOptions,
): Promise<Map<Pmid, RecordKeeping>> {
  const read = await workSideBySide(
    documents,
    READS_AT_ONCE,
    async ({ pmid, archive: { s3_uri, content_hash } }) => {
      const body = await archive.find(s3_uri as ArchiveUri, options); // what the store keeps is one
      if (body === null) throw toCorrupt(s3_uri, 'is not there');
      const { payloadBytes, hash } = openEnvelope(decompress(body, s3_uri), s3_uri);
      if (hash.value !== content_hash)
        throw toCorrupt(s3_uri, `holds the payload ${hash.value}, not ${content_hash}`);
      return [pmid, readRecordKeeping(payloadBytes)] as const;
    },
  );
  return new Map(read);
}
