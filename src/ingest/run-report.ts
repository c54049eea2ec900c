import { type Progress, type ReportProgress, startProgress } from './progress.ts';
import type { BatchOutcome } from './publish-batch.ts';

/** What one file (or one query) of a run came to. */
export interface PartCounts {
  name: string;
  found: number;
  archived: number;
  skipped: number;
  indexed: number;
  failed: number;
  /** Documents that left because their source withdrew them. */
  deleted: number;
}

export interface RecordProblem {
  pmid: string | null;
  part: string;
  reason: string;
}

/** Problems beyond this number are counted and not listed: the quarantine holds them all. */
const MOST_PROBLEMS = 1_000;

/** Adds up a run while it goes on, and tells it on. */
export class RunReport {
  readonly progress: Progress = startProgress();
  readonly parts: PartCounts[] = [];
  readonly problems: RecordProblem[] = [];
  readonly #tell: ReportProgress;

  constructor(tell: ReportProgress) {
    this.#tell = tell;
  }

  get deleted(): number {
    return this.parts.reduce((sum, { deleted }) => sum + deleted, 0);
  }

  startPart(name: string): PartCounts {
    const part = { name, found: 0, archived: 0, skipped: 0, indexed: 0, failed: 0, deleted: 0 };
    this.parts.push(part);
    return part;
  }

  addBatch(part: PartCounts, outcome: BatchOutcome, pct: number): void {
    const found = outcome.archived + outcome.skipped + outcome.failed;
    part.found += found;
    part.deleted += outcome.deleted;
    this.progress.found += found;
    this.progress.fetched += found;
    for (const key of ['archived', 'skipped', 'indexed', 'failed'] as const) {
      part[key] += outcome[key];
      this.progress[key] += outcome[key];
    }
    const room = MOST_PROBLEMS - this.problems.length;
    this.problems.push(
      ...outcome.problems.slice(0, room).map((problem) => ({ ...problem, part: part.name })),
    );
    this.say({ pct, message: `${part.name}: ${part.found.toLocaleString('en')} records` });
  }

  /** `pct` from 0 to 100; it never goes back. */
  say({ pct, message }: { pct: number; message: string }): void {
    this.progress.pct = Math.max(this.progress.pct, Math.min(Math.round(pct * 10) / 10, 100));
    this.progress.message = message;
    this.#tell({ ...this.progress });
  }
}
