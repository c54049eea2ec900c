import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../../src/store/schema.ts';
import { askUntil } from '../awaited.ts';

/** As src/store/database/publish-lock.ts has it. */
const LOCK = 7_236_002;
const ours = sql`locktype = 'advisory' and objid = ${sql.lit(LOCK)}
  and database = (select oid from pg_database where datname = current_database())`;

/** Ends the session that holds the publish lock, as a server that restarts or an administrator does. */
export async function endLockSession(kysely: Kysely<Schema>): Promise<void> {
  const { rows } =
    await sql`select pg_terminate_backend(pid) from pg_locks where ${ours} and granted`.execute(kysely);
  if (rows.length !== 1) throw new Error(`${rows.length} sessions held the publish lock`);
}

/** Resolves once a session waits for the publish lock. */
export function untilLockWaiter(kysely: Kysely<Schema>): Promise<void> {
  return untilFound(
    kysely,
    'a waiter for the publish lock',
    sql`select from pg_locks where ${ours} and not granted`,
  );
}

/**
 * Resolves once a session waits for a lock within a statement like this. Asked outside of a transaction,
 * which would see one moment only.
 */
export function untilWaitingIn(kysely: Kysely<Schema>, statement: string): Promise<void> {
  return untilFound(
    kysely,
    `a session that waits in ${statement}`,
    sql`select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query ilike ${statement}`,
  );
}

/**
 * From here on a commit that gives a number waits in its COMMIT until it is let go. Takes one
 * connection of `kysely`.
 */
export async function holdCommits(kysely: Kysely<Schema>): Promise<{ open(): Promise<void> }> {
  await sql`create function wait_at_gate() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(1); return null; end $$`.execute(kysely);
  await sql`create constraint trigger gate after update on corpus_state deferrable initially deferred
    for each row when (new.sequence > old.sequence) execute function wait_at_gate()`.execute(kysely);
  const gate = await kysely.startTransaction().execute();
  await sql`select pg_advisory_xact_lock(1)`.execute(gate);
  return {
    async open() {
      await gate.commit().execute();
    },
  };
}

/** Resolves once the query has a row; the server itself is asked again and again. */
export async function untilFound(
  kysely: Kysely<Schema>,
  what: string,
  query: ReturnType<typeof sql>,
): Promise<void> {
  const find = async () => (await query.execute(kysely)).rows.length > 0 || null;
  await askUntil(find, { what, pauseMs: 0 });
}
