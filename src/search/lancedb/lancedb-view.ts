import type { Table } from '@lancedb/lancedb';
import type { Clock } from '../../domain/clock.ts';
import type { Membership } from '../search-index.ts';

/**
 * Of rows that the built indexes do not hold yet. A full-text search reads each of them anew, at some 40
 * µs a row.
 */
export const SHOWN_UNINDEXED_ROWS = 400;
/**
 * Held-back rows are shown, at whatever cost, once a write or a refresh is missing for so long: none
 * may be coming.
 */
export const LONGEST_PAUSE_MS = 5_000;
/** A refresh rewrites the table: it may take one second in so many. */
export const REFRESH_SHARE = 8;
/** A clock that is corrected by less is not set back. */
const MOST_DRIFT_MS = 5_000;

export interface LanceDbViewOptions {
  table: Table;
  /**
   * The same table, open a second time; `null`: what is written is seen at once, and nothing is held back.
   */
  pinned: Table | null;
  /** Hears of `pinned` once it is in the version of the table, and before that changes. */
  onPin?: (pinned: Table) => void;
  /** Rows that the built indexes do not hold. */
  unindexed: number;
  /** The highest sequence number in the table. */
  sequence: number;
  /** Of the machine, by which the versions of the table are dated. */
  clock: Clock;
  /** Milliseconds from any fixed point; they do not go back when the clock of the machine does. */
  now: () => number;
}

/**
 * What searches see of a table that is written to. A few new rows are shown at once. Where many come,
 * searches see the table as it was before them until a *refresh* (`optimize`) has brought them into the built
 * indexes: a load would otherwise make every search slower by what it has written. What awaits its commit is
 * held back however little it is: who found it would look for it in the store in vain, and it may be undone.
 * Nothing is held back from a checkpoint that saw it. Where nobody searches, nothing is refreshed.
 */
export class LanceDbView {
  readonly #table: Table;
  readonly #pinned: Table | null;
  readonly #onPin: (pinned: Table) => void;
  readonly #clock: Clock;
  readonly #now: () => number;
  #unindexed: number;
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  /** Whether searches read `#pinned`, and the highest sequence number in that. */
  #heldAt: number | null = null;
  #sequence: number;
  #awaitsCommit = false;
  /** The sequence number of what awaits its commit. */
  #awaited = 0;
  #hasFollowed = false;
  #refreshedAt = new Date(0);
  #refreshedAtMs = Number.NEGATIVE_INFINITY;
  #refreshTookMs = 0;
  #isSearched = false;

  constructor({ table, pinned, onPin = () => {}, unindexed, sequence, clock, now }: LanceDbViewOptions) {
    this.#table = table;
    this.#pinned = pinned;
    this.#onPin = onPin;
    this.#unindexed = unindexed;
    this.#sequence = sequence;
    this.#clock = clock;
    this.#now = now;
  }

  /** Whether it is time to bring what was written into the built indexes. */
  get isRefreshDue(): boolean {
    return this.#isSearched && this.#unindexed > SHOWN_UNINDEXED_ROWS && this.#now() >= this.#refreshAtMs;
  }

  /** Whether the write that begins follows on another one, as in a load. */
  get isFollowing(): boolean {
    return this.#now() - this.#writtenAtMs <= LONGEST_PAUSE_MS;
  }

  /** Whether the last write did so. */
  get hasFollowed(): boolean {
    return this.#hasFollowed;
  }

  /**
   * When what searches see was last all of it: no version from long before is read any more. Where the clock
   * was set back since, versions that are read may be dated before it, so it is long ago.
   */
  get refreshedAt(): Date {
    const passedMs = this.#now() - this.#refreshedAtMs;
    const setBackMs = passedMs - (this.#clock.now().getTime() - this.#refreshedAt.getTime());
    return setBackMs > MOST_DRIFT_MS ? new Date(0) : this.#refreshedAt;
  }

  /** Not below the last sequence number with a commit, and below the one that awaits its own; else `null`. */
  get committed(): number | null {
    return this.#pinned !== null && this.#awaitsCommit ? this.#awaited - 1 : null;
  }

  /** To be called before `rows` are written. */
  async expect(
    rows: number,
    { awaitsCommit, sequence }: { awaitsCommit: boolean; sequence: number },
  ): Promise<void> {
    const isTooMuch = this.#unindexed + rows > SHOWN_UNINDEXED_ROWS;
    const isAllSeen = this.#heldAt === null || this.#isOverdue;
    if (this.#pinned !== null && isAllSeen && (isTooMuch || awaitsCommit)) {
      await this.#pinned.checkout(await this.#table.version());
      this.#onPin(this.#pinned);
      this.#heldAt = this.#sequence;
    }
    this.#unindexed += rows;
    this.#awaitsCommit = awaitsCommit;
    this.#awaited = sequence;
  }

  wrote(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence);
    this.#hasFollowed = this.isFollowing;
    this.#writtenAtMs = this.#now();
  }

  /** What was written is committed, or awaited nothing. */
  show(): void {
    this.#awaitsCommit = false;
    if (this.#unindexed <= SHOWN_UNINDEXED_ROWS) this.#heldAt = null;
  }

  rolledBackTo(sequence: number): void {
    this.#sequence = Math.min(this.#sequence, sequence);
    this.#awaitsCommit = false;
    this.#heldAt = null;
  }

  /** Runs `optimize`; what it brought in is seen from then on. */
  async refresh(optimize: () => Promise<unknown>): Promise<void> {
    const startedAtMs = this.#now();
    await optimize();
    this.#unindexed = 0;
    this.#heldAt = null;
    this.#isSearched = false;
    this.#refreshedAt = this.#clock.now();
    this.#refreshedAtMs = this.#now();
    this.#refreshTookMs = this.#refreshedAtMs - startedAtMs;
  }

  /** The table as a search of this membership sees it. */
  toRead(membership: Membership): Table {
    this.#isSearched = true;
    if (this.#pinned === null || this.#heldAt === null) return this.#table;
    if (membership.kind === 'checkpoint' && membership.sequence > this.#heldAt) return this.#table;
    return this.#isOverdue ? this.#table : this.#pinned;
  }

  /** Neither a write nor a refresh may be coming that would show what is held back. */
  get #isOverdue(): boolean {
    const missingSinceMs = Math.min(this.#writtenAtMs, this.#refreshAtMs);
    return !this.#awaitsCommit && this.#now() - missingSinceMs > LONGEST_PAUSE_MS;
  }

  get #refreshAtMs(): number {
    return this.#refreshedAtMs + this.#refreshTookMs * (REFRESH_SHARE - 1);
  }

  close(): void {
    this.#pinned?.close();
  }
}
