import type { Kysely, KyselyPlugin } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { Database } from './database/database.ts';
import type { Schema } from './schema.ts';

/** Where to read. */
export interface ReadPlace {
  database: Kysely<Schema>;
  /** What entered after this sequence number may yet be undone; `null`: nothing may. */
  committedUpTo: number | null;
}

/**
 * The embedded database has one connection, and the commit of a batch has it for 100 ms and more. Who cannot
 * wait for so long reads between two statements of that commit, by its transaction, and leaves out what comes
 * in with it. Only for reads that fail where the database is damaged and nowhere else: one that fails takes
 * the commit along.
 */
export class ReadsBetween {
  readonly #kysely: Kysely<Schema>;
  /** A server has a connection for each. */
  readonly #isNeeded: boolean;
  readonly #waiting: ((place: ReadPlace) => Promise<void>)[] = [];
  #commits = 0;

  constructor({ kysely, lockScope }: Pick<Database, 'kysely' | 'lockScope'>) {
    this.#kysely = kysely;
    this.#isNeeded = lockScope === 'process';
  }

  /** At once, unless something is being committed. */
  read<T>(ask: (place: ReadPlace) => Promise<T>, { signal }: CallOptions): Promise<T> {
    if (!this.#isNeeded || this.#commits === 0) return ask(this.#plain);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push(async (place) => {
      if (!signal.aborted) await ask(place).then(resolve, reject);
    });
    return untilAborted(promise, signal);
  }

  /** Commits what `work` writes; `after` is the last sequence number before it. */
  async commit(after: number, work: (transaction: Kysely<Schema>) => Promise<void>): Promise<void> {
    this.#commits += 1;
    try {
      await this.#kysely.transaction().execute((transaction) => {
        const place = { database: transaction, committedUpTo: after };
        return work(this.#isNeeded ? transaction.withPlugin(this.#between(place)) : transaction);
      });
    } finally {
      this.#commits -= 1;
      void this.#serve(this.#plain);
    }
  }

  get #plain(): ReadPlace {
    return { database: this.#kysely, committedUpTo: null };
  }

  #between(place: ReadPlace): KyselyPlugin {
    return {
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => {
        await this.#serve(place);
        return result;
      },
    };
  }

  async #serve(place: ReadPlace): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      await next(place);
  }
}
