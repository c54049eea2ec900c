import { workerData } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import type { Compression } from './domain/archive-key.ts';
import { createStaticEmbedder } from './embedding/static-embedder.ts';
import type { StaticVectors } from './embedding/static-vectors.ts';
import { type PrepareResult, type PrepareTask, runTask } from './ingest/prepare-task.ts';

/** What `compose.ts` tells each thread of the ingest pool. */
export interface IngestThreadData {
  compression: Compression;
  /** The built-in token vectors, in memory that all threads share; `null`: the main thread embeds. */
  staticVectors: StaticVectors | null;
}

const { compression, staticVectors } = workerData as IngestThreadData; // made by compose.ts alone
const embedder = staticVectors === null ? null : createStaticEmbedder({ vectors: staticVectors });

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
