import { sql } from 'kysely';
import type { CorpusStore } from './corpus-store.ts';
import type { Database } from './database.ts';

/** Any number but that of the migrations. */
const LOCK = 7_236_002;

/**
 * Sequence numbers are given in commit order, while the index is written before the commit: so one caller at a time
 * is between the two. In this process they wait in line; on a server, which others share, an advisory lock of a
 * session of its own is held as well. It ends with the session, so that a killed process never leaves it behind.
 */
export function createPublishLock({ kysely, lockScope }: Database): CorpusStore['withPublishLock'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work, { signal }) => {
    const run = async () => {
      signal.throwIfAborted();
      if (lockScope === 'process') return work();
      return kysely.connection().execute(async (session) => {
        await sql`select pg_advisory_lock(${sql.lit(LOCK)})`.execute(session);
        try {
          return await work();
        } finally {
          await sql`select pg_advisory_unlock(${sql.lit(LOCK)})`.execute(session);
        }
      });
    };
    const mine = last.then(run, run);
    last = mine;
    return mine;
  };
}
