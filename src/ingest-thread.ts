import { getPriority, setPriority } from 'node:os';
import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { Compression } from './domain/corpus/archive-key.ts';
import { createStaticEmbedder } from './embedding/static-embedder.ts';
import type { StaticVectors } from './embedding/static-vectors.ts';
import { type PrepareResult, type PrepareTask, runTask } from './ingest/prepare/prepare-task.ts';

/** What `compose.ts` tells each thread of the ingest pool. */
export interface IngestThreadData {
  compression: Compression;
  /** The built-in token vectors, in memory that all threads share; `null`: the main thread embeds. */
  staticVectors: StaticVectors | null;
}

const { compression, staticVectors } = workerData as IngestThreadData; // made by compose.ts alone
const embedder = staticVectors === null ? null : createStaticEmbedder({ vectors: staticVectors });

/**
 * What a load gives way by, in Linux's nice levels of 1.25 each: about a tenth of the processor's
 * time under load.
 */
const NICENESS = 10;
const MOST_NICENESS = 19;

// Requests and searches of the same process go first. Only Linux has a priority for each thread: there 0 is
// this thread, elsewhere it is the whole process.
if (process.platform === 'linux') setPriority(0, Math.min(getPriority(0) + NICENESS, MOST_NICENESS));

/** Runs on a thread of the ingest pool; the blocks of memory go back without being copied. */
export async function prepare(task: PrepareTask): Promise<unknown> {
  const result = await runTask(task, { compression, embedder });
  return move({
    get [transferableSymbol]() {
      const blocks = [result.bodies.block.buffer, result.documents.block.buffer];
      return result.vectors === null ? blocks : [...blocks, result.vectors.buffer];
    },
    get [valueSymbol](): PrepareResult {
      return result;
    },
  });
}
