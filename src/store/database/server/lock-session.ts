import { untilAborted } from '../../../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../../../errors/bio-mcp-error.ts';
import { codeOf } from '../../../errors/code-of.ts';
import { toDatabaseError } from '../report-database-errors.ts';
import type { LockHolder } from './lock-holder.ts';
import { createLockWatch, LOCK } from './lock-watch.ts';
import type { SessionClient, SessionPool } from './postgres-pool.ts';

/**
 * The server forgets a waiter that broke off after so long at most, and one that waits on stands
 * in line again.
 */
const LOCK_TIMEOUT_MS = 1_000;
const LOCK_NOT_AVAILABLE = '55P03';
/** Signs of life in the time after which a holder without one is put out. */
const BEATS = 4;

/**
 * An idle session is not ended however long the work takes. A client that is cut off is given up after 60 s;
 * it notices within 20 s itself (postgres-pool.ts), so before another can have the lock.
 */
const SETTINGS = `
  select set_config(n.name, n.value, false)
  from (values ('lock_timeout', '${LOCK_TIMEOUT_MS}'), ('idle_session_timeout', '0'),
    ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')) as n (name, value)
  join pg_settings as s on s.name = n.name`;
/** Who had the lock before, and lost it, may be in the middle of a commit. */
const AWAIT_COMMIT = 'select from corpus_state for update';
/**
 * Who did not give the lock back may have been writing to the index with the next number, and may still be:
 * nobody gets that number any more. Only now, since a commit of it has come to its end.
 */
const SETTLE = `
  insert into lost_sequences (sequence)
  select greatest(s.sequence, (select max(sequence) from lost_sequences)) + 1
  from corpus_state as s, publish_lock as l where not l.is_settled;
  update publish_lock set is_settled = true`;
/** Of another session than the one that took it, as a pooler may hand out, it is no sign of life. */
const BEAT = `update publish_lock set beat_at = clock_timestamp()
  where epoch = $1 and given_back_at is null and backend_pid = pg_backend_pid()`;
const GIVE_BACK = 'update publish_lock set given_back_at = clock_timestamp() where epoch = $1';
const UNLOCK = `select pg_advisory_unlock(${LOCK}), set_config('lock_timeout', '0', false)`;

export interface HeldSession extends AsyncDisposable {
  /** One more each time that anybody takes the lock. */
  readonly epoch: number;
  /** Aborts when the session breaks or is ended from outside, and the lock with it. */
  readonly lost: AbortSignal;
  /** Whether the last sign of life is so old that the lock may be another's, by our own clock. */
  isStale(): boolean;
}

export interface LockSessionOptions {
  pool: SessionPool;
  /** Who takes it. */
  holder: LockHolder;
  /** A holder that gave no sign of life for so long is put out. */
  staleAfterMs: number;
}

/**
 * Waits for the advisory lock and begins an epoch; whoever has it and gives no sign of life is put out
 * meanwhile. Where waiting ends early the session is given up, with the place in the line that it has.
 */
export async function takeLock(
  { pool, holder, staleAfterMs }: LockSessionOptions,
  waiting: AbortSignal,
): Promise<HeldSession> {
  const client = await connect(pool, waiting);
  const broken = new AbortController();
  const stopListening = client.onBroken((error) => broken.abort(toLost(error)));
  const ask = (statement: string) => untilAborted(client.query<{ epoch: number }>(statement, []), waiting);
  const watch = createLockWatch({ client, staleAfterMs });
  try {
    await ask(SETTINGS);
    const takenAt = performance.now();
    const begun = await untilFree(() => ask(toTake(holder)), watch.look);
    await untilFree(() => ask(AWAIT_COMMIT), watch.look);
    await ask(SETTLE);
    return keep({ client, broken, stopListening, staleAfterMs, takenAt, epoch: readEpoch(begun) });
  } catch (error) {
    stopListening();
    client.release(true);
    throw error === waiting.reason ? error : toDatabaseError(error);
  }
}

/**
 * One message of several statements: who is paused while it stands in line has said who it is when it
 * gets the lock.
 */
function toTake({ host, pid, command }: LockHolder): string {
  return `select pg_advisory_lock(${LOCK});
    update publish_lock set epoch = epoch + 1, backend_pid = pg_backend_pid(), host = ${quote(host)}, pid = ${pid},
      command = ${quote(command)}, taken_at = clock_timestamp(), beat_at = clock_timestamp(),
      is_settled = is_settled and given_back_at is not null, given_back_at = null
    returning epoch`;
}

/** Several statements take no parameters. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "''").replaceAll('\\', '')}'`;
}

/** Of several statements `pg` answers the results of all. */
function readEpoch(answer: unknown): number {
  const results = answer as { rows: { epoch?: number }[] }[];
  const epoch = results.at(-1)?.rows[0]?.epoch;
  if (epoch === undefined) throw new Error('the row of publish_lock is missing');
  return epoch;
}

interface Kept {
  client: SessionClient;
  epoch: number;
  broken: AbortController;
  stopListening: () => void;
  staleAfterMs: number;
  takenAt: number;
}

function keep({ client, epoch, broken, stopListening, staleAfterMs, takenAt }: Kept): HeldSession {
  let beatAt = { steady: takenAt, wall: Date.now() };
  // The steady clock stands still while the machine sleeps, and the other one may jump.
  const isStale = () =>
    performance.now() - beatAt.steady >= staleAfterMs || Date.now() - beatAt.wall >= staleAfterMs;
  let last: Promise<void> = Promise.resolve();
  const beat = async () => {
    const at = { steady: performance.now(), wall: Date.now() };
    const { rowCount } = await client.query(BEAT, [epoch]);
    if (rowCount === 0) throw new Error('another process has the publish lock');
    beatAt = at;
  };
  const timer = setInterval(() => {
    last = beat().catch((error: unknown) => broken.abort(toLost(error)));
  }, staleAfterMs / BEATS).unref();
  return {
    epoch,
    lost: broken.signal,
    isStale,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await last;
      // Where that fails it is free by the end of the session.
      const isFree = await giveBack(client, epoch).then(
        () => true,
        () => false,
      );
      stopListening();
      client.release(!isFree);
    },
  };
}

async function giveBack(client: SessionClient, epoch: number): Promise<void> {
  await client.query(GIVE_BACK, [epoch]);
  await client.query(UNLOCK, []);
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

/** Asks again whenever the server has had enough of waiting, and looks at who is in the way before. */
async function untilFree<T>(ask: () => Promise<T>, look: () => Promise<void>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
    }
    await look();
  }
}

export function toLost(cause: unknown): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', 'The connection to the database was lost on the way; try again.', {
    message: 'the session that held the publish lock is gone',
    cause,
  });
}
