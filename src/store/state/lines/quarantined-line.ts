import { z } from 'zod';
import { toInstant } from '../../instants.ts';
import { defineLine } from './define-line.ts';
import { nullable, text } from './line-kind.ts';

/** A record that could not be read, embedded or indexed. */
export const quarantinedLine = defineLine({
  type: 'quarantined',
  schema: z.object({
    content_hash: text,
    pmid: nullable,
    reason: text,
    s3_uri: text,
    source: text,
    quarantined_at: text,
  }),
  into: [
    {
      table: 'quarantined_records',
      columns: {
        content_hash: 'text',
        pmid: 'text',
        reason: 'text',
        s3_uri: 'text',
        source: 'text',
        quarantined_at: 'timestamptz',
        in_state: 'boolean',
      },
      key: ['content_hash'],
      order: (row) => `${row}.quarantined_at`,
      toRows: (line, place) => [{ ...line, s3_uri: place(line.s3_uri), in_state: true }],
    },
  ],
  read: {
    by: 'mark',
    async *list(kysely) {
      const rows = await kysely
        .selectFrom('quarantined_records')
        .select(['content_hash', 'pmid', 'reason', 's3_uri', 'source', 'quarantined_at'])
        .where('in_state', '=', false)
        .orderBy('content_hash')
        .execute();
      for (const { quarantined_at, ...row } of rows)
        yield { type: 'quarantined', ...row, quarantined_at: toInstant(quarantined_at) };
    },
    mark: (kysely) =>
      kysely
        .updateTable('quarantined_records')
        .set({ in_state: true })
        .where('in_state', '=', false)
        .execute(),
  },
});
