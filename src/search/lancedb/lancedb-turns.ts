import { createTurns } from '../../domain/concurrency/turns.ts';
import { answering } from './lancedb-errors.ts';

/** Writers take turns; reads wait for none of them, but for the moment in which old versions go. */
export class LanceDbTurns {
  readonly #turns = createTurns(1);
  #pruning: Promise<unknown> = Promise.resolve();
  readonly #reads = new Set<Promise<unknown>>();

  async read<T>(doing: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    // Again, when a prune began while this one was waiting: what counts as a read must be known
    // before it begins.
    for (let pruning: unknown; pruning !== this.#pruning; ) {
      pruning = this.#pruning;
      await pruning;
    }
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

  /** For who has the turn: what reads ends before `work`, what comes meanwhile waits. */
  async withoutReads(work: () => Promise<void>): Promise<void> {
    const pruning = Promise.allSettled(this.#reads).then(work);
    this.#pruning = pruning.catch(() => undefined);
    await pruning;
  }

  /** Resolves once nobody has a turn or reads. */
  async end(): Promise<void> {
    await this.#turns.use(async () => {});
    await Promise.allSettled(this.#reads);
  }
}
