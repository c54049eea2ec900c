import type { Writable } from 'node:stream';

export interface OutputLinesOptions {
  stdout: Writable;
  /** A line is with the client. */
  onWritten: () => void;
  /** The client reads again. */
  onRoom: () => void;
}

/** What was sent and is not with the client yet, in its order. */
export class OutputLines {
  readonly #options: OutputLinesOptions;
  readonly #closed = Promise.withResolvers<void>();
  #writing = Promise.resolve();
  #unwritten = 0;
  #isDraining = false;
  #isClosed = false;

  constructor(options: OutputLinesOptions) {
    this.#options = options;
  }

  /** The client does not read. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  get isEmpty(): boolean {
    return this.#unwritten === 0;
  }

  /** Resolves once the stream takes more, or is closed. */
  add(line: string): Promise<void> {
    this.#unwritten += 1;
    this.#writing = this.#writing.then(() => this.#write(line));
    return this.#writing;
  }

  close(): void {
    this.#isClosed = true;
    this.#closed.resolve();
  }

  async #write(line: string): Promise<void> {
    if (this.#isClosed) return;
    const { stdout, onWritten, onRoom } = this.#options;
    const hasRoom = stdout.write(line, () => {
      this.#unwritten -= 1;
      onWritten();
    });
    if (hasRoom) return;
    this.#isDraining = true;
    const drained = Promise.withResolvers<void>();
    stdout.once('drain', drained.resolve);
    await Promise.race([drained.promise, this.#closed.promise]);
    stdout.off('drain', drained.resolve);
    this.#isDraining = false;
    onRoom();
  }
}
