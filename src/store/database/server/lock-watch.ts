import { describeHolder, type LockHolder } from './lock-holder.ts';
import type { SessionClient } from './postgres-pool.ts';

/** Any number but that of the migrations. */
export const LOCK = 7_236_002;
/** Of `pg_locks`: that somebody has the lock. */
const IS_OF_PUBLISH_LOCK = `locktype = 'advisory' and classid = 0 and objid = ${LOCK} and objsubid = 1
  and database = (select oid from pg_database where datname = current_database())`;
const IS_PUBLISH_LOCK = `${IS_OF_PUBLISH_LOCK} and granted`;
/** A row where another session stands in line. */
export const FIND_WAITER = `select 1 from pg_locks where ${IS_OF_PUBLISH_LOCK} and not granted limit 1`;
/** Only who holds the lock now: the row of a release before, which writes none, tells of somebody else. */
export const FIND_HOLDER = `
  select epoch, host, pid, command, taken_at, beat_at::text from publish_lock
  where given_back_at is null and backend_pid in (select pid from pg_locks where ${IS_PUBLISH_LOCK})`;
/** Its own session ends, so that nothing comes of what it has begun. */
const PUT_OUT = `
  select pg_terminate_backend(backend_pid) from publish_lock
  where given_back_at is null and epoch = $1 and backend_pid in (select pid from pg_locks where ${IS_PUBLISH_LOCK})
    and (beat_at < clock_timestamp() - $2::float8 * interval '1 millisecond' or beat_at::text = $3)`;

export interface HolderRow extends LockHolder {
  epoch: number;
  taken_at: Date | string;
  beat_at: string;
}

/**
 * What a waiter sees of the holder. One whose last sign of life is too old by the database's clock is put
 * out, and one that gave none while it was looked at for so long: that clock may have been set back.
 */
export function createLockWatch({ client, staleAfterMs }: { client: SessionClient; staleAfterMs: number }) {
  let seen = { beat: '', at: 0 };
  return {
    async look(): Promise<void> {
      const { rows } = await client.query<HolderRow>(FIND_HOLDER, []);
      const [holder] = rows;
      if (holder === undefined) return;
      const { epoch, beat_at } = holder;
      const beat = `${epoch} ${beat_at}`;
      if (seen.beat !== beat) seen = { beat, at: performance.now() };
      const watched = performance.now() - seen.at >= staleAfterMs ? beat_at : null;
      const ended = await client.query(PUT_OUT, [epoch, staleAfterMs, watched]);
      if (ended.rows.length === 0) return;
      process.emitWarning(
        `the publish lock was taken from ${describeHolder(holder, holder.taken_at)}: it gave no sign of life for ` +
          `${Math.round(staleAfterMs / 1000)} s`,
      );
    },
  };
}
