import { Worker } from 'node:worker_threads';
import { toProgramUrl } from '../../../domain/program-url.ts';
import { DamagedDatabaseError } from './damaged-database-error.ts';
import type {
  PgliteAnswer,
  PgliteError,
  PgliteRequest,
  PgliteResult,
  PgliteThreadData,
} from './pglite-pool.ts';

/** `DistributiveOmit`: the id is given when the request is sent. */
type Unnumbered<T> = T extends PgliteRequest ? Omit<T, 'id'> : never;

export interface PgliteWorkerOptions {
  data: PgliteThreadData;
  /** Called once, when the thread has ended without being told to. */
  onDeath: (error: Error) => void;
}

/**
 * One thread that PGlite lives in, until it is closed or dies: what it was asked then fails, and
 * whatever comes later.
 */
export class PgliteWorker {
  readonly #worker: Worker;
  readonly #onDeath: (error: Error) => void;
  readonly #waiting = new Map<number, PromiseWithResolvers<PgliteResult>>();
  #nextId = 1;
  /** Of a thread that ends, which is told once it has ended. */
  #failure: Error | null = null;
  #hasEnded = false;
  #isClosing = false;

  constructor({ data: workerData, onDeath }: PgliteWorkerOptions) {
    this.#onDeath = onDeath;
    this.#worker = new Worker(toProgramUrl('pglite-thread', import.meta.url), { name: 'pglite', workerData });
    this.#worker.on('message', (answer: PgliteAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => {
      // What comes from another thread cannot be written to, and kysely adds to the stack.
      this.#failure ??= new Error(error instanceof Error ? error.message : String(error), { cause: error });
      this.#worker.ref(); // its end is told of
    });
    this.#worker.on('exit', () => this.#end());
    this.#worker.unref();
  }

  send(request: Unnumbered<PgliteRequest>): Promise<PgliteResult> {
    if (this.#hasEnded) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const settled = Promise.withResolvers<PgliteResult>();
    this.#waiting.set(id, settled);
    if (this.#waiting.size === 1) this.#worker.ref();
    const transfer = 'blob' in request && request.blob !== undefined ? [request.blob.buffer] : [];
    this.#worker.postMessage({ ...request, id }, transfer);
    return settled.promise;
  }

  /**
   * Waits for what was asked, then closes the database cleanly. A thread that has died is closed; of a
   * database that does not open only the thread ends.
   */
  async close(): Promise<void> {
    if (this.#hasEnded) return;
    this.#isClosing = true;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    const isOpen = await this.send({ kind: 'close' }).then(
      () => true,
      () => false, // told to whoever asked for something
    );
    this.#worker.ref();
    if (!isOpen) await this.#worker.terminate();
    await exited;
  }

  #settle(answer: PgliteAnswer): void {
    if ('error' in answer && answer.error.isOver) {
      this.#failure ??= toError(answer.error);
      void this.#worker.terminate();
      return;
    }
    const settled = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('result' in answer) {
      settled?.resolve(answer.result);
      return;
    }
    settled?.reject(toError(answer.error));
  }

  /**
   * Only now it writes nothing any more. What was asked fails in the same turn in which the death is told of,
   * so that nobody hears of the one before the other has come about.
   */
  #end(): void {
    this.#hasEnded = true;
    const failure = this.#failure ?? new Error('the embedded database has ended');
    this.#failure = failure;
    for (const settled of this.#waiting.values()) settled.reject(failure);
    this.#waiting.clear();
    if (!this.#isClosing) this.#onDeath(failure);
  }
}

function toError({ damage, isOver: _, ...plain }: PgliteError): Error {
  return damage === null ? Object.assign(new Error(plain.message), plain) : new DamagedDatabaseError(damage);
}
