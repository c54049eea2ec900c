import pg from 'pg';
import { BioMcpError } from '../../../errors/bio-mcp-error.ts';
import { NO_SESSION_LEFT } from './pooler-refusals.ts';
import type { PostgresAddress } from './postgres-address.ts';

export interface SessionNeeds {
  address: PostgresAddress;
  /** By name, in milliseconds; beside those that every session has. */
  settings: Readonly<Record<string, number>>;
  /** Of each step. */
  timeoutMs: number;
}

interface SessionRow {
  pid: number;
  version: string;
  version_number: number;
  encoding: string;
}

type Ask = (statement: string) => Promise<SessionRow>;

const OLDEST_VERSION = 150_000;
/**
 * What our statements are written for. A role or a database may have been given others (`alter role … set`),
 * under which tables are not found, instants are read as days of another month, or commits fail.
 */
const OURS = {
  search_path: 'public',
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  standard_conforming_strings: 'on',
  default_transaction_isolation: 'read committed',
  lock_timeout: '0',
  idle_session_timeout: '0',
  transaction_timeout: '0', // from PostgreSQL 17 on
};
/** The only encoding that holds every record. */
const ENCODING = 'UTF8';
/**
 * A pooler that shares sessions mostly hands out the one that was given back last, so that two clients that
 * ask in turn are answered by one session; where others use it too, that may take a few looks.
 */
const LOOKS = 5;

/**
 * Makes a new connection fit for use. Its settings are given by a statement, since poolers refuse what they
 * do not know among the parameters of a start. That comes after it is sure that the session is the client's
 * own: in one that is shared they would hold for other programs too. A pooler is known by the backend's
 * number, which is not the one that came with the connection.
 */
export function createSessionSetup(needs: SessionNeeds): (client: pg.ClientBase) => Promise<void> {
  let examined: Promise<void> | null = null;
  return async (client) => {
    const ask = createAsk(client, needs.timeoutMs, () => examined !== null);
    const told = toStartNumber(client);
    const settings = toSql(needs.settings);
    const session = await ask(
      `select pg_backend_pid() as pid, split_part(current_setting('server_version'), ' ', 1) as version,
        current_setting('server_version_num')::int as version_number, current_setting('server_encoding') as encoding,
        case when pg_backend_pid() = ${told} then ${settings} end`,
    );
    requireUsable(session);
    if (session.pid === told) return;
    examined ??= requireOwnSession(ask, needs);
    await examined.catch((error: unknown) => {
      examined = null;
      throw error;
    });
    await ask(`select ${settings}`);
  };
}

function requireUsable({ version, version_number, encoding }: SessionRow): void {
  if (version_number < OLDEST_VERSION) {
    const hint = `PostgreSQL ${version} is too old: upgrade the server to 15 or later, or name another in BIO_MCP_DATABASE_URL.`;
    throw new BioMcpError('DB_UNAVAILABLE', hint);
  }
  if (encoding !== ENCODING) {
    const hint = `The database is in the encoding ${encoding}, which cannot hold every record: make one by \`create database … encoding 'UTF8' template template0\`, and name it in BIO_MCP_DATABASE_URL.`;
    throw new BioMcpError('DB_UNAVAILABLE', hint);
  }
}

/** Throws where two clients of the pooler share a session of the server, or one is moved between two. */
async function requireOwnSession(ask: Ask, { address, timeoutMs }: SessionNeeds): Promise<void> {
  const other = new pg.Client({ ...address, connectionTimeoutMillis: timeoutMs });
  other.on('error', () => undefined); // it fails what is asked on it
  const askOther = createAsk(other, timeoutMs, () => true);
  try {
    await other.connect();
    const { pid: first } = await ask(PID);
    for (let look = 0; look < LOOKS; look++) {
      const { pid: theirs } = await askOther(PID);
      const { pid: mine } = await ask(PID);
      if (theirs === first || mine !== first) throw toShared();
    }
  } finally {
    // What breaks while it closes is closed.
    await other.end().catch(() => undefined);
  }
}

const PID = 'select pg_backend_pid() as pid';

/** Nothing that a shared session keeps is anybody's own: locks, settings, notices. */
function toShared(): BioMcpError {
  return new BioMcpError(
    'DB_UNAVAILABLE',
    'A pooler shares the sessions of PostgreSQL among its clients (PgBouncer with pool_mode = transaction or statement), and the lock by which writers take turns needs one of its own: give BIO_MCP_DATABASE_URL the address of PostgreSQL itself, or set pool_mode = session for this database.',
  );
}

/** `isPooled`: a pooler lets anybody in, and then is silent until it has a session for them. */
function createAsk(client: pg.ClientBase, timeoutMs: number, isPooled: () => boolean): Ask {
  return async (text) => {
    const query = { text, query_timeout: timeoutMs }; // known to `pg`, and not to its types
    const { rows } = await client.query<SessionRow>(query).catch((error: unknown) => {
      // A server that is silent would not hear of an orderly end either.
      destroySocket(client);
      const isSilent = error instanceof Error && /read timeout/i.test(error.message);
      if (isSilent && isPooled()) throw new BioMcpError('DB_UNAVAILABLE', NO_SESSION_LEFT, { cause: error });
      throw error;
    });
    const [row] = rows;
    if (row === undefined) throw new Error('PostgreSQL answered without a row');
    return row;
  };
}

/** What `pg` knows of a connection, and its types do not tell. */
interface ClientInside {
  processID?: number | null;
  connection?: { stream?: { destroy(): void } };
}

/** The number of the backend, as the connection began with it; 0: none was told. */
function toStartNumber(client: pg.ClientBase): number {
  return Number((client as ClientInside).processID ?? 0);
}

function destroySocket(client: pg.ClientBase): void {
  (client as ClientInside).connection?.stream?.destroy();
}

/** One that this server does not know is left out. */
function toSql(settings: SessionNeeds['settings']): string {
  const calls = Object.entries({ ...OURS, ...settings }).map(
    ([name, value]) =>
      `case when current_setting('${name}', true) is not null then set_config('${name}', '${value}', false) end`,
  );
  return `concat(${calls.join(', ')})`;
}
