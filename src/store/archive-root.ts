import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Schema } from './schema.ts';

/** The columns that hold addresses of the archive; answers of jobs hold one as `manifest`, too. */
const ADDRESSED = [
  ['pubmed_archive', 's3_uri'],
  ['pubmed_archive_history', 's3_uri'],
  ['quarantined_records', 's3_uri'],
  ['runs', 'manifest'],
  ['jobs', 'result_ref'],
] as const;

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
    for (const [table, column] of ADDRESSED) {
      const address = sql.ref(column);
      await sql`
        update ${sql.table(table)}
        set ${address} = ${root} || substr(${address}, ${known.length + 1})
        where starts_with(${address}, ${known})`.execute(transaction);
    }
    const [before, after] = [known, root].map((one) => `"manifest":"${one}`);
    await sql`
      update jobs set result = replace(result::text, ${before}, ${after})::json
      where strpos(result::text, ${before}) > 0`.execute(transaction);
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
  // As far as no key of another prefix goes that begins with a room of this one.
  const places = ['raw/pmid=', 'history/pmid='].map((room) => `${root}${prefix}/${room}`);
  const unidentified = `${root}${prefix}/unidentified/`;
  const isHere = sql`(
    exists (select from unnest(${places}::text[]) as place where starts_with(s3_uri, place))
    or (starts_with(s3_uri, ${unidentified})
      and strpos(substr(s3_uri, ${unidentified.length + 1}::int), '/') = 0))`;
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
