import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk } from '../src/domain/document/chunk.ts';
import { findPmid } from '../src/domain/ids.ts';
import { createStaticEmbedder } from '../src/embedding/static-embedder.ts';
import { createMulberry32 } from '../src/evaluation/mulberry32.ts';
import { toChunkId } from '../src/search/chunk-id.ts';
import { toSearchText } from '../src/search/chunking.ts';
import { openLanceDbIndex } from '../src/search/lancedb/lancedb-index.ts';
import { optimizeWhole } from '../src/search/optimize-whole.ts';
import { NEVER } from './open-corpus.ts';
import { toRealChunks } from './real-chunks.ts';
import { BENCH_FOLDER, readSampleRecords } from './sample-file.ts';

const BATCH = 4_000;
const FIRST_PMID = 100_000_000;
/** Every so many words of a passage are others. */
const OTHER_WORD_EVERY = 7;

const embedder = createStaticEmbedder();

/**
 * The folder of an index of `count` passages, made in a few minutes and kept between runs: those of the
 * sample, every seventh word of them another, with vectors mixed from two real ones and noise. Neither
 * archive nor database stand behind it.
 */
export async function makeLargeIndex(count: number): Promise<string> {
  const folder = join(BENCH_FOLDER, `index-${count}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  await rm(part, { recursive: true, force: true });
  await mkdir(part, { recursive: true });
  const real = (await readSampleRecords()).flatMap(toRealChunks);
  const texts = real.map((chunk) => toSearchText(chunk.facts.title, chunk));
  const vectors = await embedder.embed(texts, 'passage', NEVER);
  const random = createMulberry32(1);
  const words = real.flatMap((chunk) => chunk.words.split(' '));
  const writtenWords = real.flatMap(({ text }) => text.split(' '));
  {
    await using index = await openLanceDbIndex({ folder: part, dimensions: embedder.dimensions });
    for (let from = 0, sequence = 1; from < count; from += BATCH, sequence++) {
      const places = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) => from + at);
      const chunks = places.map((place) => {
        const chunk = real[place % real.length];
        if (chunk === undefined) throw new Error('the sample has no passage');
        return toOther(chunk, FIRST_PMID + place, { words, writtenWords, random });
      });
      const mixed = new Float32Array(chunks.length * embedder.dimensions);
      places.forEach((place, at) => {
        const other = Math.floor(random() * real.length);
        const mixture = mix(toVector(vectors, place % real.length), toVector(vectors, other), random);
        mixed.set(mixture, at * embedder.dimensions);
      });
      await index.write({ sequence, chunks, vectors: mixed, superseded: [] }, NEVER);
    }
    await optimizeWhole(index, NEVER);
  }
  await rename(part, folder);
  return folder;
}

interface Others {
  words: readonly string[];
  writtenWords: readonly string[];
  random(): number;
}

function toOther(chunk: Chunk, number: number, { words, writtenWords, random }: Others): Chunk {
  const pmid = findPmid(String(number));
  if (pmid === null) throw new Error(`no PMID: ${number}`);
  const swap = (text: string, pool: readonly string[]) =>
    text
      .split(' ')
      .map((word, at) =>
        at % OTHER_WORD_EVERY === 0 ? (pool[Math.floor(random() * pool.length)] ?? word) : word,
      )
      .join(' ');
  return {
    ...chunk,
    chunkId: toChunkId(pmid, 1, chunk.position),
    text: swap(chunk.text, writtenWords),
    words: swap(chunk.words, words),
    facts: { ...chunk.facts, pmid },
  };
}

function toVector(vectors: Float32Array, at: number): Float32Array {
  return vectors.subarray(at * embedder.dimensions, (at + 1) * embedder.dimensions);
}

function mix(a: Float32Array, b: Float32Array, random: () => number): Float32Array {
  const share = 0.5 + random() / 2;
  const mixture = a.map((value, at) => share * value + (1 - share) * (b[at] ?? 0) + (random() - 0.5) * 0.05);
  const length = Math.hypot(...mixture);
  return mixture.map((value) => value / length);
}
