/** At the end of a run `found = archived + skipped + failed`. */
export interface Progress {
  /** Records that were read so far. */
  found: number;
  /** Records whose bytes are here. */
  fetched: number;
  /** Objects put. */
  archived: number;
  /** Records whose bytes were archived before. */
  skipped: number;
  /** Revisions made searchable. */
  indexed: number;
  /** Quarantined. */
  failed: number;
  /** 0 … 100. */
  pct: number;
  message: string;
}

export type ReportProgress = (progress: Progress) => void;

export function startProgress(): Progress {
  return { found: 0, fetched: 0, archived: 0, skipped: 0, indexed: 0, failed: 0, pct: 0, message: '' };
}
