import { sql } from 'kysely';
import { findMiscited } from '../cited-by.ts';
import { findMiscount } from '../kept-counts.ts';
import { findMiscountedFacet } from '../kept-facets.ts';
import type { Database } from './database.ts';
import { DamagedDatabaseError } from './pglite/damaged-database-error.ts';
import { toDatabaseError } from './report-database-errors.ts';

/**
 * Counts what tells of each other, since a lost page leaves no other trace: documents and their number in the
 * book-keeping, revisions and the pointer of their PMID. Throws `DamagedDatabaseError`. Reads both tables:
 * some seconds a million records.
 */
export async function requireRows({ kysely }: Pick<Database, 'kysely'>): Promise<void> {
  try {
    const { rows } = await sql<{ live: number; told: number; unarchived: number }>`
      select (select count(*)::int from revisions where left_sequence is null) as live,
        (select document_count::int from corpus_state) as told,
        (select count(*)::int from revisions
          where not exists (select from pubmed_archive where pubmed_archive.pmid = revisions.pmid)) as unarchived`.execute(
      kysely,
    );
    const { live = 0, told = -1, unarchived = 0 } = rows[0] ?? {};
    if (live !== told)
      throw toLost(
        `it holds ${live} documents, and its book-keeping tells of ${told === -1 ? 'none' : told}`,
      );
    const miscount =
      (await findMiscount(kysely)) ?? (await findMiscountedFacet(kysely)) ?? (await findMiscited(kysely));
    if (miscount !== null) throw toLost(miscount);
    if (unarchived > 0) throw toLost(`${unarchived} revisions have lost their place in the archive`);
  } catch (error) {
    throw toDatabaseError(error);
  }
}

function toLost(reason: string): DamagedDatabaseError {
  return new DamagedDatabaseError({ kind: 'damaged', reason });
}
