/**
 * The thread on which a file archive touches the disk: synchronous calls cost a fraction of `fs.promises`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { answerTo } from './file-answers.ts';
import type { ThreadRequest, ThreadSettings } from './file-archive-protocol.ts';
import { createFileOperations } from './file-operations.ts';

const settings: ThreadSettings = workerData; // written by file-archive.ts alone
const operations = createFileOperations(settings);

parentPort?.on('message', (request: ThreadRequest | 'close') => {
  if (request === 'close') {
    parentPort?.close();
    return;
  }
  const answer = answerTo(operations, request);
  const body = answer.outcome === 'done' ? answer.output : null;
  // A file that was read has memory of its own, which may change hands; a pooled one may not.
  const isOwned = body instanceof Uint8Array && body.byteLength === body.buffer.byteLength;
  parentPort?.postMessage(answer, isOwned ? [body.buffer as ArrayBuffer] : []);
});
