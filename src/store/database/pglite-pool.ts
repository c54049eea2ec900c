import { Worker } from 'node:worker_threads';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { toProgramUrl } from '../../domain/program-url.ts';
import { isCopy } from './copy-statement.ts';

export interface PgliteThreadData {
  folder: string;
}

export type PgliteRequest =
  | { id: number; kind: 'query'; sql: string; parameters: readonly unknown[]; blob?: Uint8Array<ArrayBuffer> }
  | { id: number; kind: 'script'; sql: string }
  | { id: number; kind: 'close' };

export interface PgliteResult {
  command: string;
  rowCount: number;
  rows: Record<string, unknown>[];
}

export type PgliteAnswer =
  | { id: number; result: PgliteResult }
  | { id: number; error: { message: string; code: string | null; detail: string | null } };

/** `DistributiveOmit`: the id is given when the request is sent. */
type Unnumbered<T> = T extends PgliteRequest ? Omit<T, 'id'> : never;

/**
 * PGlite behind the interface of a `pg` pool with one connection, so that kysely's PostgreSQL dialect serves both.
 * (Kysely's own PGlite dialect hands its one connection to everybody at once: a query beside an open transaction
 * would run inside it.) `connect` waits until the connection is free; waiting is first come, first served.
 */
export class PglitePool implements PostgresPool {
  readonly options = {};
  readonly #worker: Worker;
  readonly #waiting = new Map<number, PromiseWithResolvers<PgliteResult>>();
  readonly #queue: ((client: PostgresPoolClient) => void)[] = [];
  #nextId = 1;
  #busy = false;
  #failure: Error | null = null;

  constructor({ folder }: { folder: string }) {
    const workerData: PgliteThreadData = { folder };
    this.#worker = new Worker(toProgramUrl('pglite-thread', import.meta.url), { workerData });
    this.#worker.on('message', (answer: PgliteAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('the embedded database has ended')));
    this.#worker.unref();
  }

  connect(): Promise<PostgresPoolClient> {
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve(this.#client);
    }
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  /** Runs several statements without parameters; for migrations, under `connect`. */
  async runScript(sql: string): Promise<void> {
    await this.#send({ kind: 'script', sql });
  }

  /** Waits for what was asked, then closes the database cleanly. */
  async end(): Promise<void> {
    if (this.#failure !== null) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.#send({ kind: 'close' });
    this.#worker.ref();
    await exited;
  }

  readonly #client: PostgresPoolClient = {
    query: ((sql: string, parameters: readonly unknown[] = []) =>
      this.#query(sql, parameters)) as PostgresPoolClient['query'], // cursors are not used
    release: () => {
      const next = this.#queue.shift();
      if (next === undefined) this.#busy = false;
      else next(this.#client);
    },
  };

  async #query(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<unknown>> {
    const result = isCopy(sql)
      ? await this.#send({
          kind: 'query',
          sql: sql.replace(/from stdin/i, "from '/dev/blob'"),
          parameters: [],
          blob: parameters[0] as Uint8Array<ArrayBuffer>, // copy-statement.ts binds the body as the one parameter
        })
      : await this.#send({ kind: 'query', sql, parameters });
    return result as PostgresQueryResult<unknown>; // kysely's union of commands is narrower than what is answered
  }

  #send(request: Unnumbered<PgliteRequest>): Promise<PgliteResult> {
    if (this.#failure !== null) return Promise.reject(this.#failure);
    const id = this.#nextId++;
    const settled = Promise.withResolvers<PgliteResult>();
    this.#waiting.set(id, settled);
    if (this.#waiting.size === 1) this.#worker.ref();
    const transfer = 'blob' in request && request.blob !== undefined ? [request.blob.buffer] : [];
    this.#worker.postMessage({ ...request, id }, transfer);
    return settled.promise;
  }

  #settle(answer: PgliteAnswer): void {
    const settled = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#worker.unref();
    if ('result' in answer) settled?.resolve(answer.result);
    else settled?.reject(Object.assign(new Error(answer.error.message), answer.error));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const settled of this.#waiting.values()) settled.reject(this.#failure);
    this.#waiting.clear();
  }
}
