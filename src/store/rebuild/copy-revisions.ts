import type { Kysely } from 'kysely';
import { copyCited } from '../cited-by.ts';
import { copyRows } from '../database/copy-statement.ts';
import type { NewRevision } from '../port/commit-batch.ts';
import type { Schema } from '../schema.ts';

/** Of which sequence number a revision is a member from, and until which; `null`: it is live. */
export interface MembershipSpan {
  enteredSequence: number;
  leftSequence: number | null;
}

/** Some 15 ms, after which others may read (`reads-between.ts`). */
const REVISIONS_A_STATEMENT = 250;

/** Appends whole revisions, and what they cite; none of them may be there. */
export async function copyRevisions(
  database: Kysely<Schema>,
  revisions: readonly (NewRevision & MembershipSpan)[],
): Promise<void> {
  for (let from = 0; from < revisions.length; from += REVISIONS_A_STATEMENT) {
    const some = revisions.slice(from, from + REVISIONS_A_STATEMENT);
    await copyRows(
      database,
      'revisions',
      {
        pmid: 'text',
        revision: 'int4',
        version: 'int4',
        document_hash: 'text',
        content_hash: 'text',
        kind: 'text',
        year: 'int4',
        journal: 'text',
        retraction_status: 'text',
        chunk_count: 'int4',
        languages: 'text',
        publication_types: 'text',
        cited_count: 'int4',
        entered_sequence: 'int8',
        left_sequence: 'int8',
        document: 'bytea',
      },
      some.map((one) => [
        one.pmid,
        one.revision,
        one.version,
        one.documentHash,
        one.contentHash,
        one.kind,
        one.year,
        one.journal,
        one.retractionStatus,
        one.chunkCount,
        toLines(one.languages),
        toLines(one.publicationTypes),
        one.cited.length,
        one.enteredSequence,
        one.leftSequence,
        one.document,
      ]),
    );
  }
  await copyCited(database, revisions);
}

/** Each once, one a line. */
function toLines(names: readonly string[]): string | null {
  const lines = new Set(names.map((name) => name.replaceAll(/\s+/g, ' ').trim()));
  lines.delete('');
  return lines.size === 0 ? null : [...lines].join('\n');
}
