import { createTurns } from '../../domain/concurrency/turns.ts';
import { answering } from './lancedb-errors.ts';

/** Writers take turns; reads wait for none of them. */
export class LanceDbTurns {
  readonly #turns = createTurns(1);
  readonly #reads = new Set<Promise<unknown>>();

  async read<T>(doing: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const reading = answering(doing, call);
    this.#reads.add(reading);
    return reading.finally(() => this.#reads.delete(reading));
  }

  write<T>(doing: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.#turns.use(() => {
      signal.throwIfAborted();
      return answering(doing, work);
    });
  }

  /** Resolves once those have ended that are under way now; others may begin meanwhile. */
  async endOfReads(): Promise<void> {
    await Promise.allSettled(this.#reads);
  }

  /** Resolves once nobody has a turn or reads. */
  async end(): Promise<void> {
    await this.#turns.use(async () => {});
    await this.endOfReads();
  }
}
