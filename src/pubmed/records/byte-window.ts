const SMALLEST_BLOCK = 64 * 1024;

/**
 * The part of a stream that is not consumed yet. Positions are offsets in the stream, so they stay true while
 * the window moves. Blocks are only ever appended to: a slice that was handed out keeps its bytes.
 */
export class ByteWindow {
  #block = Buffer.alloc(0);
  /** Offset in the stream of the block's first byte. */
  #base = 0;
  #used = 0;
  #from = 0;

  /** Offset of the first byte that is still held. */
  get start(): number {
    return this.#from;
  }

  /** Offset behind the last byte that has arrived. */
  get end(): number {
    return this.#base + this.#used;
  }

  append(chunk: Uint8Array): void {
    if (this.#used + chunk.length > this.#block.length) this.#moveTo(chunk.length);
    this.#block.set(chunk, this.#used);
    this.#used += chunk.length;
  }

  /** Gives up everything before `offset`. */
  consumeTo(offset: number): void {
    this.#from = offset;
  }

  byteAt(offset: number): number | undefined {
    const at = offset - this.#base;
    return at < this.#used ? this.#block[at] : undefined;
  }

  slice(from: number, to: number): Buffer {
    return this.#block.subarray(from - this.#base, Math.min(to, this.end) - this.#base);
  }

  /** Offset of the first `needle` at or behind `from`, or -1. */
  indexOf(needle: Uint8Array | number, from: number): number {
    const at = this.#block.subarray(0, this.#used).indexOf(needle, from - this.#base);
    return at < 0 ? -1 : at + this.#base;
  }

  /** Twice the held bytes, so that a long record in small chunks is copied a few times only. */
  #moveTo(extra: number): void {
    const held = this.slice(this.#from, this.end);
    const block = Buffer.allocUnsafeSlow(
      Math.max(SMALLEST_BLOCK, held.length + Math.max(extra, held.length)),
    );
    held.copy(block);
    this.#block = block;
    this.#base = this.#from;
    this.#used = held.length;
  }
}

/** Looks for one needle and never looks at a byte twice, however often the window grows. */
export class ByteSearch {
  readonly #needle: Uint8Array | number;
  readonly #length: number;
  #hit = -1;
  #searchedTo = 0;

  constructor(needle: string) {
    this.#needle = needle.length === 1 ? needle.charCodeAt(0) : Buffer.from(needle, 'latin1');
    this.#length = needle.length;
  }

  /** Offset of the first hit at or behind `from`, or -1 when none has arrived yet. `from` never goes back. */
  find(window: ByteWindow, from: number): number {
    if (this.#hit >= from) return this.#hit;
    this.#hit = window.indexOf(this.#needle, Math.max(from, this.#searchedTo));
    this.#searchedTo = this.#hit < 0 ? Math.max(from, window.end - this.#length + 1) : this.#hit;
    return this.#hit;
  }
}
