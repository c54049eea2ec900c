import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { isCopy } from '../binary-copy.ts';
import type { DatabaseDamage } from './damaged-database-error.ts';
import { PgliteWorker } from './pglite-worker.ts';

export interface PgliteThreadData {
  folder: string;
  fsync: boolean;
}

export type PgliteRequest =
  | { id: number; kind: 'query'; sql: string; parameters: readonly unknown[]; blob?: Uint8Array<ArrayBuffer> }
  | { id: number; kind: 'open' }
  | { id: number; kind: 'close' };

export interface PgliteResult {
  command: string;
  rowCount: number;
  rows: Record<string, unknown>[];
}

export interface PgliteError {
  message: string;
  code: string | null;
  detail: string | null;
  /** What the statement met, or why the database does not open. */
  damage: DatabaseDamage | null;
  /** PostgreSQL has given itself up: the thread is to be ended. */
  isOver: boolean;
}

export type PgliteAnswer = { id: number; result: PgliteResult } | { id: number; error: PgliteError };

export interface PglitePoolOptions {
  folder: string;
  /** Each commit outlives a power cut once it is answered; costs some 7 ms a commit. Default true. */
  fsync?: boolean;
  /**
   * The thread has died, of `error`, and a new one has the database open. What was asked at the
   * time has failed.
   */
  onReopened?: (error: Error) => void;
  /** The database is not to be had any more in this process: all that is asked fails with `error`. */
  onLost?: (error: Error) => void;
}

/** One death may be an accident. Of a second one, whatever brings it about would do so again and again. */
const MOST_THREADS = 2;

/**
 * PGlite behind the interface of a `pg` pool with one connection, so that kysely's PostgreSQL dialect
 * serves both. (Kysely's own PGlite dialect hands its one connection to everybody at once: a query beside
 * an open transaction would run inside it.) `connect` waits until the connection is free; waiting is first
 * come, first served.
 *
 * A thread that dies is replaced once. A connection stays with the thread that it began on and fails with it,
 * so that the rest of a transaction never runs outside of it on the next thread.
 */
export class PglitePool implements PostgresPool {
  readonly options = {};
  readonly #settings: PglitePoolOptions;
  readonly #queue: (() => void)[] = [];
  #thread: PgliteWorker;
  #threads = 0;
  #hasAnswered = false;
  #busy = false;
  #isLost = false;

  constructor(settings: PglitePoolOptions) {
    this.#settings = settings;
    this.#thread = this.#start();
  }

  connect(): Promise<PostgresPoolClient> {
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve(this.#toClient(this.#thread));
    }
    return new Promise((resolve) => this.#queue.push(() => resolve(this.#toClient(this.#thread))));
  }

  /** Resolves once the database is open; `wasInterrupted`: it was not closed well the last time. */
  async open(): Promise<{ wasInterrupted: boolean }> {
    const { rows } = await this.#thread.send({ kind: 'open' });
    return { wasInterrupted: rows[0]?.wasInterrupted === true };
  }

  /** Waits for what was asked, then closes the database cleanly. One that is lost has nothing to close. */
  async end(): Promise<void> {
    if (!this.#isLost) await this.#thread.close();
  }

  #start(): PgliteWorker {
    this.#threads += 1;
    const { folder, fsync = true } = this.#settings;
    return new PgliteWorker({ data: { folder, fsync }, onDeath: (error) => void this.#replace(error) });
  }

  /** A database that never opened is told to whoever asks, and to nobody else. */
  async #replace(death: Error): Promise<void> {
    if (!this.#hasAnswered) return;
    if (this.#threads === MOST_THREADS) return this.#lose(death);
    this.#thread = this.#start();
    try {
      await this.#thread.send({ kind: 'query', sql: 'select 1', parameters: [] });
    } catch (error) {
      return this.#lose(error);
    }
    this.#settings.onReopened?.(death);
  }

  #lose(error: unknown): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#settings.onLost?.(error instanceof Error ? error : new Error(String(error)));
  }

  #toClient(thread: PgliteWorker): PostgresPoolClient {
    return {
      query: ((sql: string, parameters: readonly unknown[] = []) =>
        this.#query(thread, sql, parameters)) as PostgresPoolClient['query'], // cursors are not used
      release: () => {
        const next = this.#queue.shift();
        if (next === undefined) this.#busy = false;
        else next();
      },
    };
  }

  async #query(
    thread: PgliteWorker,
    sql: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<unknown>> {
    const result = isCopy(sql)
      ? await thread.send({
          kind: 'query',
          sql: sql.replace(/from stdin/i, "from '/dev/blob'"),
          parameters: [],
          blob: parameters[0] as Uint8Array<ArrayBuffer>, // copy-statement.ts binds the body as the one parameter
        })
      : await thread.send({ kind: 'query', sql, parameters });
    this.#hasAnswered = true;
    return result as PostgresQueryResult<unknown>; // kysely's union of commands is narrower than what is answered
  }
}
