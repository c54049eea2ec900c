import { createFileThread } from '../archive/files/file-thread.ts';
import { createIngestThreads } from '../ingest/prepare/ingest-threads.ts';

/** What works beside the main thread. */
export interface CorpusThreads {
  /** Of an archive in files. */
  startFileThread: typeof createFileThread;
  /** Those that read and embed records. */
  startIngestThreads: typeof createIngestThreads;
}

/** A corpus' own, which start when there is work and end with it. */
export const OWN_THREADS: CorpusThreads = {
  startFileThread: createFileThread,
  startIngestThreads: createIngestThreads,
};
