import { codeOf } from '../../errors/code-of.ts';
import { toCorrupt } from '../compression.ts';
import { isObjectUnreadable, toArchiveUnavailable } from './file-archive-error.ts';
import type { OperationName, ThreadAnswer, ThreadFailure, ThreadRequest } from './file-archive-protocol.ts';
import type { FileOperations } from './file-operations.ts';

/** The caller gave up: what was done until now stays. */
class Aborted extends Error {}

/** Does what was asked; what came of it can cross threads. */
export function answerTo(operations: FileOperations, request: ThreadRequest): ThreadAnswer {
  const { id } = request;
  const aborted = new Int32Array(request.abort);
  const throwIfAborted = () => {
    if (Atomics.load(aborted, 0) !== 0) throw new Aborted();
  };
  try {
    throwIfAborted();
    return { id, outcome: 'done', output: run(operations, request, throwIfAborted) };
  } catch (error) {
    if (error instanceof Aborted) return { id, outcome: 'aborted' };
    return { id, outcome: 'failed', failure: toFailure(error) };
  }
}

/** What the caller gets of an answer. Throws what went wrong; after an abort, the signal's reason. */
export function readAnswer(
  answer: ThreadAnswer,
  { operation, input, folder }: { operation: OperationName; input: unknown; folder: string },
  { signal }: { signal: AbortSignal },
): unknown {
  if (answer.outcome === 'done') return answer.output;
  if (answer.outcome === 'aborted') throw signal.reason;
  const { message, stack, errno } = answer.failure;
  const cause = new Error(message);
  if (stack !== undefined) cause.stack = stack;
  if (operation === 'find' && isObjectUnreadable(errno)) {
    throw toCorrupt(String(input), `cannot be read: ${message}`, cause);
  }
  throw toArchiveUnavailable(`${message} (archive folder ${folder})`, errno, cause);
}

function run(
  operations: FileOperations,
  { operation, input }: ThreadRequest,
  throwIfAborted: () => void,
): unknown {
  const work = operations[operation] as (input: unknown, throwIfAborted: () => void) => unknown; // one of its own
  return work(input, throwIfAborted);
}

function toFailure(error: unknown): ThreadFailure {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack, errno: codeOf(error) };
}
