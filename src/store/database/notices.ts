import { type RawBuilder, sql } from 'kysely';
import pg from 'pg';

/** `null`: there may have been notices that nobody heard. */
export type NoticeListener = (payload: string | null) => void;

/**
 * Short texts that reach everybody who has the database open. A notice is sent with the statement that it
 * tells of, so that it is heard exactly if that was committed.
 */
export interface Notices extends AsyncDisposable {
  /**
   * What a statement selects so that `payload` is sent when it commits; `null` where `tell` does it
   * after the statement.
   */
  toSql(payload: RawBuilder<string>): RawBuilder<unknown> | null;
  /** Does nothing where `toSql` sends. */
  tell(payload: string): void;
  subscribe(listener: NoticeListener): Disposable;
}

/** For a database that serves this process alone. */
export function createProcessNotices(): Notices {
  const listeners = new Set<NoticeListener>();
  return {
    toSql: () => null,
    tell(payload) {
      for (const listener of [...listeners]) listener(payload);
    },
    subscribe: (listener) => add(listeners, listener),
    async [Symbol.asyncDispose]() {
      listeners.clear();
    },
  };
}

const CHANNEL = 'bio_mcp_jobs';
const RECONNECT_MS = 1_000;

/**
 * LISTEN and NOTIFY on a connection of its own, which opens at the first subscription and is replaced when it
 * breaks. Behind a pool that shares sessions nothing is heard: whoever listens looks for itself now and then.
 */
export function createServerNotices({ url }: { url: string }): Notices {
  const listeners = new Set<NoticeListener>();
  let client: pg.Client | null = null;
  let reconnecting: NodeJS.Timeout | undefined;
  let isClosed = false;

  const tellAll = (payload: string | null) => {
    for (const listener of [...listeners]) listener(payload);
  };
  const reconnect = (broken: pg.Client) => {
    if (client !== broken || isClosed) return;
    client = null;
    reconnecting = setTimeout(connect, RECONNECT_MS).unref();
  };
  function connect(): void {
    const mine = new pg.Client({ connectionString: url, application_name: 'bio-mcp notices' });
    client = mine;
    const fail = () => {
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
      return add(listeners, listener);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      listeners.clear();
      clearTimeout(reconnecting);
      await client?.end().catch(() => undefined); // a connection that breaks while it closes is closed
    },
  };
}

function add(listeners: Set<NoticeListener>, listener: NoticeListener): Disposable {
  // One function may listen twice; each subscription is its own.
  const own: NoticeListener = (payload) => listener(payload);
  listeners.add(own);
  return { [Symbol.dispose]: () => void listeners.delete(own) };
}
