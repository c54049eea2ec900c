import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Schema } from './schema.ts';

/**
 * Throws where a corpus lies in the schema that a role, a database or PGOPTIONS names, and none where our
 * sessions look: releases before they had settings of their own put it there, and an empty one would take its
 * place.
 */
export async function requireNoTablesElsewhere(
  database: Kysely<Schema>,
  { signal }: CallOptions,
): Promise<void> {
  const schema = await database.transaction().execute(async (transaction) => {
    // As the session began: ours set another since.
    await sql`
      select set_config('search_path', reset_val, true) from pg_settings
      where name = 'search_path'`.execute(transaction, { signal });
    const { rows } = await sql<{ schema: string }>`
      select n.nspname as schema
      from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
      where c.oid = to_regclass('corpus_state') and to_regclass('public.corpus_state') is null`.execute(
      transaction,
      { signal },
    );
    return rows[0]?.schema;
  });
  if (schema === undefined) return;
  throw new BioMcpError(
    'DB_UNAVAILABLE',
    `The tables of the corpus lie in the schema ${schema}, and are looked for in the schema public: move each by \`alter table … set schema public\`, and run \`bio-mcp migrate\` again.`,
  );
}
