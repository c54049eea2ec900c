import { type Kysely, sql } from 'kysely';
import { type HeldOptions, NEVER } from '../../domain/call-options.ts';
import { untilAborted } from '../../domain/concurrency/until-aborted.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { LockOptions } from '../port/publishing.ts';
import type { Schema } from '../schema.ts';
import { describeHolder, type LockHolder } from './server/lock-holder.ts';
import { type HeldSession, takeLock, toLost } from './server/lock-session.ts';
import { FIND_HOLDER, FIND_WAITER, type HolderRow } from './server/lock-watch.ts';
import type { SessionPool } from './server/postgres-pool.ts';

/**
 * Sequence numbers are given in commit order, while the index is written before the commit: so one caller at
 * a time is between the two. In this process callers wait in line; on a server, which others share, an
 * advisory lock of a session of its own is held as well. It ends with the session, so that a killed process
 * never leaves it behind, and a holder that gives no sign of life is put out by whoever waits.
 */
export interface PublishLock {
  /**
   * The signal that `work` gets aborts once the lock is lost; `work` that fails after that fails with
   * `DB_UNAVAILABLE`, and a result that it has in spite of that goes through. What `work` throws else goes
   * through as it is.
   */
  hold<T>(work: (held: HeldOptions) => Promise<T>, options: LockOptions): Promise<T>;
  /**
   * Throws `DB_UNAVAILABLE` where the lock that this process took was lost. The caller has locked the row of
   * `corpus_state` in `transaction`: who takes the lock waits for that row, so that what is found to be held
   * stays so until the end.
   */
  requireHeld(transaction: Kysely<Schema>): Promise<void>;
  /** Whoever waits gives up. */
  close(): void;
}

/** What a server needs that others share. */
export interface SharedLock {
  sessions: SessionPool;
  /** For whoever waits: who this process is. */
  self: LockHolder;
  /** A holder that gave no sign of life for so long loses the lock. */
  staleAfterMs: number;
}

/** `shared`: `null` where the database serves this process alone. */
export function createPublishLock(shared: SharedLock | null): PublishLock {
  const closing = new AbortController();
  let last: Promise<void> = Promise.resolve();
  let session: HeldSession | null = null;
  /** Callers of this process that wait. */
  let waiters = 0;

  async function holdOnServer<T>(
    { sessions: pool, self: holder, staleAfterMs }: SharedLock,
    work: (held: HeldOptions) => Promise<T>,
    waiting: AbortSignal,
  ): Promise<T> {
    await using mine = await takeLock({ pool, holder, staleAfterMs }, waiting);
    session = mine;
    const requireTurn = async () => {
      if (!mine.lost.aborted && !mine.isStale()) await requireEpoch(pool, mine.epoch);
      mine.lost.throwIfAborted();
      if (mine.isStale()) throw toLost(null);
    };
    try {
      const isWanted = async () => waiters > 0 || (await isAwaited(pool));
      return await work({ signal: mine.lost, requireTurn, isWanted });
    } catch (error) {
      throw mine.lost.aborted ? mine.lost.reason : error;
    } finally {
      session = null;
    }
  }

  return {
    async hold(work, { signal, patience }) {
      const waiting = AbortSignal.any([
        signal,
        closing.signal,
        ...(patience === undefined ? [] : [patience()]),
      ]);
      const mine = Promise.withResolvers<void>();
      const before = last;
      last = before.then(() => mine.promise);
      try {
        waiters += 1;
        await untilAborted(before, waiting).finally(() => {
          waiters -= 1;
        });
        if (shared === null) return await work({ ...ALONE, isWanted: async () => waiters > 0 });
        return await holdOnServer(shared, work, waiting);
      } catch (error) {
        if (error !== waiting.reason || signal.aborted) throw error;
        throw closing.signal.aborted
          ? toClosed()
          : toBusy(shared === null ? 'This process' : await nameHolder(shared));
      } finally {
        mine.resolve();
      }
    },
    async requireHeld(transaction) {
      if (session === null) return;
      const { rows } = await sql.raw<HolderRow>(FIND_HOLDER).execute(transaction);
      if (rows[0]?.epoch !== session.epoch) throw toLost(null);
    },
    close: () => closing.abort(),
  };
}

const ALONE: HeldOptions = {
  signal: NEVER.signal,
  requireTurn: () => Promise.resolve(),
  isWanted: () => Promise.resolve(false),
};

/** For a database that is reached from within the lock only. */
export function createHeldPublishLock(): PublishLock {
  return {
    hold: (work) => work(ALONE),
    requireHeld: () => Promise.resolve(),
    close: () => undefined,
  };
}

async function findHolder(pool: SessionPool): Promise<HolderRow | undefined> {
  const client = await pool.connect();
  try {
    return (await client.query<HolderRow>(FIND_HOLDER, [])).rows[0];
  } finally {
    client.release();
  }
}

async function isAwaited(pool: SessionPool): Promise<boolean> {
  const client = await pool.connect();
  try {
    return (await client.query(FIND_WAITER, [])).rows.length > 0;
  } finally {
    client.release();
  }
}

async function requireEpoch(pool: SessionPool, epoch: number): Promise<void> {
  if ((await findHolder(pool))?.epoch !== epoch) throw toLost(null);
}

/** A sentence need not wait for its best words. */
const NAMING_MS = 2_000;

/** "Another process" where nobody has it any more, or the database says nothing. */
async function nameHolder(shared: SharedLock): Promise<string> {
  const asked = findHolder(shared.sessions).catch(() => undefined);
  const holder = await untilAborted(asked, AbortSignal.timeout(NAMING_MS)).catch(() => undefined);
  return holder === undefined ? 'Another process' : `${describeHolder(holder, holder.taken_at)},`;
}

function toBusy(who: string): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', `${who} is rebuilding or loading the corpus; try again later.`, {
    message: 'the publish lock did not become free in time',
  });
}

function toClosed(): BioMcpError {
  return new BioMcpError('DB_UNAVAILABLE', 'The database is being closed; try again later.');
}
