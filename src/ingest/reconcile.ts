import { hash } from 'node:crypto';
import { decompress } from '../archive/compression.ts';
import { type OpenedEnvelope, openEnvelope } from '../archive/envelope.ts';
import { toRawKey } from '../domain/archive-key.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { type Pmid, toSha256 } from '../domain/ids.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { readRecordHead } from '../pubmed/read-record-head.ts';
import { type PipelineParts, runPipeline } from './pipeline.ts';
import type { IncomingRecord } from './records.ts';
import { type IncomingItem, toBatches } from './to-batches.ts';

/**
 * Makes archive, store and index agree after a process was killed or a write failed half-way; costs one look-up when
 * there is nothing to do. In this order:
 *
 * 1. the index forgets what was written above the last sequence number: it was never published;
 * 2. each announced PMID whose object in the archive is newer than its pointer is published from the archive, as if
 *    it had just come in: it was archived, so it must be found (a damaged object, as a power cut leaves it, waits for
 *    the next load of its record: `archive verify` names it);
 * 3. the announcement is forgotten.
 */
export async function reconcile(parts: PipelineParts, options: CallOptions): Promise<{ published: number }> {
  const { store, index } = parts;
  const pending = await store.listPending(options);
  if (pending.length === 0) return { published: 0 };
  await store.withPublishLock(
    async () => index.rollbackTo(await store.getSequence(options), options),
    options,
  );
  let published = 0;
  for (const { batchId, pmids } of pending) {
    for await (const { outcome } of runPipeline(
      parts,
      toBatches(listUnpublished(parts, pmids, options), { file: null }),
      options,
    )) {
      published += outcome.indexed;
    }
    await store.forgetPending(batchId, options);
  }
  return { published };
}

async function* listUnpublished(
  { archive, store, keys }: PipelineParts,
  pmids: readonly Pmid[],
  options: CallOptions,
): AsyncIterable<IncomingItem> {
  const pointers = await store.findPointers(pmids, options);
  for (const pmid of pmids) {
    const found = await archive.findCurrent(toRawKey(keys, pmid), options);
    if (found === null) continue;
    const record = findRecord(pmid, found);
    if (record === null) continue;
    if (record.contentHash !== pointers.get(pmid)?.contentHash) yield { kind: 'record', record };
  }
}

/** `null` when the object is damaged. */
function findRecord(pmid: Pmid, { body, uri }: { body: Uint8Array; uri: string }): IncomingRecord | null {
  try {
    return toRecord(pmid, openEnvelope(decompress(body, uri), uri));
  } catch (error) {
    if (error instanceof BioMcpError && error.code === 'ARCHIVE_CORRUPT') return null;
    throw error;
  }
}

function toRecord(pmid: Pmid, { payloadBytes, fetched_at, source, http }: OpenedEnvelope): IncomingRecord {
  return {
    ordinal: 0,
    bytes: payloadBytes,
    contentHash: toSha256(hash('sha256', payloadBytes, 'hex')),
    pmid,
    version: readRecordHead(payloadBytes)?.version ?? 1,
    outranked: false,
    origin: { fetchedAt: fetched_at, source, http },
  };
}
