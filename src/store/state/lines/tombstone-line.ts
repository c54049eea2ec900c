import { z } from 'zod';
import { toInstant } from '../../instants.ts';
import { defineLine } from './define-line.ts';
import { count, nullable, text } from './line-kind.ts';

/** A PMID that was withdrawn or merged into another. */
export const tombstoneLine = defineLine({
  type: 'tombstone',
  schema: z.object({
    pmid: text,
    reason: z.enum(['deleted', 'merged']),
    merged_into: nullable,
    deleted_at: text,
    sequence: count,
  }),
  into: [
    {
      table: 'tombstones',
      columns: {
        pmid: 'text',
        reason: 'text',
        merged_into: 'text',
        deleted_at: 'timestamptz',
        sequence: 'bigint',
      },
      key: ['pmid'],
      order: (row) => `${row}.sequence`,
    },
  ],
  read: {
    by: 'sequence',
    async *list(kysely, low, high) {
      const rows = await kysely
        .selectFrom('tombstones')
        .selectAll()
        .where('sequence', '>', low)
        .where('sequence', '<=', high)
        .orderBy('pmid')
        .execute();
      for (const { deleted_at, ...row } of rows)
        yield { type: 'tombstone', ...row, deleted_at: toInstant(deleted_at) };
    },
  },
});
