import { constants, gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '../domain/corpus/archive-key.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';

/** No PubMed record comes near it (the largest known are a few MB); what unpacks to more is refused. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Measured on 27,000 real envelopes: level 1 takes 1.1 CPU-s and 3,250 bytes an object, level 3 takes 1.4
 * and 3,181. The checksum lets a flipped bit anywhere in an object be noticed, also outside the payload
 * that the hash covers.
 */
export const ZSTD_PARAMS = {
  [constants.ZSTD_c_compressionLevel]: 1,
  [constants.ZSTD_c_checksumFlag]: 1,
};
/**
 * Levels 1 and 3 cost the same (2.2 and 2.3 CPU-s for 27,000 objects), level 6 half as much again for
 * 5 % less.
 */
export const GZIP_LEVEL = 3;

/**
 * Node's zlib gives each result a buffer of whole chunks: a chunk near the result's size keeps batches small.
 */
const MIN_CHUNK_BYTES = 1024;

export function compress(bytes: Uint8Array, compression: Compression): Uint8Array {
  const chunkSize = Math.max(MIN_CHUNK_BYTES, bytes.length >>> 1);
  if (compression === 'gzip') return gzipSync(bytes, { level: GZIP_LEVEL, chunkSize });
  const packed = toZstd(bytes, chunkSize);
  // A frame that ends exactly where a chunk does makes Node begin another, empty one behind it.
  const mayHaveAnother = (packed.length - EMPTY_FRAME_BYTES) % chunkSize === 0;
  return mayHaveAnother ? toZstd(bytes, chunkSize + 1) : packed;
}

/** Magic number, header, an empty last block, checksum. */
const EMPTY_FRAME_BYTES = 13;

function toZstd(bytes: Uint8Array, chunkSize: number): Buffer {
  return zstdCompressSync(bytes, { params: ZSTD_PARAMS, pledgedSrcSize: bytes.length, chunkSize });
}

/**
 * Goes by the first bytes, so an archive may hold both forms side by side. Throws `ARCHIVE_CORRUPT`, naming
 * `name`, for whatever is not one whole zstd frame or a whole gzip file, or unpacks to more than `maxBytes`.
 */
export function decompress(bytes: Uint8Array, name: string, maxBytes = MAX_UNPACKED_BYTES): Uint8Array {
  const unpack = toUnpack(bytes, name);
  let unpacked: Unpacked;
  try {
    unpacked = unpack(bytes, { maxOutputLength: maxBytes, info: true }) as Unpacked;
  } catch (cause) {
    const reason = cause instanceof RangeError ? `unpacks to more than ${maxBytes} bytes` : reasonOf(cause);
    throw toCorrupt(name, reason, cause);
  }
  // zlib stops without a word where a frame ends; a flipped checksum flag would show in nothing else.
  const left = bytes.length - unpacked.engine.bytesWritten;
  if (left > 0) throw toCorrupt(name, `has ${left} bytes after its end`);
  return unpacked.buffer;
}

/** `reason` completes the sentence "the archived object <name> …". */
export function toCorrupt(name: string, reason: string, cause?: unknown): BioMcpError {
  return new BioMcpError(
    'ARCHIVE_CORRUPT',
    'An archived object is damaged: run "bio-mcp archive verify" to find every damaged one, then load its record again.',
    { message: `the archived object ${name} ${reason}`, cause },
  );
}

/** Reads the magic numbers of RFC 8878, section 3.1.1, and RFC 1952, section 2.3.1. */
export function findCompression(bytes: Uint8Array): Compression | null {
  if (bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd) return 'zstd';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  return null;
}

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number; info: true }) => unknown;
/** What Node's zlib answers with `info`, which its types do not say. */
interface Unpacked {
  buffer: Buffer;
  /** `bytesWritten`: how much of the input was taken. */
  engine: { bytesWritten: number };
}

function toUnpack(bytes: Uint8Array, name: string): Unpack {
  if (bytes.length === 0) throw toCorrupt(name, 'is empty');
  const compression = findCompression(bytes);
  if (compression === null) throw toCorrupt(name, 'begins as neither zstd nor gzip');
  return compression === 'zstd' ? zstdDecompressSync : gunzipSync;
}

function reasonOf(cause: unknown): string {
  return `cannot be unpacked: ${cause instanceof Error ? cause.message : String(cause)}`;
}
