import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { createWordPieceTrie, type WordPieceTrie } from './word-piece-trie.ts';

/**
 * One vector for each WordPiece token. Everything stands in shared memory: handed to a worker thread
 * (`workerData`, `postMessage`) it is the same 9 MB there, not a copy.
 */
export interface StaticVectors {
  readonly id: string;
  readonly dimensions: number;
  /** Row-major; row `t` times `scales[t]` is the weighted vector of token `t`. */
  readonly rows: Int8Array;
  /** 0 for a token that says nothing: "[UNK]" and the other special tokens. */
  readonly scales: Float32Array;
  readonly trie: WordPieceTrie;
}

const FILE = new URL('./static-vectors.bin', import.meta.url);
/** Of the committed file; scripts/README.md has the command that makes the file again. */
export const STATIC_VECTORS_SHA256 = 'ed56e5472ffdbf19478cfcb64b4a75b09db2eb5d3b21e123933efb7af77d5dfa';
export const STATIC_DIMENSIONS = 256;
/** Corpora remember it; it changes with every bit of the table. */
export const STATIC_EMBEDDER_ID = `static:all-minilm-l6-v2:${STATIC_DIMENSIONS}:${STATIC_VECTORS_SHA256.slice(0, 12)}`;

let kept: StaticVectors | null = null;

/**
 * Reads the table that is part of this package. A missing or altered file is an error that names it. It takes
 * 0.1 CPU-s, so a process that opens its corpus anew keeps what it read.
 */
export async function loadStaticVectors(options: CallOptions): Promise<StaticVectors> {
  kept ??= await readStaticVectors(options);
  return kept;
}

async function readStaticVectors({ signal }: CallOptions): Promise<StaticVectors> {
  const bytes = await readFile(FILE, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw unusable(`cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  });
  const digest = createHash('sha256').update(bytes).digest('hex');
  if (digest !== STATIC_VECTORS_SHA256) {
    throw unusable(`has SHA-256 ${digest}, and this release was made with ${STATIC_VECTORS_SHA256}`);
  }
  const { vocabulary, dimensions, scales, rows } = parseStaticVectors(bytes);
  return {
    id: STATIC_EMBEDDER_ID,
    dimensions,
    rows: copyShared(rows, Int8Array),
    scales: copyShared(scales, Float32Array),
    trie: createWordPieceTrie(vocabulary, (size) => new SharedArrayBuffer(size)),
  };
}

/** What the file holds, before it is laid out for use. `scales` and `rows` as in `StaticVectors`. */
export interface StaticVectorsFile {
  readonly vocabulary: readonly string[];
  readonly dimensions: number;
  readonly scales: Float32Array;
  readonly rows: Int8Array;
}

const MAGIC = 'BIOMCPV1';
const HEADER_BYTES = 32;

/**
 * Little-endian: magic (8 bytes), number of tokens, dimensions, length of the vocabulary in bytes (u32 each),
 * zeros up to 32; the vocabulary (UTF-8, one token a line, padded with line ends to a multiple of 4); scales
 * (f32); rows (i8).
 */
export function formatStaticVectors({ vocabulary, dimensions, scales, rows }: StaticVectorsFile): Buffer {
  const lines = Buffer.from(vocabulary.map((piece) => `${piece}\n`).join(''));
  const padding = Buffer.alloc((4 - (lines.length % 4)) % 4, '\n');
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt32LE(vocabulary.length, 8);
  header.writeUInt32LE(dimensions, 12);
  header.writeUInt32LE(lines.length + padding.length, 16);
  return Buffer.concat([header, lines, padding, Buffer.from(scales.buffer), Buffer.from(rows.buffer)]);
}

export function parseStaticVectors(bytes: Buffer): StaticVectorsFile {
  if (bytes.length < HEADER_BYTES || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw unusable('is no table of token vectors');
  }
  const count = bytes.readUInt32LE(8);
  const dimensions = bytes.readUInt32LE(12);
  const scalesAt = HEADER_BYTES + bytes.readUInt32LE(16);
  const rowsAt = scalesAt + count * 4;
  if (bytes.length !== rowsAt + count * dimensions) throw unusable(`is cut off at ${bytes.length} bytes`);
  const vocabulary = bytes.toString('utf8', HEADER_BYTES, scalesAt).split('\n', count);
  const scales = new Float32Array(count);
  for (let token = 0; token < count; token++) scales[token] = bytes.readFloatLE(scalesAt + token * 4);
  const rows = new Int8Array(bytes.buffer, bytes.byteOffset + rowsAt, count * dimensions);
  return { vocabulary, dimensions, scales, rows };
}

function copyShared<T extends Int8Array | Float32Array>(
  from: T,
  View: { new (buffer: SharedArrayBuffer): T; readonly BYTES_PER_ELEMENT: number },
): T {
  const copy = new View(new SharedArrayBuffer(from.length * View.BYTES_PER_ELEMENT));
  copy.set(from);
  return copy;
}

function unusable(what: string, cause?: unknown): BioMcpError {
  return new BioMcpError(
    'EMBEDDINGS_UNAVAILABLE',
    'The built-in table of token vectors is damaged: install bio-mcp again.',
    {
      message: `src/embedding/static-vectors.bin ${what}`,
      cause,
    },
  );
}
