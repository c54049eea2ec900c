/** Records by what became of them; deletions: documents that left because their source withdrew them. */
export interface BatchCounts {
  /** Objects put. */
  archived: number;
  /** Their bytes were archived before. */
  skipped: number;
  /** Revisions made searchable. */
  indexed: number;
  /** Quarantined. */
  failed: number;
  deleted: number;
}

/** What one batch came to. */
export interface BatchOutcome extends BatchCounts {
  problems: { pmid: string | null; reason: string }[];
}

export const NOTHING: BatchOutcome = {
  archived: 0,
  skipped: 0,
  indexed: 0,
  failed: 0,
  deleted: 0,
  problems: [],
};
