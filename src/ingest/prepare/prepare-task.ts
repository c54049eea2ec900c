import type { Compression } from '../../domain/archive-key.ts';
import type { Embedder } from '../../embedding/embedder.ts';
import { toSearchText } from '../../search/chunking.ts';
import type { IncomingRecord, PreparedRecord } from '../records.ts';
import { type Packed, pack, unpack } from './packed.ts';
import { type ReadRecord, readRecord } from './prepare-record.ts';

/** Records on their way to a thread: their bytes packed, everything else as it is. */
export interface PrepareTask {
  records: Omit<IncomingRecord, 'bytes'>[];
  bytes: Packed;
}

type Unpacked<T> = T extends unknown ? Omit<T, 'body' | 'document'> : never;

/** Prepared records on their way back. `vectors` is `null` where the thread has no embedder. */
export interface PrepareResult {
  records: Unpacked<ReadRecord>[];
  bodies: Packed;
  documents: Packed;
  vectors: Float32Array<ArrayBuffer> | null;
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
  const read = records.map((record, at) =>
    readRecord({ ...record, bytes: payloads[at] ?? new Uint8Array() }, compression),
  );
  return {
    records: read.map(withoutBytes),
    bodies: pack(read.map(({ body }) => body)),
    documents: pack(read.map((one) => (one.kind === 'citation' ? one.document : new Uint8Array()))),
    vectors: embedder === null ? null : await embed(listPassageTexts(read), embedder),
  };
}

/** Puts the parts together again; `embedder` is asked where the thread had none. */
export async function toPrepared(
  { records, bodies, documents, vectors }: PrepareResult,
  embedder: Embedder,
): Promise<PreparedRecord[]> {
  const all = vectors ?? (await embed(listPassageTexts(records), embedder));
  const [bodyParts, documentParts] = [unpack(bodies), unpack(documents)];
  let at = 0;
  return records.map((record, index): PreparedRecord => {
    const body = bodyParts[index] ?? new Uint8Array();
    if (record.kind === 'unreadable') return { ...record, body };
    const length = record.passages.length * embedder.dimensions;
    const own = all.subarray(at, at + length);
    at += length;
    return { ...record, body, document: documentParts[index] ?? new Uint8Array(), vectors: own };
  });
}

function listPassageTexts(records: readonly Unpacked<ReadRecord>[]): string[] {
  return records.flatMap((record) =>
    record.kind === 'citation'
      ? record.passages.map((passage) => toSearchText(record.facts.title, passage))
      : [],
  );
}

async function embed(texts: readonly string[], embedder: Embedder): Promise<Float32Array<ArrayBuffer>> {
  const vectors = await embedder.embed(texts, 'passage', { signal: new AbortController().signal });
  return Float32Array.from(vectors);
}

function withoutBytes(record: ReadRecord): Unpacked<ReadRecord> {
  if (record.kind === 'unreadable') return { kind: record.kind, reason: record.reason };
  const { body: _, document: __, ...rest } = record;
  return rest;
}
