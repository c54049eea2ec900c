import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import type { ArchiveUri } from '../../domain/archive-key.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { Schema } from '../schema.ts';

/** What is told of a thing at first and later, before the last word is known. */
export const STAGING = [
  `create table staged_revisions (
    pmid text, revision integer, version integer not null, document_hash text not null, content_hash text not null,
    entered_sequence bigint not null, left_sequence bigint, primary key (pmid, revision))`,
  'create index staged_revisions_entered on staged_revisions (entered_sequence, pmid)',
  `create table staged_pointers (
    pmid text primary key, content_hash text not null, version integer not null, sequence bigint not null,
    fetched_at timestamptz not null, api_etag text, updated_at timestamptz not null, file_rank integer)`,
  'create table staged_file_ranks (pmid text primary key, file_rank integer not null)',
  `create table staged_checkpoints (
    checkpoint_id uuid primary key, name text, description text, primary_queries jsonb, parent_checkpoint_id uuid,
    sequence bigint, document_count bigint, created_at timestamptz, deleted boolean not null)`,
];

const text = z.string();
const count = z.int().min(0);
const nullable = text.nullable();

const typed = z.object({ type: text });
const payload = z.object({
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
});
const revision = z.object({
  pmid: text,
  revision: count,
  version: count,
  document_hash: text,
  content_hash: text,
  entered_sequence: count,
  left_sequence: count.nullable(),
});
const tombstone = z.object({
  pmid: text,
  reason: z.enum(['deleted', 'merged']),
  merged_into: nullable,
  deleted_at: text,
  sequence: count,
});
const file = z.object({
  file_hash: text,
  md5: nullable,
  name: text,
  items_done: count,
  finished_at: nullable,
});
const quarantined = z.object({
  content_hash: text,
  pmid: nullable,
  reason: text,
  s3_uri: text,
  source: text,
  quarantined_at: text,
});
const checkpoint = z.object({
  checkpointId: z.guid(),
  name: text,
  description: nullable,
  primaryQueries: z.array(text),
  parentCheckpointId: z.guid().nullable(),
  sequence: count,
  documentCount: count,
  createdAt: text,
});
const checkpointDeleted = z.object({ checkpointId: z.guid() });

const watermark = z.object({
  term: text,
  complete_to: nullable,
  updated_at: text,
  run_id: nullable,
});
const fileRank = z.object({ file_rank: count, pmids: z.array(text) });
const queryPmids = z.object({ term: text, part: count, pmids: z.array(text), owed: z.array(text) });

type Place = (uri: string) => ArchiveUri;
type Write = (database: Kysely<Schema>, lines: readonly unknown[], place: Place) => Promise<void>;

/** How each kind of line goes into the tables. Within one call a thing is written once: the later line of it. */
const WRITERS: Readonly<Record<string, Write>> = {
  async payload(database, lines, place) {
    const all = lines.map((line) => parseLine(payload, line));
    const rows = latest(all, (one) => `${one.pmid} ${one.content_hash}`, laterSequence);
    await insertRows(
      database,
      'pubmed_archive_history',
      PAYLOAD,
      rows.map((row) => ({ ...row, s3_uri: place(row.s3_uri) })),
      {
        key: 'pmid, content_hash',
        when: 'excluded.sequence >= t.sequence',
      },
    );
    const pointers = latest(
      all.filter(({ current }) => current),
      ({ pmid }) => pmid,
      laterSequence,
    );
    await insertRows(
      database,
      'staged_pointers',
      POINTER,
      pointers.map(({ pointer, ...row }) => ({
        ...row,
        fetched_at: pointer?.fetched_at ?? row.fetched_at,
        updated_at: pointer?.updated_at ?? row.fetched_at,
        api_etag: pointer?.api_etag ?? null,
        file_rank: pointer?.file_rank ?? null,
      })),
      { key: 'pmid', when: 'excluded.sequence >= t.sequence' },
    );
  },
  async revision(database, lines) {
    const ended = ({ left_sequence }: z.infer<typeof revision>) => left_sequence ?? -1;
    const all = lines.map((line) => parseLine(revision, line));
    const rows = latest(
      all,
      (one) => `${one.pmid} ${one.revision}`,
      (a, b) => ended(a) > ended(b),
    );
    await insertRows(database, 'staged_revisions', REVISION, rows, {
      key: 'pmid, revision',
      when: 'excluded.left_sequence is not null',
    });
  },
  async tombstone(database, lines) {
    const rows = latest(
      lines.map((line) => parseLine(tombstone, line)),
      ({ pmid }) => pmid,
      laterSequence,
    );
    await insertRows(database, 'tombstones', TOMBSTONE, rows, {
      key: 'pmid',
      when: 'excluded.sequence >= t.sequence',
    });
  },
  async file(database, lines) {
    const isFurther = (a: z.infer<typeof file>, b: z.infer<typeof file>) =>
      a.items_done > b.items_done || (a.items_done === b.items_done && a.finished_at !== null);
    const rows = latest(
      lines.map((line) => parseLine(file, line)),
      ({ file_hash }) => file_hash,
      isFurther,
    );
    await insertRows(
      database,
      'loaded_files',
      FILE,
      rows.map((row) => ({ ...row, in_state: true })),
      {
        key: 'file_hash',
        when: 'excluded.items_done > t.items_done or (excluded.items_done = t.items_done and excluded.finished_at is not null)',
      },
    );
  },
  async quarantined(database, lines, place) {
    const isLater = (a: z.infer<typeof quarantined>, b: z.infer<typeof quarantined>) =>
      a.quarantined_at >= b.quarantined_at;
    const rows = latest(
      lines.map((line) => parseLine(quarantined, line)),
      (one) => one.content_hash,
      isLater,
    );
    await insertRows(
      database,
      'quarantined_records',
      QUARANTINED,
      rows.map((row) => ({ ...row, s3_uri: place(row.s3_uri), in_state: true })),
      { key: 'content_hash', when: 'excluded.quarantined_at >= t.quarantined_at' },
    );
  },
  async checkpoint(database, lines) {
    const rows = lines.map((line) => parseLine(checkpoint, line));
    await insertRows(
      database,
      'staged_checkpoints',
      CHECKPOINT,
      latest(
        rows,
        ({ checkpointId }) => checkpointId,
        () => true,
      ).map((row) => ({
        checkpoint_id: row.checkpointId,
        name: row.name,
        description: row.description,
        primary_queries: row.primaryQueries,
        parent_checkpoint_id: row.parentCheckpointId,
        sequence: row.sequence,
        document_count: row.documentCount,
        created_at: row.createdAt,
        deleted: false,
      })),
      { key: 'checkpoint_id', when: 'not t.deleted' },
    );
  },
  async checkpoint_deleted(database, lines) {
    const ids = new Set(lines.map((line) => parseLine(checkpointDeleted, line).checkpointId));
    await insertRows(
      database,
      'staged_checkpoints',
      { checkpoint_id: 'uuid', deleted: 'boolean' },
      [...ids].map((checkpoint_id) => ({ checkpoint_id, deleted: true })),
      { key: 'checkpoint_id', when: 'true' },
    );
  },
  async file_rank(database, lines) {
    const all = lines.map((line) => parseLine(fileRank, line));
    const rows = all.flatMap(({ file_rank, pmids }) => pmids.map((pmid) => ({ pmid, file_rank })));
    await insertRows(
      database,
      'staged_file_ranks',
      { pmid: 'text', file_rank: 'integer' },
      latest(
        rows,
        ({ pmid }) => pmid,
        (a, b) => a.file_rank > b.file_rank,
      ),
      { key: 'pmid', when: 'excluded.file_rank > t.file_rank' },
    );
  },
  async withdrawal(database, lines) {
    const all = lines.map((line) => parseLine(fileRank, line));
    const rows = all.flatMap(({ file_rank, pmids }) =>
      pmids.map((pmid) => ({ pmid, file_rank, in_state: true })),
    );
    await insertRows(
      database,
      'withdrawals',
      { pmid: 'text', file_rank: 'integer', in_state: 'boolean' },
      latest(
        rows,
        ({ pmid }) => pmid,
        (a, b) => a.file_rank > b.file_rank,
      ),
      { key: 'pmid', when: 'excluded.file_rank > t.file_rank' },
    );
  },
  async watermark(database, lines) {
    const isLater = (a: z.infer<typeof watermark>, b: z.infer<typeof watermark>) =>
      a.updated_at >= b.updated_at;
    const all = lines.map((line) => parseLine(watermark, line));
    const rows = latest(all, ({ term }) => term, isLater);
    await insertRows(
      database,
      'watermarks',
      WATERMARK,
      rows.map((row) => ({ ...row, in_state: true, list_in_state: true })),
      { key: 'term', when: 'excluded.updated_at >= t.updated_at' },
    );
  },
  /** A list comes in parts, of which the first takes the place of what was told before. */
  async query_pmids(database, lines) {
    for (const line of lines) {
      const { term, part, pmids, owed } = parseLine(queryPmids, line);
      if (part === 0) await database.deleteFrom('query_pmids').where('term', '=', term).execute();
      const isOwed = new Set(owed);
      const rows = pmids.map((pmid) => ({ term, pmid, owed: isOwed.has(pmid) }));
      await insertRows(database, 'query_pmids', QUERY_PMID, rows, { key: 'term, pmid', when: 'true' });
    }
  },
};

const WATERMARK = {
  term: 'text',
  complete_to: 'date',
  updated_at: 'timestamptz',
  run_id: 'uuid',
  in_state: 'boolean',
  list_in_state: 'boolean',
};
const QUERY_PMID = { term: 'text', pmid: 'text', owed: 'boolean' };
const PAYLOAD = {
  pmid: 'text',
  content_hash: 'text',
  s3_uri: 'text',
  fetched_at: 'timestamptz',
  version: 'integer',
  sequence: 'bigint',
};
const POINTER = {
  pmid: 'text',
  content_hash: 'text',
  version: 'integer',
  sequence: 'bigint',
  fetched_at: 'timestamptz',
  api_etag: 'text',
  updated_at: 'timestamptz',
  file_rank: 'integer',
};
const REVISION = {
  pmid: 'text',
  revision: 'integer',
  version: 'integer',
  document_hash: 'text',
  content_hash: 'text',
  entered_sequence: 'bigint',
  left_sequence: 'bigint',
};
const TOMBSTONE = {
  pmid: 'text',
  reason: 'text',
  merged_into: 'text',
  deleted_at: 'timestamptz',
  sequence: 'bigint',
};
const FILE = {
  file_hash: 'text',
  md5: 'text',
  name: 'text',
  items_done: 'bigint',
  finished_at: 'timestamptz',
  in_state: 'boolean',
};
const QUARANTINED = {
  content_hash: 'text',
  pmid: 'text',
  reason: 'text',
  s3_uri: 'text',
  source: 'text',
  quarantined_at: 'timestamptz',
  in_state: 'boolean',
};
const CHECKPOINT = {
  checkpoint_id: 'uuid',
  name: 'text',
  description: 'text',
  primary_queries: 'jsonb',
  parent_checkpoint_id: 'uuid',
  sequence: 'bigint',
  document_count: 'bigint',
  created_at: 'timestamptz',
  deleted: 'boolean',
};

/** Resolves to how many lines are of no kind that this release knows. Throws where a known one has the wrong form. */
export async function writeLines(
  database: Kysely<Schema>,
  lines: readonly unknown[],
  place: Place,
): Promise<number> {
  const byType = Map.groupBy(lines, (line) => parseLine(typed, line).type);
  let unknown = 0;
  for (const [type, some] of byType) {
    const write = Object.hasOwn(WRITERS, type) ? WRITERS[type] : undefined;
    if (write === undefined) unknown += some.length;
    else await write(database, some, place);
  }
  return unknown;
}

function parseLine<T>(schema: z.ZodType<T>, line: unknown): T {
  const parsed = schema.safeParse(line);
  if (parsed.success) return parsed.data;
  throw new BioMcpError('ARCHIVE_CORRUPT', 'A line of state/ in the archive has the wrong form.', {
    message: `a line of state/ has the wrong form: ${z.prettifyError(parsed.error)}`,
    cause: parsed.error,
  });
}

function laterSequence(a: { sequence: number }, b: { sequence: number }): boolean {
  return a.sequence >= b.sequence;
}

function latest<T>(rows: readonly T[], toKey: (row: T) => string, isLater: (a: T, b: T) => boolean): T[] {
  const kept = new Map<string, T>();
  for (const row of rows) {
    const known = kept.get(toKey(row));
    if (known === undefined || isLater(row, known)) kept.set(toKey(row), row);
  }
  return [...kept.values()];
}

/** One statement however many rows. A row that is there already is replaced as a whole `when` the new one decides. */
async function insertRows(
  database: Kysely<Schema>,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Record<string, unknown>[],
  { key, when }: { key: string; when: string },
): Promise<void> {
  if (rows.length === 0) return;
  const names = Object.keys(columns).join(', ');
  const types = Object.entries(columns).map(([name, type]) => `${name} ${type}`);
  const keys = new Set(key.split(', '));
  const sets = Object.keys(columns).flatMap((name) => (keys.has(name) ? [] : [`${name} = excluded.${name}`]));
  await sql`
    insert into ${sql.raw(table)} as t (${sql.raw(names)})
    select ${sql.raw(names)} from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as x(${sql.raw(types.join(', '))})
    on conflict (${sql.raw(key)}) do update set ${sql.raw(sets.join(', '))} where ${sql.raw(when)}`.execute(
    database,
  );
}
