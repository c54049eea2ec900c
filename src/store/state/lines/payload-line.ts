import { z } from 'zod';
import { toInstant, toInstantOrNull } from '../../instants.ts';
import { defineLine } from './define-line.ts';
import { count, nullable, text } from './line-kind.ts';

const bySequence = (row: string) => `${row}.sequence`;

/** A payload that was archived, and what its PMID points at where it is the current one. */
export const payloadLine = defineLine({
  type: 'payload',
  schema: z.object({
    pmid: text,
    content_hash: text,
    s3_uri: text,
    fetched_at: text,
    version: count,
    sequence: count,
    current: z.boolean(),
    pointer: z
      .object({
        fetched_at: nullable,
        api_etag: nullable,
        updated_at: nullable,
        file_rank: count.nullable().optional(),
      })
      .optional(),
  }),
  into: [
    {
      table: 'pubmed_archive_history',
      columns: {
        pmid: 'text',
        content_hash: 'text',
        s3_uri: 'text',
        fetched_at: 'timestamptz',
        version: 'integer',
        sequence: 'bigint',
      },
      key: ['pmid', 'content_hash'],
      order: bySequence,
      toRows: (line, place) => [{ ...line, s3_uri: place(line.s3_uri) }],
    },
    {
      table: 'staged_pointers',
      staging: [
        `create table staged_pointers (
          pmid text primary key, content_hash text not null, version integer not null, sequence bigint not null,
          fetched_at timestamptz not null, api_etag text, updated_at timestamptz not null, file_rank integer)`,
      ],
      columns: {
        pmid: 'text',
        content_hash: 'text',
        version: 'integer',
        sequence: 'bigint',
        fetched_at: 'timestamptz',
        api_etag: 'text',
        updated_at: 'timestamptz',
        file_rank: 'integer',
      },
      key: ['pmid'],
      order: bySequence,
      toRows: ({ current, pointer, ...line }) =>
        current
          ? [
              {
                ...line,
                fetched_at: pointer?.fetched_at ?? line.fetched_at,
                updated_at: pointer?.updated_at ?? line.fetched_at,
                api_etag: pointer?.api_etag ?? null,
                file_rank: pointer?.file_rank ?? null,
              },
            ]
          : [],
    },
  ],
  read: {
    by: 'sequence',
    async *list(kysely, low, high) {
      const rows = await kysely
        .selectFrom('pubmed_archive_history as h')
        .leftJoin('pubmed_archive as a', (join) =>
          join.onRef('a.pmid', '=', 'h.pmid').onRef('a.content_hash', '=', 'h.content_hash'),
        )
        .select(['h.pmid', 'h.content_hash', 'h.s3_uri', 'h.fetched_at', 'h.version', 'h.sequence'])
        .select(['a.pmid as current', 'a.fetched_at as pointer_fetched_at', 'a.api_etag', 'a.updated_at'])
        .select('a.file_rank')
        .where('h.sequence', '>', low)
        .where('h.sequence', '<=', high)
        .orderBy('h.sequence')
        .orderBy('h.pmid')
        .orderBy('h.content_hash')
        .execute();
      for (const { current, pointer_fetched_at, api_etag, updated_at, file_rank, ...row } of rows) {
        const pointer = {
          fetched_at: toInstantOrNull(pointer_fetched_at),
          api_etag,
          updated_at: toInstantOrNull(updated_at),
          file_rank,
        };
        const fetched_at = toInstant(row.fetched_at);
        yield { type: 'payload', ...row, fetched_at, current: current !== null, ...(current && { pointer }) };
      }
    },
  },
});
