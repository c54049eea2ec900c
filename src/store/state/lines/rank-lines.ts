import { z } from 'zod';
import type { StateLine } from '../../port/state-changes.ts';
import { defineLine } from './define-line.ts';
import { count, text } from './line-kind.ts';
import { PMIDS_A_LINE } from './pmids-a-line.ts';

/** Many PMIDs that one bulk file told of. */
const schema = z.object({ file_rank: count, pmids: z.array(text) });
const order = (row: string) => `${row}.file_rank`;

/** PMIDs of which a newer bulk file told nothing new: only their file rank rises. */
export const fileRankLine = defineLine({
  type: 'file_rank',
  schema,
  into: [
    {
      table: 'staged_file_ranks',
      staging: ['create table staged_file_ranks (pmid text primary key, file_rank integer not null)'],
      columns: { pmid: 'text', file_rank: 'integer' },
      key: ['pmid'],
      order,
      toRows: ({ file_rank, pmids }) => pmids.map((pmid) => ({ pmid, file_rank })),
    },
  ],
  read: {
    by: 'mark',
    list: (kysely) =>
      listInLines('file_rank', (after) =>
        kysely
          .selectFrom('raised_file_ranks as r')
          .innerJoin('pubmed_archive as a', 'a.pmid', 'r.pmid')
          .select(['a.pmid', 'a.file_rank'])
          .where('r.pmid', '>', after)
          .orderBy('r.pmid')
          .limit(PMIDS_A_LINE)
          .execute(),
      ),
    mark: (kysely) => kysely.deleteFrom('raised_file_ranks').execute(),
  },
});

/** PMIDs that a bulk file withdrew before a document of them came in. */
export const withdrawalLine = defineLine({
  type: 'withdrawal',
  schema,
  into: [
    {
      table: 'withdrawals',
      columns: { pmid: 'text', file_rank: 'integer', in_state: 'boolean' },
      key: ['pmid'],
      order,
      toRows: ({ file_rank, pmids }) => pmids.map((pmid) => ({ pmid, file_rank, in_state: true })),
    },
  ],
  read: {
    by: 'mark',
    list: (kysely) =>
      listInLines('withdrawal', (after) =>
        kysely
          .selectFrom('withdrawals')
          .select(['pmid', 'file_rank'])
          .where('in_state', '=', false)
          .where('pmid', '>', after)
          .orderBy('pmid')
          .limit(PMIDS_A_LINE)
          .execute(),
      ),
    mark: (kysely) =>
      kysely.updateTable('withdrawals').set({ in_state: true }).where('in_state', '=', false).execute(),
  },
});

async function* listInLines(
  type: string,
  readAfter: (pmid: string) => Promise<{ pmid: string; file_rank: number | null }[]>,
): AsyncIterable<StateLine> {
  let after = '';
  for (;;) {
    const rows = await readAfter(after);
    for (const [file_rank, some] of Map.groupBy(rows, (row) => row.file_rank))
      if (file_rank !== null) yield { type, file_rank, pmids: some.map(({ pmid }) => pmid) };
    const last = rows.at(-1);
    if (last === undefined || rows.length < PMIDS_A_LINE) return;
    after = last.pmid;
  }
}
