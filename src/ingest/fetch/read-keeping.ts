import type { Archive } from '../../archive/archive.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import { workSideBySide } from '../../domain/concurrency/side-by-side.ts';
import type { NormalisedDocument } from '../../domain/document/document.ts';
import type { RecordKeeping } from '../../domain/document/record-keeping.ts';
import type { Pmid } from '../../domain/ids.ts';
import { readRecordKeeping } from '../../pubmed/records/read-record-keeping.ts';
import { readPayload } from './read-payload.ts';

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
    async (document) =>
      [document.pmid, readRecordKeeping(await readPayload(archive, document, options))] as const,
  );
  return new Map(read);
}
