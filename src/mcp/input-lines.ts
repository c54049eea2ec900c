const NEW_LINE = 0x0a;

/** What was read and not taken yet, as lines. Of a line that is too long nothing is kept but that it was. */
export class InputLines {
  readonly #maxBytes: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Of the line so far. */
  #pieces: Buffer[] = [];
  #bytes = 0;
  #isTooLong = false;

  constructor({ maxBytes }: { maxBytes: number }) {
    this.#maxBytes = maxBytes;
  }

  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Nothing waits, and no line has begun. */
  get isEmpty(): boolean {
    return !this.hasWaiting && this.#bytes === 0;
  }

  add(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
  }

  /** `undefined` where no line has its end yet; `null` for one that was too long. */
  next(): string | null | undefined {
    for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift()) {
      const end = chunk.indexOf(NEW_LINE);
      const rest = end === -1 ? chunk.length : end + 1;
      this.#waitingBytes -= rest;
      if (rest < chunk.length) this.#waiting.unshift(chunk.subarray(rest));
      this.#take(end === -1 ? chunk : chunk.subarray(0, end));
      if (end !== -1) return this.finish();
    }
    return undefined;
  }

  /** The line as far as it goes. */
  finish(): string | null {
    const line = this.#isTooLong ? null : Buffer.concat(this.#pieces).toString('utf8').trim();
    this.#pieces = [];
    this.#bytes = 0;
    this.#isTooLong = false;
    return line;
  }

  forgetWaiting(): void {
    this.#waiting = [];
  }

  #take(piece: Buffer): void {
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) {
      this.#isTooLong = true;
      this.#pieces = [];
    }
    if (!this.#isTooLong && piece.length > 0) this.#pieces.push(piece);
  }
}
