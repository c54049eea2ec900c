import type { JobQueue } from '../queue/job-queue.ts';
import type { CorpusChange } from '../tools/tool-facts.ts';

/** Tells which resources are no longer what they were when they were read last. */
export interface Changes {
  /** The resource at this URI changed. */
  tell(uri: string): void;
  subscribe(listener: (uri: string) => void): Disposable;
}

export function createChanges(): Changes {
  const listeners = new Set<(uri: string) => void>();
  return {
    tell(uri) {
      for (const listener of listeners) listener(uri);
    },
    subscribe(listener) {
      // A function of its own, so that the same listener may come twice.
      const own = (uri: string) => listener(uri);
      listeners.add(own);
      return { [Symbol.dispose]: () => void listeners.delete(own) };
    },
  };
}

export const CORPUS_STATUS_URI = 'bio-mcp://corpus/status';
export const CHECKPOINTS_URI = 'bio-mcp://corpus/checkpoints';
export const RECENT_SYNCS_URI = 'bio-mcp://sync/recent';

function toPaperUri(pmid: string): string {
  return `bio-mcp://paper/${pmid}`;
}

/** The resource that shows what a call changed. */
export function toUri(change: CorpusChange): string {
  if (change === 'corpus') return CORPUS_STATUS_URI;
  return change === 'checkpoints' ? CHECKPOINTS_URI : toPaperUri(change.pmid);
}

/** Tells of syncs and loads when their jobs change, whoever asked for them. */
export function tellOfJobs(changes: Changes, jobs: Pick<JobQueue, 'subscribe'>): Disposable {
  return jobs.subscribe((change) => {
    changes.tell(RECENT_SYNCS_URI);
    if (change === null || change.state === 'succeeded' || change.state === 'failed') {
      changes.tell(CORPUS_STATUS_URI);
    }
  });
}
