import type { Archive } from '../../archive/archive.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { NormalisedDocument } from '../../domain/document.ts';
import type { Pmid } from '../../domain/ids.ts';
import type { RecordKeeping } from '../../domain/record-keeping.ts';
import { workSideBySide } from '../../domain/side-by-side.ts';
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
