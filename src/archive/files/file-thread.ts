import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { CallOptions } from '../../domain/call-options.ts';
import { toProgramUrl } from '../../domain/program-url.ts';
import { codeOf } from '../../errors/code-of.ts';
import { readAnswer } from './file-answers.ts';
import { toArchiveUnavailable } from './file-archive-error.ts';
import type {
  OperationInput,
  OperationName,
  OperationOutput,
  ThreadAnswer,
  ThreadSettings,
} from './file-archive-protocol.ts';

export interface FileThread extends AsyncDisposable {
  /**
   * Operations run one after the other, in the order of calls. After an abort the promise rejects only once
   * the thread has stopped, so that nothing is written later. `transfer` changes hands.
   */
  call<Name extends OperationName>(
    operation: Name,
    input: OperationInput<Name>,
    options: CallOptions & { transfer?: ArrayBuffer[] },
  ): Promise<OperationOutput<Name>>;
}

interface Waiting {
  settle(answer: ThreadAnswer): void;
  fail(error: unknown): void;
}

/** A load's calls follow one another much sooner. */
const IDLE_MS = 5_000;

/**
 * Started by a call, ended when none has come for a while; keeps the process alive only while a call
 * is under way.
 */
export function createFileThread(settings: ThreadSettings): FileThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | null = null;
  let idling: NodeJS.Timeout | undefined;
  let calls = 0;
  let isClosed = false;

  function start(): Worker {
    const started = new Worker(toProgramUrl('file-archive-thread', import.meta.url), {
      name: 'file-archive',
      workerData: settings,
    });
    started.on('message', (answer: ThreadAnswer) => waiting.get(answer.id)?.settle(answer));
    started.on('error', (error) => lose(started, error));
    started.on('exit', () => lose(started, new Error('the thread ended')));
    return started;
  }

  /** The next call starts a new thread. */
  function lose(lost: Worker, error: unknown): void {
    if (worker !== lost) return;
    worker = null;
    for (const { fail } of [...waiting.values()]) {
      fail(
        toArchiveUnavailable(`the archive's thread in ${settings.folder} broke off`, codeOf(error), error),
      );
    }
  }

  function endLater(thread: Worker): void {
    thread.unref();
    idling = setTimeout(() => {
      if (worker !== thread || waiting.size > 0) return;
      worker = null;
      thread.postMessage('close');
    }, IDLE_MS);
    idling.unref();
  }

  return {
    async call(operation, input, { signal, transfer = [] }) {
      signal.throwIfAborted();
      if (isClosed) throw new Error(`the archive in ${settings.folder} is closed`);
      clearTimeout(idling);
      worker ??= start();
      const thread = worker;
      calls += 1;
      const id = calls;
      const abort = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
      const giveUp = () => Atomics.store(new Int32Array(abort), 0, 1);
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        const answer = await new Promise<ThreadAnswer>((settle, fail) => {
          waiting.set(id, { settle, fail });
          thread.ref();
          thread.postMessage({ id, operation, input, abort }, transfer);
        });
        const { folder } = settings;
        // The thread answers with what Operations says for this operation.
        return readAnswer(answer, { operation, input, folder }, { signal }) as OperationOutput<
          typeof operation
        >;
      } finally {
        signal.removeEventListener('abort', giveUp);
        waiting.delete(id);
        if (waiting.size === 0) endLater(thread);
      }
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(idling);
      const thread = worker;
      if (thread === null) return;
      thread.ref();
      const ended = once(thread, 'exit');
      thread.postMessage('close');
      await ended;
    },
  };
}
