import { type Kysely, sql } from 'kysely';
import type { CorpusStore } from './corpus-store.ts';
import type { Database } from './database.ts';
import { toDatabaseError } from './report-database-errors.ts';
import type { Schema } from './schema.ts';

/** Any number but that of the migrations. */
const LOCK = 7_236_002;

/**
 * Sequence numbers are given in commit order, while the index is written before the commit: so one caller at a time
 * is between the two. In this process they wait in line; on a server, which others share, an advisory lock of a
 * session of its own is held as well. It ends with the session, so that a killed process never leaves it behind.
 */
export function createPublishLock({ patient, lockScope }: Database): CorpusStore['withPublishLock'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work, { signal }) => {
    const run = async () => {
      signal.throwIfAborted();
      if (lockScope === 'process') return work();
      return holdLock(patient, work);
    };
    const mine = last.then(run, run);
    last = mine;
    return mine;
  };
}

/** What `work` throws goes through as it is, and so does its result where the session broke meanwhile. */
async function holdLock<T>(kysely: Kysely<Schema>, work: () => Promise<T>): Promise<T> {
  let started: Promise<T> | undefined;
  const inside = async (session: Kysely<Schema>) => {
    await sql`select pg_advisory_lock(${sql.lit(LOCK)})`.execute(session);
    started = work();
    await Promise.allSettled([started]);
    await sql`select pg_advisory_unlock(${sql.lit(LOCK)})`.execute(session);
  };
  const broken = await kysely
    .connection()
    .execute(inside)
    .then(() => null, toDatabaseError);
  if (started === undefined) throw broken;
  return started;
}
