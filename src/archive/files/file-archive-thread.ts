/** The thread on which a file archive touches the disk: synchronous calls cost a fraction of `fs.promises`. */
import { parentPort, workerData } from 'node:worker_threads';
import { findDamage } from '../object-check.ts';
import { errnoOf, isObjectUnreadable } from './file-archive-error.ts';
import type { ThreadAnswer, ThreadFailure, ThreadRequest, ThreadSettings } from './file-archive-protocol.ts';
import { listKeys } from './file-listing.ts';
import { createFileObjects } from './file-objects.ts';

const settings: ThreadSettings = workerData; // written by file-archive.ts alone
const objects = createFileObjects(settings);

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

function run(request: ThreadRequest, throwIfAborted: () => void): unknown {
  switch (request.operation) {
    case 'put':
      return put(request.input, throwIfAborted);
    case 'find':
      return objects.find(request.input);
    case 'findDamaged':
      return findDamaged(request.input, throwIfAborted);
    case 'list':
      return listKeys({ folder: settings.folder, ...request.input })
        .take(request.input.limit)
        .map((key) => {
          throwIfAborted();
          return key;
        })
        .toArray();
    case 'ping':
      objects.ping();
      return null;
  }
}

type Input<Name extends ThreadRequest['operation']> = Extract<ThreadRequest, { operation: Name }>['input'];

function put(orders: Input<'put'>, throwIfAborted: () => void): boolean[] {
  const areKept: boolean[] = [];
  try {
    for (const [index, order] of orders.entries()) {
      throwIfAborted();
      areKept.push(naming(`put ${index + 1} of ${orders.length}, ${order.key}`, () => objects.put(order)));
    }
  } finally {
    objects.flush();
  }
  return areKept;
}

function findDamaged(expected: Input<'findDamaged'>, throwIfAborted: () => void): number[] {
  const damaged: number[] = [];
  for (const [index, { key, contentHash }] of expected.entries()) {
    throwIfAborted();
    const body = key === null ? null : findReadable(key);
    if (body === null || findDamage(body, { contentHash }, key ?? '') !== null) damaged.push(index);
  }
  return damaged;
}

/** What cannot be read any more is a damaged object, not a failure of the archive. */
function findReadable(key: Input<'find'>): Uint8Array | null {
  try {
    return objects.find(key);
  } catch (error) {
    if (isObjectUnreadable(errnoOf(error))) return null;
    throw error;
  }
}

function naming<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof Error) error.message = `${what}: ${error.message}`;
    throw error;
  }
}

function toFailure(error: unknown): ThreadFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, errno: errnoOf(error) };
}
