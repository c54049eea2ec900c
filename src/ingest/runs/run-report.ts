import type { CallOptions } from '../../domain/call-options.ts';
import type { BatchCounts, BatchOutcome } from '../publish/batch-outcome.ts';
import { type Progress, type ReportProgress, startProgress } from './progress.ts';

/** `found = archived + skipped + failed`. */
export interface RunCounts extends BatchCounts {
  found: number;
}

/** What one file (or one query) of a run came to. */
export interface PartCounts extends RunCounts {
  name: string;
}

export interface RecordProblem {
  pmid: string | null;
  part: string;
  reason: string;
}

export type SaveProgress = (progress: Progress, options: CallOptions) => Promise<void>;

/** Problems beyond this number are counted and not listed: the quarantine holds them all. */
const MOST_PROBLEMS = 1_000;

/** Adds up a run while it goes on, and tells it on. */
export class RunReport {
  readonly progress: Progress = startProgress();
  readonly parts: PartCounts[] = [];
  readonly problems: RecordProblem[] = [];
  /** What the manifest says beside the counts. */
  readonly facts: Record<string, unknown> = {};
  readonly #tell: ReportProgress;
  readonly #save: SaveProgress;
  /** Parts that were told beforehand how much there is to find. */
  readonly #counted = new Set<PartCounts>();

  constructor({ tell, save }: { tell: ReportProgress; save: SaveProgress }) {
    this.#tell = tell;
    this.#save = save;
  }

  get deleted(): number {
    return this.parts.reduce((sum, { deleted }) => sum + deleted, 0);
  }

  startPart(name: string): PartCounts {
    const part = { name, found: 0, archived: 0, skipped: 0, indexed: 0, failed: 0, deleted: 0 };
    this.parts.push(part);
    return part;
  }

  /** From the first call on the part's batches count as found already. */
  addFound(part: PartCounts, found: number): void {
    this.#counted.add(part);
    part.found += found;
    this.progress.found += found;
  }

  /** Found, and done by an earlier attempt. */
  addSkipped(part: PartCounts, skipped: number): void {
    part.skipped += skipped;
    this.progress.skipped += skipped;
  }

  /** Found, and not delivered. */
  addFailed(part: PartCounts, problems: readonly { pmid: string; reason: string }[]): void {
    part.failed += problems.length;
    this.progress.failed += problems.length;
    this.#addProblems(part, problems);
  }

  /** So that others see how far the run is. */
  save(options: CallOptions): Promise<void> {
    return this.#save({ ...this.progress }, options);
  }

  addBatch(part: PartCounts, outcome: BatchOutcome, pct: number): void {
    const fetched = outcome.archived + outcome.skipped + outcome.failed;
    if (!this.#counted.has(part)) {
      part.found += fetched;
      this.progress.found += fetched;
    }
    part.deleted += outcome.deleted;
    this.progress.fetched += fetched;
    for (const key of ['archived', 'skipped', 'indexed', 'failed'] as const) {
      part[key] += outcome[key];
      this.progress[key] += outcome[key];
    }
    this.#addProblems(part, outcome.problems);
    this.say({ pct, message: `${part.name}: ${part.found.toLocaleString('en')} records` });
  }

  #addProblems(part: PartCounts, problems: readonly { pmid: string | null; reason: string }[]): void {
    const room = MOST_PROBLEMS - this.problems.length;
    this.problems.push(...problems.slice(0, room).map((problem) => ({ ...problem, part: part.name })));
  }

  /** `pct` from 0 to 100; it never goes back. */
  say({ pct, message }: { pct: number; message: string }): void {
    this.progress.pct = Math.max(this.progress.pct, Math.min(Math.round(pct * 10) / 10, 100));
    this.progress.message = message;
    this.#tell({ ...this.progress });
  }
}
