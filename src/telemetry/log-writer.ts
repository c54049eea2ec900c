/**
 * Of lines that wait until they are taken: some 35,000, as a busy process writes in ten seconds and a quiet
 * one in an hour.
 */
const MOST_KEPT_BYTES = 8 * 1_048_576;
/** A pipe takes so much whole or not at all, so that lines of processes that share one do not mix. */
const MOST_PIECE_BYTES = 4_096;
/** Until what waits is tried again, where no new line comes; twice that each time nothing is. */
const PAUSE_MS = { first: 20, longest: 1_000 } as const;
/** At the end of the process, for a reader that stands still, and for one that is slow. */
const LAST_WAIT_MS = { untilTaken: 1_000, inAll: 5_000, step: 5 } as const;
/** Of a pipe that is full. */
const FULL_NOW: ReadonlySet<unknown> = new Set(['EAGAIN', 'EWOULDBLOCK']);

export interface LogWriterOptions {
  /**
   * Writes at most `length` bytes from `from` on, without waiting, and says how many it wrote; throws where
   * it can write none now.
   */
  put: (lines: Uint8Array, from: number, length: number) => number;
  /** The line that stands where so many were dropped. */
  toGapLine: (lines: number) => string;
  /** Hears of lines as they are dropped. */
  onDropped: (lines: number) => void;
}

/**
 * Writes lines at once, and never waits for whoever takes them: who reads a log may stand still, or leave and
 * come back, a disk may be full, and the service goes on. What is not taken is kept, and goes out before
 * all later lines. From the line on that would be too many, lines are dropped until those that are kept are
 * out; a line in their place then says how many.
 */
export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #dropped = 0;
  /** Whether the last line was taken in part. */
  #isWithinLine = false;
  /** Why nothing was taken the last time. */
  #refusal: unknown;
  #timer: NodeJS.Timeout | null = null;
  #pauseMs: number = PAUSE_MS.first;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  /** Takes whole lines, in memory that is the caller's again afterwards. */
  write(lines: Uint8Array): void {
    if (this.#kept.length > 0) this.#writeKept();
    const taken = this.#kept.length > 0 ? 0 : this.#put(lines);
    if (taken === lines.length) return;
    if (taken === 0 && (this.#dropped > 0 || this.#keptBytes + lines.length > MOST_KEPT_BYTES)) {
      this.#drop(lines);
      return;
    }
    this.#kept.push(Uint8Array.from(lines.subarray(taken)));
    this.#keptBytes += lines.length - taken;
    this.#timer ??= this.#tryLater();
  }

  /**
   * Before the process is gone: what waits goes out, as far as somebody takes it soon. A reader that is too
   * slow for all hears how many lines it does not get.
   */
  end(): void {
    if (this.#isTakenInTime()) return;
    this.#dropKept();
    this.#isTakenInTime();
  }

  /** Whether nothing is left to do: all is out, or there is nobody to take it. */
  #isTakenInTime(): boolean {
    const startedAt = performance.now();
    let takenAt = startedAt;
    const cell = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      const before = this.#keptBytes;
      this.#writeKept();
      if (this.#kept.length === 0 || !FULL_NOW.has(this.#refusal)) return true;
      const now = performance.now();
      if (this.#keptBytes !== before) takenAt = now;
      if (now - takenAt >= LAST_WAIT_MS.untilTaken) return true;
      if (now - startedAt >= LAST_WAIT_MS.inAll) return false;
      Atomics.wait(cell, 0, 0, LAST_WAIT_MS.step);
    }
  }

  /** But for the rest of a line that was begun. */
  #dropKept(): void {
    const [first = new Uint8Array()] = this.#kept;
    const begun = this.#isWithinLine ? first.subarray(0, first.indexOf(NEWLINE) + 1) : first.subarray(0, 0);
    for (const [at, lines] of this.#kept.entries())
      this.#drop(at === 0 ? lines.subarray(begun.length) : lines);
    this.#kept.splice(0, Number.POSITIVE_INFINITY, ...(begun.length > 0 ? [begun] : []));
    this.#keptBytes = begun.length;
  }

  #writeKept(): void {
    for (let first = this.#kept[0]; first !== undefined; first = this.#kept[0]) {
      const taken = this.#put(first);
      this.#keptBytes -= taken;
      if (taken > 0) this.#pauseMs = PAUSE_MS.first;
      if (taken < first.length) {
        this.#kept[0] = first.subarray(taken);
        return;
      }
      this.#kept.shift();
    }
    if (this.#dropped === 0) return;
    const gap = this.#options.toGapLine(this.#dropped);
    this.#dropped = 0;
    this.write(Buffer.from(gap));
  }

  #tryLater(): NodeJS.Timeout {
    const tryAgain = () => {
      this.#pauseMs = Math.min(this.#pauseMs * 2, PAUSE_MS.longest);
      this.#timer = null;
      this.#writeKept();
      if (this.#kept.length > 0) this.#timer ??= this.#tryLater();
    };
    return setTimeout(tryAgain, this.#pauseMs).unref();
  }

  #drop(lines: Uint8Array): void {
    let count = 0;
    for (const byte of lines) if (byte === NEWLINE) count += 1;
    this.#dropped += count;
    this.#options.onDropped(count);
  }

  /** How many bytes were taken; all others are still to be written, whatever the reason. */
  #put(lines: Uint8Array): number {
    let taken = 0;
    try {
      while (taken < lines.length) taken += this.#options.put(lines, taken, findEnd(lines, taken) - taken);
    } catch (error) {
      this.#refusal = error instanceof Error && 'code' in error ? error.code : error;
    }
    if (taken > 0) this.#isWithinLine = lines[taken - 1] !== NEWLINE;
    return taken;
  }
}

const NEWLINE = 0x0a;

/** Where the last line ends that is whole within a piece; of a longer one where that ends. */
function findEnd(lines: Uint8Array, startsAt: number): number {
  if (lines.length - startsAt <= MOST_PIECE_BYTES) return lines.length;
  const within = lines.lastIndexOf(NEWLINE, startsAt + MOST_PIECE_BYTES - 1) + 1;
  if (within > startsAt) return within;
  const end = lines.indexOf(NEWLINE, startsAt) + 1;
  return end > 0 ? end : lines.length;
}
