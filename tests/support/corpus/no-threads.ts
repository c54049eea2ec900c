import { answerTo, readAnswer } from '../../../src/archive/files/file-answers.ts';
import { createFileOperations } from '../../../src/archive/files/file-operations.ts';
import type { FileThread } from '../../../src/archive/files/file-thread.ts';
import type { CorpusThreads } from '../../../src/compose/corpus-threads.ts';
import { createStaticEmbedder } from '../../../src/embedding/static-embedder.ts';
import { runTask } from '../../../src/ingest/prepare/prepare-task.ts';
import type { IngestThreadData } from '../../../src/ingest-thread.ts';

/**
 * The work of a corpus' threads, on the test's own: to start two of them takes 0.2 CPU-s. The threads
 * themselves are tested in tests/archive/file-thread.test.ts, tests/ingest/prepare/thread-death.test.ts,
 * tests/ingest/runs/load-sample.test.ts, and wherever a process of its own loads something.
 */
export const NO_THREADS: CorpusThreads = {
  startFileThread(settings): FileThread {
    const operations = createFileOperations(settings);
    let calls = 0;
    return {
      async call(operation, input, { signal }) {
        signal.throwIfAborted();
        calls += 1;
        const request = { id: calls, operation, input, abort: new SharedArrayBuffer(4) };
        const answer = answerTo(operations, request as Parameters<typeof answerTo>[1]);
        const { folder } = settings;
        return readAnswer(answer, { operation, input, folder }, { signal }) as never; // its operation's
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
  startIngestThreads({ workerData }) {
    const { compression, staticVectors } = workerData as IngestThreadData; // made by compose.ts
    const embedder = staticVectors === null ? null : createStaticEmbedder({ vectors: staticVectors });
    let isClosed = false;
    return {
      get isClosed() {
        return isClosed;
      },
      run: (task) => runTask(task, { compression, embedder }),
      rest: () => undefined,
      async [Symbol.asyncDispose]() {
        isClosed = true;
      },
    };
  },
};
