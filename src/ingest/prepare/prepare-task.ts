import type { Compression } from '../../domain/corpus/archive-key.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { joinVectors } from '../../embedding/join-vectors.ts';
import { toSearchText } from '../../search/chunking.ts';
import type { IncomingRecord, PreparedRecord } from '../records.ts';
import { toReasonLine } from '../refusals.ts';
import { embedPassages } from './embed-passages.ts';
import { type Packed, pack, unpack } from './packed.ts';
import { type ReadRecord, readRecords } from './prepare-record.ts';

/** Records on their way to a thread: their bytes packed, everything else as it is. */
export interface PrepareTask {
  records: Omit<IncomingRecord, 'bytes'>[];
  bytes: Packed;
}

type Unpacked<T> = T extends unknown ? Omit<T, 'body' | 'document'> : never;

/**
 * Prepared records on their way back. `vectors` is `null` where the thread has no embedder; else it took
 * `embeddedMs` to make them.
 */
export interface PrepareResult {
  records: Unpacked<ReadRecord>[];
  bodies: Packed;
  documents: Packed;
  vectors: Float32Array<ArrayBuffer> | null;
  embeddedMs: number;
}

export function toTask(records: readonly IncomingRecord[]): PrepareTask {
  return {
    records: records.map(({ bytes: _, ...rest }) => rest),
    bytes: pack(records.map(({ bytes }) => bytes)),
  };
}

/** The work of a thread. */
export async function runTask(
  { records, bytes }: PrepareTask,
  { compression, embedder }: { compression: Compression; embedder: Embedder | null },
): Promise<PrepareResult> {
  const payloads = unpack(bytes);
  const read = readRecords(
    records.map((record, at) => ({ ...record, bytes: payloads[at] ?? new Uint8Array() })),
    compression,
  );
  const bodies = pack(read.map(({ body }) => body));
  const documents = pack(read.map((one) => (one.kind === 'citation' ? one.document : new Uint8Array())));
  const bare = read.map(withoutBytes);
  if (embedder === null) return { records: bare, bodies, documents, vectors: null, embeddedMs: 0 };
  const startedAt = performance.now();
  const embedded = await embed(bare, embedder);
  return { ...embedded, bodies, documents, embeddedMs: performance.now() - startedAt };
}

/** Puts records together again; `embedder` is asked where the thread had none. */
export async function toPrepared(
  { records, bodies, documents, vectors }: PrepareResult,
  embedder: Embedder,
): Promise<PreparedRecord[]> {
  const embedded = vectors === null ? await embed(records, embedder) : { records, vectors };
  const { vectors: all } = embedded;
  const [bodyParts, documentParts] = [unpack(bodies), unpack(documents)];
  let at = 0;
  return embedded.records.map((record, index): PreparedRecord => {
    const body = bodyParts[index] ?? new Uint8Array();
    if (record.kind === 'unreadable') return { ...record, body };
    const length = record.passages.length * embedder.dimensions;
    const own = all.subarray(at, at + length);
    at += length;
    return { ...record, body, document: documentParts[index] ?? new Uint8Array(), vectors: own };
  });
}

type BareRecord = Unpacked<ReadRecord>;

/**
 * Records with a passage that cannot be embedded are quarantined as those that cannot be read, and
 * have no vectors.
 */
async function embed(
  records: BareRecord[],
  embedder: Embedder,
): Promise<{ records: BareRecord[]; vectors: Float32Array<ArrayBuffer> }> {
  const texts = records.map((record) => listPassageTexts(record));
  const { signal } = new AbortController();
  const { vectors, refused } = await embedPassages(texts.flat(), embedder, { signal });
  if (refused.size === 0) return { records, vectors };
  const kept: Float32Array[] = [];
  let first = 0;
  const settled = records.map((record, index): BareRecord => {
    const count = texts[index]?.length ?? 0;
    const from = first;
    first += count;
    const [at] = Array.from({ length: count }, (_, passage) => passage).filter((one) =>
      refused.has(from + one),
    );
    if (at === undefined) {
      kept.push(vectors.subarray(from * embedder.dimensions, first * embedder.dimensions));
      return record;
    }
    return {
      kind: 'unreadable',
      reason: toReason(`Its passage ${at + 1} of ${count}`, refused.get(from + at)),
    };
  });
  return { records: settled, vectors: joinVectors(kept) };
}

function toReason(passage: string, why = ''): string {
  return toReasonLine(`${passage} cannot be embedded: ${why}`);
}

function listPassageTexts(record: BareRecord): string[] {
  if (record.kind === 'unreadable') return [];
  return record.passages.map((passage) => toSearchText(record.facts.title, passage));
}

function withoutBytes(record: ReadRecord): Unpacked<ReadRecord> {
  if (record.kind === 'unreadable') return { kind: record.kind, reason: record.reason };
  const { body: _, document: __, ...rest } = record;
  return rest;
}
