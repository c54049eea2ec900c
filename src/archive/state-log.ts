import { addAbortSignal } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { CallOptions } from '../domain/call-options.ts';
import type { ArchiveKey, ArchiveUri, Compression } from '../domain/corpus/archive-key.ts';
import type { Archive, ArchivedObject } from './archive.ts';
import { findCompression, GZIP_LEVEL, toCorrupt, ZSTD_PARAMS } from './compression.ts';
import { listRoom } from './list-room.ts';

export interface StateLogNeeds {
  archive: Archive;
  /** From `toStateKey`. */
  key: ArchiveKey;
  compression: Compression;
  /** In the order in which a reader is to apply them; each becomes one line. */
  entries: AsyncIterable<object>;
}

/**
 * Lines are handed to the compressor in blocks of this size: one write each would cost more
 * than the compression.
 */
const BLOCK_CHARACTERS = 64 * 1024;
/** The longest entry, a checkpoint with all of its questions, has some MB. */
const MOST_LINE_BYTES = 32 * 1024 * 1024;
const LINE_FEED = 0x0a;

/**
 * Puts one run's changes as JSON Lines under `key`. Holds the compressed body only (270,000 entries of 300
 * bytes are about 15 MB). Resolves to `null`, and puts nothing, when there are no entries.
 */
export async function writeStateLog(
  { archive, key, compression, entries }: StateLogNeeds,
  { signal }: CallOptions,
): Promise<ArchiveUri | null> {
  const compressor =
    compression === 'gzip' ? createGzip({ level: GZIP_LEVEL }) : createZstdCompress({ params: ZSTD_PARAMS });
  const pieces: Buffer[] = [];
  let isEmpty = true;
  await pipeline(
    async function* () {
      for await (const block of toBlocks(entries)) {
        isEmpty = false;
        yield block;
      }
    },
    compressor,
    async (compressed: AsyncIterable<Buffer>) => {
      for await (const piece of compressed) pieces.push(piece);
    },
    { signal },
  );
  if (isEmpty) return null;
  const log = { key, body: Buffer.concat(pieces), replaces: null, isFlushed: true };
  const [put] = await archive.put([log], { signal });
  return put?.uri ?? null;
}

/** The state logs below `prefix`, the oldest run first. */
export function listStateLogs(
  { archive, prefix }: { archive: Archive; prefix: string },
  options: CallOptions,
): AsyncIterable<ArchivedObject> {
  return listRoom({ archive, prefix }, 'state', options);
}

/**
 * The entries in the order written; each is for the caller to check. Throws `ARCHIVE_CORRUPT`, naming the
 * line, when the log is missing, cut off or damaged: entries before the damage have been given out by then.
 */
export async function* readStateLog(
  { archive, uri }: { archive: Pick<Archive, 'find'>; uri: ArchiveUri },
  { signal }: CallOptions,
): AsyncGenerator<unknown> {
  const body = await archive.find(uri, { signal });
  if (body === null) throw toCorrupt(uri, 'is missing');
  const compression = findCompression(body);
  if (compression === null) throw toCorrupt(uri, 'begins as neither zstd nor gzip');
  const unpacker = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  addAbortSignal(signal, unpacker).end(body);
  let line = 0;
  try {
    for await (const text of toLines(unpacker)) {
      line += 1;
      yield JSON.parse(text);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw toCorrupt(
      uri,
      `is damaged after line ${line}: ${cause instanceof Error ? cause.message : cause}`,
      cause,
    );
  }
}

async function* toBlocks(entries: AsyncIterable<object>): AsyncGenerator<string> {
  let block = '';
  for await (const entry of entries) {
    block += `${JSON.stringify(entry)}\n`;
    if (block.length < BLOCK_CHARACTERS) continue;
    yield block;
    block = '';
  }
  if (block !== '') yield block;
}

/** Every line ends with a line feed; what follows the last one was cut off. */
async function* toLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      pieces.push(chunk.subarray(from, end));
      yield Buffer.concat(pieces).toString('utf8');
      pieces = [];
      bytes = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    pieces.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > MOST_LINE_BYTES) throw new Error(`a line is longer than ${MOST_LINE_BYTES} bytes`);
  }
  if (bytes > 0) throw new Error('the last line has no end');
}
