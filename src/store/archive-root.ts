import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Schema } from './schema.ts';

const ADDRESSED = ['pubmed_archive', 'pubmed_archive_history', 'quarantined_records'] as const;

/**
 * Rewrites the addresses of a folder that was moved. Into a bucket or out of one they do not lead by
 * themselves, since a bucket gives each object a version of its own: refused.
 */
export async function settleArchiveRoot(transaction: Kysely<Schema>, root: string): Promise<boolean> {
  const { archive_root: known } = await transaction
    .selectFrom('corpus_state')
    .select('archive_root')
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (known === root) return false;
  if (known !== null) {
    if (!isFolder(known) || !isFolder(root)) {
      throw new BioMcpError(
        'VALIDATION',
        'The archive of this corpus lies elsewhere than the settings say; set BIO_MCP_ARCHIVE_BUCKET and BIO_MCP_DATA_DIR back, or, once `bio-mcp archive copy` has copied it there, run `bio-mcp reindex`.',
        { message: `the corpus was archived below ${known}, and the settings lead to ${root}` },
      );
    }
    for (const table of ADDRESSED) {
      await sql`
        update ${sql.table(table)}
        set s3_uri = ${root} || substr(s3_uri, ${known.length + 1})
        where starts_with(s3_uri, ${known})`.execute(transaction);
    }
  }
  await transaction.updateTable('corpus_state').set({ archive_root: root }).execute();
  return known !== null;
}

/**
 * Whether any current record lies below `root` and `prefix`; `null` where the corpus holds none. Quick where
 * one does, and one is enough: what a copy could not find keeps its old address.
 */
export async function hasRecordsBelow(
  kysely: Kysely<Schema>,
  { root, prefix }: { root: string; prefix: string },
  { signal }: CallOptions,
): Promise<boolean | null> {
  const places = ['raw', 'history', 'unidentified'].map((room) => `${root}${prefix}/${room}/`);
  const isHere = sql`exists (
    select from unnest(${places}::text[]) as place where starts_with(s3_uri, place))`;
  const { rows } = await sql<{ holds: boolean; here: boolean }>`
    select
      exists (select from pubmed_archive) or exists (select from quarantined_records) as holds,
      exists (select from pubmed_archive where ${isHere})
        or exists (select from quarantined_records where ${isHere}) as here`.execute(kysely, { signal });
  const [found] = rows;
  return found?.holds === true ? found.here : null;
}

function isFolder(root: string): boolean {
  return root.startsWith('file:');
}
