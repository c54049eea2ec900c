import { setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';
import type { Schema } from './schema.ts';

/**
 * How a migration waits for a table that others use. Whoever wants to read that table meanwhile stands in
 * line behind the migration, so it waits shortly and often, and lets them pass between.
 */
export interface TablePatience {
  /** Of one try. Default 2 s. */
  waitMs?: number;
  /** Default 20: with the pauses some two minutes. */
  tries?: number;
  /** Between two tries. Default: 4 s. */
  pause?: (options: CallOptions) => Promise<unknown>;
  /** Hears, after the first try, who is waited for. */
  onWait?: (sentence: string) => void;
}

const WAIT_MS = 2_000;
const TRIES = 20;
const PAUSE_MS = 4_000;
/** SQLSTATE of a lock that did not come within `lock_timeout`. */
const LOCK_NOT_AVAILABLE = '55P03';

const pauseByClock = ({ signal }: CallOptions) => sleep(PAUSE_MS, undefined, { signal });

/**
 * Runs `work` in transactions of its own, until one gets the tables that it changes. `work` calls `begin`
 * once it waits for nobody but who uses them. Throws `DB_UNAVAILABLE` that names who has them, after the
 * last try.
 */
export async function waitForTables<T>(
  database: Kysely<Schema>,
  name: string,
  work: (transaction: Kysely<Schema>, begin: () => Promise<void>) => Promise<T>,
  { signal, waitMs = WAIT_MS, tries = TRIES, pause = pauseByClock, onWait }: CallOptions & TablePatience,
): Promise<T> {
  for (let left = tries; ; left--) {
    signal.throwIfAborted();
    try {
      return await database.transaction().execute((transaction) =>
        work(transaction, async () => {
          await sql`select set_config('lock_timeout', ${`${waitMs}ms`}, true)`.execute(transaction);
        }),
      );
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      if (left <= 1) throw toHeldUp(name, await findUser(database, { signal }), error);
      if (left === tries) onWait?.(toWaiting(name, await findUser(database, { signal })));
    }
    await pause({ signal });
  }
}

interface TableUser {
  pid: number;
  /** Of the database; `null` where ours may not know. */
  user: string | null;
  program: string | null;
  since: string | null;
}

/** Of those that use a table of ours, whose transaction is the oldest. */
async function findUser(database: Kysely<Schema>, { signal }: CallOptions): Promise<TableUser | null> {
  const { rows } = await sql<TableUser>`
    select a.pid, a.usename as user, a.application_name as program,
      to_char(a.xact_start at time zone 'UTC', 'HH24:MI:SS') as since
    from pg_locks as l
    join pg_class as c on c.oid = l.relation and c.relnamespace = to_regnamespace(current_schema())
    join pg_stat_activity as a on a.pid = l.pid
    where l.granted and l.database = (select oid from pg_database where datname = current_database())
      and l.pid <> pg_backend_pid()
    order by a.xact_start nulls last, a.pid limit 1`.execute(database, { signal });
  return rows[0] ?? null;
}

function toWaiting(name: string, user: TableUser | null): string {
  return `${toInTheWay(name, user)}. It is waited for, two minutes in all.`;
}

function toInTheWay(name: string, user: TableUser | null): string {
  const who = user === null ? 'Another session' : `The session ${describe(user)}`;
  return `${who} uses a table that the migration ${name} changes, such as a backup or a long query`;
}

function toHeldUp(name: string, user: TableUser | null, cause: unknown): BioMcpError {
  const end = user === null ? 'it' : `it by \`select pg_terminate_backend(${user.pid})\``;
  return new BioMcpError(
    'DB_UNAVAILABLE',
    `${toInTheWay(name, user)}. Nothing was changed, and the release that runs goes on. Wait until it has ended, or end ${end}, and run \`bio-mcp migrate\` again.`,
    { cause },
  );
}

function describe({ pid, user, program, since }: TableUser): string {
  const facts = [
    ...(program === null || program === '' ? [] : [program]),
    ...(user === null ? [] : [`of the user ${user}`]),
    ...(since === null ? [] : [`since ${since} UTC`]),
  ];
  return facts.length === 0 ? String(pid) : `${pid} (${facts.join(', ')})`;
}
