import { z } from 'zod';
import { defineLine } from './define-line.ts';
import { count, text } from './line-kind.ts';

/** A document as it was for a while; its text is read again from its payload. */
export const revisionLine = defineLine({
  type: 'revision',
  schema: z.object({
    pmid: text,
    revision: count,
    version: count,
    document_hash: text,
    content_hash: text,
    entered_sequence: count,
    left_sequence: count.nullable(),
  }),
  into: [
    {
      table: 'staged_revisions',
      staging: [
        `create table staged_revisions (
          pmid text, revision integer, version integer not null, document_hash text not null,
          content_hash text not null, entered_sequence bigint not null, left_sequence bigint,
          primary key (pmid, revision))`,
        'create index staged_revisions_entered on staged_revisions (entered_sequence, pmid)',
      ],
      columns: {
        pmid: 'text',
        revision: 'integer',
        version: 'integer',
        document_hash: 'text',
        content_hash: 'text',
        entered_sequence: 'bigint',
        left_sequence: 'bigint',
      },
      key: ['pmid', 'revision'],
      order: (row) => `coalesce(${row}.left_sequence, -1)`,
    },
  ],
  read: {
    by: 'sequence',
    async *list(kysely, low, high) {
      const rows = await kysely
        .selectFrom('revisions')
        .select(['pmid', 'revision', 'version', 'document_hash', 'content_hash'])
        .select(['entered_sequence', 'left_sequence'])
        .where((where) =>
          where.or([
            where.and([where('entered_sequence', '>', low), where('entered_sequence', '<=', high)]),
            where.and([where('left_sequence', '>', low), where('left_sequence', '<=', high)]),
          ]),
        )
        .orderBy('entered_sequence')
        .orderBy('pmid')
        .orderBy('revision')
        .execute();
      for (const row of rows) yield { type: 'revision', ...row };
    },
  },
});
