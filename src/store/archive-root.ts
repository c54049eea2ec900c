import { type Kysely, sql } from 'kysely';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Schema } from './schema.ts';

const ADDRESSED = ['pubmed_archive', 'pubmed_archive_history', 'quarantined_records'] as const;

/** Rewrites the addresses of a folder that was moved. From files to a bucket they do not lead by themselves: refused. */
export async function settleArchiveRoot(transaction: Kysely<Schema>, root: string): Promise<boolean> {
  const { archive_root: known } = await transaction
    .selectFrom('corpus_state')
    .select('archive_root')
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (known === root) return false;
  if (known !== null) {
    if (schemeOf(known) !== schemeOf(root)) {
      throw new BioMcpError(
        'VALIDATION',
        'The archive of this corpus lies elsewhere than the settings say; set BIO_MCP_ARCHIVE_BUCKET and BIO_MCP_DATA_DIR back.',
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

function schemeOf(uri: string): string {
  return uri.slice(0, uri.indexOf(':'));
}
