import { sql } from 'kysely';
import pg from 'pg';
import { addListener, type NoticeListener, type Notices } from '../notices.ts';
import { CONNECTION_SETTINGS } from './connection-settings.ts';
import type { PostgresAddress } from './postgres-address.ts';
import type { RenewAddress } from './renew-address.ts';

const CHANNEL = 'bio_mcp_jobs';
const RECONNECT_MS = 1_000;

/** As it is, with what its types leave out. */
type Client = pg.Client & { unref(): void };

/**
 * LISTEN and NOTIFY on a connection of its own, which opens at the first subscription and is replaced when it
 * breaks. Whoever listens looks for itself now and then.
 */
export function createServerNotices({
  address,
  renew,
}: {
  address: PostgresAddress;
  renew: RenewAddress;
}): Notices {
  const listeners = new Set<NoticeListener>();
  let client: Client | null = null;
  let reconnecting: NodeJS.Timeout | undefined;
  let isClosed = false;

  const tellAll = (payload: string | null) => {
    for (const listener of [...listeners]) listener(payload);
  };
  const reconnect = (broken: Client) => {
    if (client !== broken || isClosed) return;
    client = null;
    reconnecting = setTimeout(connect, RECONNECT_MS).unref();
  };
  function connect(): void {
    const settings = { ...address, ...CONNECTION_SETTINGS, application_name: 'bio-mcp notices' };
    const mine = new pg.Client(settings) as Client;
    client = mine;
    const fail = (error: unknown) => {
      void renew(error);
      reconnect(mine);
      void mine.end().catch(() => undefined); // it is broken already
    };
    mine.on('notification', ({ payload }) => tellAll(payload ?? null));
    mine.on('error', fail);
    mine.on('end', () => reconnect(mine));
    mine
      .connect()
      .then(() => mine.query(`listen ${CHANNEL}`))
      .then(() => tellAll(null), fail);
  }

  return {
    toSql: (payload) => sql`pg_notify(${sql.lit(CHANNEL)}, ${payload})`,
    tell: () => undefined,
    subscribe(listener) {
      if (client === null && reconnecting === undefined) connect();
      return addListener(listeners, listener);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      listeners.clear();
      clearTimeout(reconnecting);
      // Nobody waits for the server, which may say nothing any more, nor does the end of the process; what
      // breaks while it closes is closed.
      client?.unref();
      client?.end().catch(() => undefined);
    },
  };
}
