/** What is looked up when somebody reads the metrics; `null` where it could not be had. */
export interface ScrapedFacts {
  /** As `readyz` tells it. */
  ready: boolean;
  checks: readonly { name: string; isUp: boolean }[];
  figures: ScrapedFigures | null;
  /** 0 where there is no dead-letter queue. */
  deadLetters: number | null;
}

/** What the database knows: see `Figures` of the store. */
export interface ScrapedFigures {
  jobs: readonly { tool: string; state: 'queued' | 'running'; jobs: number; leastPct: number }[];
  queueOldestAgeSeconds: number;
  syncs: readonly { term: string; succeededAtSeconds: number }[];
  documents: number;
  chunks: number;
  quarantined: number;
}
