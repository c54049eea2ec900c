import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { isCopy } from './copy-statement.ts';

const INT8_OID = 20;
const APPLICATION_NAME = 'bio-mcp';

/** A `pg` pool that also takes COPY statements with their body as the one parameter. */
export function createPostgresPool({ url, max }: { url: string; max: number }): PostgresPool {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, Number); // sequences stay below 2^53
  const pool = new pg.Pool({ connectionString: url, max, types, application_name: APPLICATION_NAME });
  // An idle connection that breaks is replaced by the pool; without a listener the process would end.
  pool.on('error', (error) =>
    process.emitWarning(`an idle PostgreSQL connection was lost: ${error.message}`),
  );
  // One that breaks in use fails its query, which tells enough; here too the process would end without a listener.
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return {
    options: pool.options,
    async connect() {
      return withCopy(await pool.connect());
    },
    end: () => pool.end(),
  };
}

function withCopy(client: pg.PoolClient): PostgresPoolClient {
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    if (!isCopy(sql)) return client.query(sql, [...parameters]);
    const body = parameters[0] as Uint8Array; // copy-statement.ts binds the body as the one parameter
    await pipeline(
      Readable.from([Buffer.from(body.buffer, body.byteOffset, body.length)]),
      client.query(copyFrom(sql)),
    );
    return { command: 'COPY', rowCount: 0, rows: [] };
  };
  return {
    query: query as PostgresPoolClient['query'], // cursors are not used
    release: (destroy) => client.release(destroy),
  };
}
