/**
 * The thread on which a file archive touches the disk: synchronous calls cost a fraction of `fs.promises`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { errnoOf } from './file-archive-error.ts';
import type { ThreadAnswer, ThreadFailure, ThreadRequest, ThreadSettings } from './file-archive-protocol.ts';
import { createFileOperations } from './file-operations.ts';

const settings: ThreadSettings = workerData; // written by file-archive.ts alone
const operations = createFileOperations(settings);

/** The caller gave up: what was done until now stays. */
class Aborted extends Error {}

parentPort?.on('message', (request: ThreadRequest | 'close') => {
  if (request === 'close') {
    parentPort?.close();
    return;
  }
  const answer = answerTo(request);
  const body = answer.outcome === 'done' ? answer.output : null;
  // A file that was read has memory of its own, which may change hands; a pooled one may not.
  const isOwned = body instanceof Uint8Array && body.byteLength === body.buffer.byteLength;
  parentPort?.postMessage(answer, isOwned ? [body.buffer as ArrayBuffer] : []);
});

function answerTo(request: ThreadRequest): ThreadAnswer {
  const { id } = request;
  const aborted = new Int32Array(request.abort);
  const throwIfAborted = () => {
    if (Atomics.load(aborted, 0) !== 0) throw new Aborted();
  };
  try {
    throwIfAborted();
    return { id, outcome: 'done', output: run(request, throwIfAborted) };
  } catch (error) {
    if (error instanceof Aborted) return { id, outcome: 'aborted' };
    return { id, outcome: 'failed', failure: toFailure(error) };
  }
}

function run({ operation, input }: ThreadRequest, throwIfAborted: () => void): unknown {
  const work = operations[operation] as (input: unknown, throwIfAborted: () => void) => unknown; // one of its own
  return work(input, throwIfAborted);
}

function toFailure(error: unknown): ThreadFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, errno: errnoOf(error) };
}
