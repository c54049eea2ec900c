import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/until-aborted.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { LockOptions } from '../corpus-store.ts';
import type { Schema } from '../schema.ts';
import type { SessionClient, SessionPool } from './postgres-pool.ts';
import { toDatabaseError } from './report-database-errors.ts';

/**
 * Sequence numbers are given in commit order, while the index is written before the commit: so one caller at a time
 * is between the two. In this process callers wait in line; on a server, which others share, an advisory lock of a
 * session of its own is held as well. It ends with the session, so that a killed process never leaves it behind.
 */
export interface PublishLock {
  /**
   * The signal that `work` gets aborts once the lock is lost; `work` that fails after that fails with `DB_UNAVAILABLE`, and
   * a result that it has in spite of that goes through. What `work` throws else goes through as it is.
   */
  hold<T>(work: (held: CallOptions) => Promise<T>, options: LockOptions): Promise<T>;
  /**
   * Throws `DB_UNAVAILABLE` where the lock that this process took was lost. The caller has locked the row of `corpus_state`
   * in `transaction`: who takes the lock waits for that row, so that what is found to be held stays so until the end.
   */
  requireHeld(transaction: Kysely<Schema>): Promise<void>;
  /** Whoever waits gives up. */
  close(): void;
}

/** Any number but that of the migrations. */
const LOCK = 7_236_002;
/** The server forgets a waiter that broke off after so long at most, and one that waits on stands in line again. */
const LOCK_TIMEOUT_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * An idle session is not ended however long the work takes. A client that is cut off is given up after 60 s; it notices
 * within 20 s itself (postgres-pool.ts), so before another can have the lock.
 */
const SETTINGS = `
  select set_config(n.name, n.value, false)
  from (values ('lock_timeout', '${LOCK_TIMEOUT_MS}'), ('idle_session_timeout', '0'),
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) as n (name, value)
  join pg_settings as s on s.name = n.name`;
const TAKE = `select pg_backend_pid() as pid, pg_advisory_lock(${LOCK})`;
/** Who had the lock before, and lost it, may be in the middle of a commit. */
const AWAIT_COMMIT = 'select from corpus_state for update';
const GIVE_BACK = `select pg_advisory_unlock(${LOCK}), set_config('lock_timeout', null, false)`;

/** `sessions`: of the server that others share; `null` where the database serves this process alone. */
export function createPublishLock({ sessions }: { sessions: SessionPool | null }): PublishLock {
  const closing = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let holder: HeldSession | null = null;

  async function holdOnServer<T>(
    pool: SessionPool,
    work: (held: CallOptions) => Promise<T>,
    waiting: AbortSignal,
  ): Promise<T> {
    await using session = await takeLock(pool, waiting);
    holder = session;
    try {
      return await work({ signal: session.lost });
    } catch (error) {
      throw session.lost.aborted ? session.lost.reason : error;
    } finally {
      holder = null;
    }
  }

  return {
    async hold(work, { signal, patience }) {
      const waiting = AbortSignal.any([
        signal,
        closing.signal,
        ...(patience === undefined ? [] : [patience]),
      ]);
      const mine = Promise.withResolvers<void>();
      const before = last;
      last = before.then(() => mine.promise);
      try {
        await untilAborted(before, waiting);
        if (sessions === null) return await work({ signal: NEVER });
        return await holdOnServer(sessions, work, waiting);
      } catch (error) {
        if (error !== waiting.reason || signal.aborted) throw error;
        throw closing.signal.aborted ? toClosed() : toBusy();
      } finally {
        mine.resolve();
      }
    },
    async requireHeld(transaction) {
      if (holder === null) return;
      const { rows } = await sql`
        select from pg_locks
        where locktype = 'advisory' and classid = 0 and objid = ${sql.lit(LOCK)} and objsubid = 1 and granted
          and database = (select oid from pg_database where datname = current_database())
          and pid = ${holder.pid}`.execute(transaction);
      if (rows.length === 0) throw toLost(null);
    },
    close: () => closing.abort(),
  };
}

const NEVER = new AbortController().signal;

/** For a database that is reached from within the lock only. */
export function createHeldPublishLock(): PublishLock {
  return {
    hold: (work) => work({ signal: NEVER }),
    requireHeld: () => Promise.resolve(),
    close: () => undefined,
  };
}

interface HeldSession extends AsyncDisposable {
  readonly pid: number;
  /** Aborts when the session breaks, and the lock with it. */
  readonly lost: AbortSignal;
}

/** Where waiting ends early the session is given up, with the place in the line that it has. */
async function takeLock(pool: SessionPool, waiting: AbortSignal): Promise<HeldSession> {
  const client = await connect(pool, waiting);
  const broken = new AbortController();
  const stopListening = client.onBroken((error) => broken.abort(toLost(error)));
  const ask = (statement: string) => untilAborted(client.query<{ pid: number }>(statement, []), waiting);
  try {
    await ask(SETTINGS);
    const { rows } = await untilFree(() => ask(TAKE));
    await untilFree(() => ask(AWAIT_COMMIT));
    return {
      pid: rows[0]?.pid ?? 0, // one row, always
      lost: broken.signal,
      async [Symbol.asyncDispose]() {
        // Where that fails it is free by the end of the session.
        const isFree = await client.query(GIVE_BACK, []).then(
          () => true,
          () => false,
        );
        stopListening();
        client.release(!isFree);
      },
    };
  } catch (error) {
    stopListening();
    client.release(true);
    throw error === waiting.reason ? error : toDatabaseError(error);
  }
}

async function connect(pool: SessionPool, waiting: AbortSignal): Promise<SessionClient> {
  const connecting = pool.connect();
  try {
    return await untilAborted(connecting, waiting);
  } catch (error) {
    connecting.then((late) => late.release(), ignoreFailure);
    throw error === waiting.reason ? error : toDatabaseError(error);
  }
}

/** Nobody waits for the connection any more. */
function ignoreFailure(): void {}

/** Asks again whenever the server has had enough of waiting. */
async function untilFree<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE)) throw error;
    }
  }
}

function toBusy(): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'Another process is rebuilding or loading the corpus; try again later.',
    { message: 'the publish lock did not become free in time' },
  );
}

function toClosed(): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', 'The database is being closed; try again later.');
}

function toLost(cause: unknown): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', 'The connection to the database was lost on the way; try again.', {
    message: 'the session that held the publish lock is gone',
    cause,
  });
}
