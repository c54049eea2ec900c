import { z } from 'zod';
import { toInstantOrNull } from '../../instants.ts';
import { defineLine } from './define-line.ts';
import { count, nullable, text } from './line-kind.ts';

/** How far a bulk file was loaded. */
export const fileLine = defineLine({
  type: 'file',
  schema: z.object({
    file_hash: text,
    md5: nullable,
    name: text,
    items_done: count,
    finished_at: nullable,
  }),
  into: [
    {
      table: 'loaded_files',
      columns: {
        file_hash: 'text',
        md5: 'text',
        name: 'text',
        items_done: 'bigint',
        finished_at: 'timestamptz',
        in_state: 'boolean',
      },
      key: ['file_hash'],
      order: (row) => `(${row}.items_done, ${row}.finished_at is not null)`,
      toRows: (line) => [{ ...line, in_state: true }],
    },
  ],
  read: {
    by: 'mark',
    async *list(kysely) {
      const rows = await kysely
        .selectFrom('loaded_files')
        .select(['file_hash', 'md5', 'name', 'items_done', 'finished_at'])
        .where('in_state', '=', false)
        .orderBy('file_hash')
        .execute();
      for (const { finished_at, ...row } of rows)
        yield { type: 'file', ...row, finished_at: toInstantOrNull(finished_at) };
    },
    mark: (kysely) =>
      kysely.updateTable('loaded_files').set({ in_state: true }).where('in_state', '=', false).execute(),
  },
});
