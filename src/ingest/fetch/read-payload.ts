import type { Archive } from '../../archive/archive.ts';
import { decompress, toCorrupt } from '../../archive/compression.ts';
import { openEnvelope } from '../../archive/envelope.ts';
import type { CallOptions } from '../../domain/call-options.ts';
import type { ArchiveUri } from '../../domain/corpus/archive-key.ts';
import type { NormalisedDocument } from '../../domain/document/document.ts';

/**
 * The raw record that a document was made from, byte for byte as upstream sent it. Throws `ARCHIVE_CORRUPT`
 * where it is gone or is other bytes.
 */
export async function readPayload(
  archive: Pick<Archive, 'find'>,
  { archive: { s3_uri, content_hash } }: Pick<NormalisedDocument, 'archive'>,
  options: CallOptions,
): Promise<Uint8Array> {
  const body = await archive.find(s3_uri as ArchiveUri, options); // what the store keeps is one
  if (body === null) throw toCorrupt(s3_uri, 'is not there');
  const { payloadBytes, hash } = openEnvelope(decompress(body, s3_uri), s3_uri);
  if (hash.value !== content_hash) {
    throw toCorrupt(s3_uri, `holds the payload ${hash.value}, not ${content_hash}`);
  }
  return payloadBytes;
}
