import type { PostgresPool, PostgresPoolClient } from 'kysely';

/**
 * The sessions of `pool`, each looking for its tables in `schema` first for as long as it is held: the
 * same SQL works on the tables that are in use and on others beside them. `schema` is a name of ours.
 * Ending it ends nothing.
 */
export function createSchemaPool(pool: PostgresPool, schema: string): PostgresPool {
  return {
    options: pool.options,
    async connect() {
      const client = await pool.connect();
      await client.query(`set search_path to ${schema}, public`, []).catch((error: unknown) => {
        client.release(true);
        throw error;
      });
      return {
        query: ((sql: string, parameters: readonly unknown[]) =>
          client.query(sql, [...parameters])) as PostgresPoolClient['query'], // cursors are not used
        release(destroy) {
          if (destroy === true) return client.release(true);
          // Whoever gets the session next must find the tables in use; where that fails, nobody gets it.
          client.query('set search_path to public', []).then(
            () => client.release(),
            () => client.release(true),
          );
        },
      };
    },
    end: () => Promise.resolve(),
  };
}
