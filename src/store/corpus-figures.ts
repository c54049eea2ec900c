import type { CallOptions } from '../domain/call-options.ts';

export interface JobFigure {
  tool: string;
  state: 'queued' | 'running';
  jobs: number;
  /** Of the job that is least far, in percent. */
  leastPct: number;
}

/** What the database knows that changes while a process runs. */
export interface Figures {
  jobs: readonly JobFigure[];
  /** Since when the job waits that somebody could claim and nobody did; 0 where there is none. */
  queueOldestAgeSeconds: number;
  /** The queries that were synced last, the newest first: their terms, at most 100 characters each. */
  syncs: readonly { term: string; succeededAtSeconds: number }[];
  documents: number;
  chunks: number;
  quarantined: number;
}

/** Numbers for whoever watches the service. Fails with `DB_UNAVAILABLE`. */
export interface CorpusFigures {
  read(options: CallOptions): Promise<Figures>;
}
