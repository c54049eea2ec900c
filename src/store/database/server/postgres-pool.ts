import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isCopy } from '../binary-copy.ts';
import { CONNECT_TIMEOUT_MS, CONNECTION_SETTINGS, IDLE_IN_TRANSACTION_MS } from './connection-settings.ts';
import type { PostgresAddress } from './postgres-address.ts';
import { PostgresSilentError } from './postgres-silent-error.ts';
import { createSessionSetup } from './prepare-session.ts';
import type { RenewAddress } from './renew-address.ts';

export interface PostgresPoolOptions {
  address: PostgresAddress;
  renew: RenewAddress;
  /** Connections at once. */
  max: number;
  /**
   * The server ends a statement that takes longer; `null`: it may take, and wait for a lock, as long
   * as it needs.
   */
  statementTimeoutMs: number | null;
}

const INT8_OID = 20;
const APPLICATION_NAME = 'bio-mcp';
/** The server may have a limit of its own for this user. */
const NO_LIMIT = 0;
/** The server ends a statement itself; one that says nothing for so long after that is taken for gone. */
const SILENCE_MS = 5_000;

/** A connection whose end can be heard of while it is idle. */
export interface SessionClient {
  query<Row>(sql: string, parameters: readonly unknown[]): Promise<{ rows: Row[]; rowCount?: number | null }>;
  /** `listener` is called once the connection breaks; the answer ends that. */
  onBroken(listener: (error: Error) => void): () => void;
  release(destroy?: boolean): void;
}

export interface SessionPool extends PostgresPool {
  connect(): Promise<PostgresPoolClient & SessionClient>;
}

/** A `pg` pool that also takes COPY statements with their body as the one parameter. */
export function createPostgresPool({
  address,
  renew,
  max,
  statementTimeoutMs,
}: PostgresPoolOptions): SessionPool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, Number); // sequences stay below 2^53
  const pool = new pg.Pool({
    ...address,
    max,
    types,
    application_name: APPLICATION_NAME,
    ...CONNECTION_SETTINGS,
    allowExitOnIdle: true, // else one whose server says nothing any more keeps a process that has ended
    onConnect: createSessionSetup({
      address,
      settings: {
        statement_timeout: statementTimeoutMs ?? NO_LIMIT,
        idle_in_transaction_session_timeout: statementTimeoutMs === null ? NO_LIMIT : IDLE_IN_TRANSACTION_MS,
      },
      timeoutMs: CONNECT_TIMEOUT_MS,
    }),
  });
  // An idle connection that breaks is replaced by the pool; without a listener the process would end.
  // One of a pool that ends is on its way out.
  pool.on('error', (error) => {
    if (!pool.ending) process.emitWarning(`an idle PostgreSQL connection was lost: ${error.message}`);
  });
  // One that is in use and breaks fails its next statement; without a listener of its own the
  // process would end.
  pool.on('connect', (client) => client.on('error', leaveToNextStatement));
  const answerWithinMs = statementTimeoutMs === null ? null : statementTimeoutMs + SILENCE_MS;
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect().catch(async (error: unknown) => {
        if (!(await renew(error))) throw error;
        // The pool makes each new connection by its options.
        pool.options.connectionString = address.connectionString;
        return pool.connect();
      });
      return toClient(client, answerWithinMs);
    },
    end: () => (pool.ending ? Promise.resolve() : pool.end()),
  };
}

function leaveToNextStatement(): void {}

function toClient(client: pg.PoolClient, answerWithinMs: number | null): PostgresPoolClient & SessionClient {
  let isSilent = false;
  const run = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (!isCopy(sql)) return client.query(sql, [...parameters]);
    const body = parameters[0] as Uint8Array; // copy-statement.ts binds the body as the one parameter
    await pipeline(
      Readable.from([Buffer.from(body.buffer, body.byteOffset, body.length)]),
      client.query(copyFrom(sql)),
    );
    return { command: 'COPY', rowCount: 0, rows: [] };
  };
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    // What follows on a silent connection, such as a rollback, would wait as long again.
    if (isSilent) throw new PostgresSilentError(answerWithinMs ?? 0);
    const answer = run(sql, parameters);
    if (answerWithinMs === null) return answer;
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      isSilent = true;
      reject(new PostgresSilentError(answerWithinMs));
    }, answerWithinMs);
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    query: query as PostgresPoolClient['query'] & SessionClient['query'], // cursors are not used
    onBroken(listener) {
      client.once('error', listener);
      return () => client.off('error', listener);
    },
    release: (destroy?: boolean) => client.release(destroy === true || isSilent),
  };
}
