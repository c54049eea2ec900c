import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { CorpusCounts } from './port/corpus-facts.ts';
import type { Schema } from './schema.ts';

/**
 * Counts are kept as of a sequence number, in `live_counts` and `live_group_counts`; what entered and left
 * since is counted with each question, by index: of ten commits at most. So a commit pays for nothing but its
 * share of a fold, and what the release before commits is counted like the rest. A rebuild begins them anew,
 * and those of another generation of the index count for nothing.
 */
const FOLD_EVERY = 10;
const TOP_JOURNALS = 20;

/** Called by each commit, inside its transaction and once its number stands in `corpus_state`. */
export async function keepCounts(transaction: Kysely<Schema>, sequence: number): Promise<void> {
  if (sequence % FOLD_EVERY === 0) await foldCounts(transaction);
}

/** Brings what came since into the kept counts; begins them where none are kept. */
export async function foldCounts(transaction: Kysely<Schema>): Promise<void> {
  const { rows } = await sql`
    with changes as materialized (${CHANGES}),
      groups as (
        insert into live_group_counts as g (kind, name, documents)
        select kind, name, documents from changes where kind <> 'all' and documents <> 0
        on conflict (kind, name) do update set documents = g.documents + excluded.documents)
    update live_counts as k
    set sequence = s.sequence, documents = k.documents + c.documents, chunks = k.chunks + c.chunks,
      retracted = k.retracted + c.retracted
    from corpus_state as s, changes as c
    where ${IS_KEPT} and c.kind = 'all'
    returning k.sequence`.execute(transaction);
  if (rows.length === 0) await countAnew(transaction);
}

/** Of the live revisions as they are, which are those of the last sequence number. */
export async function countAnew(transaction: Kysely<Schema>): Promise<void> {
  await transaction.deleteFrom('live_group_counts').execute();
  await transaction.deleteFrom('live_counts').execute();
  await sql`
    insert into live_group_counts (kind, name, documents)
    select kind, name, documents from (${COUNTED}) as l where kind <> 'all'`.execute(transaction);
  await sql`
    insert into live_counts (sequence, index_generation, documents, chunks, retracted)
    select s.sequence, s.index_generation, l.documents, l.chunks, l.retracted
    from corpus_state as s, (${COUNTED}) as l where l.kind = 'all'`.execute(transaction);
}

/** All of one moment. Counts every row where nothing is kept. */
export async function readCounts(kysely: Kysely<Schema>, { signal }: CallOptions): Promise<CorpusCounts> {
  for (const source of [KEPT, COUNTED]) {
    const { rows } = await sql<CountRow>`
      with counts as (${source})
      (select * from counts where kind <> 'journal')
      union all
      (select * from counts where kind = 'journal' order by documents desc, name limit ${TOP_JOURNALS}::int)`.execute(
      kysely,
      { signal },
    );
    const all = rows.find(({ kind }) => kind === 'all');
    if (all === undefined) continue;
    const { documents, chunks, retracted } = all;
    return { documents, chunks, retracted, byYear: toYears(rows), topJournals: toJournals(rows) };
  }
  throw new Error('a count came without a row');
}

/** As `readCounts`, without years and journals, of which there may be thousands. */
export async function readTotals(
  kysely: Kysely<Schema>,
  { signal }: CallOptions,
): Promise<Pick<CorpusCounts, 'documents' | 'chunks'>> {
  const { rows } = await sql<Pick<CountRow, 'documents' | 'chunks'>>`
    select k.documents + c.documents as documents, k.chunks + c.chunks as chunks
    from live_counts as k, corpus_state as s, (${CHANGES}) as c
    where ${IS_KEPT} and c.kind = 'all'`.execute(kysely, { signal });
  const { documents, chunks } = rows[0] ?? (await readCounts(kysely, { signal }));
  return { documents, chunks };
}

/** What is kept and not so; `null` where all is right, or nothing is kept. Reads every revision. */
export async function findMiscount(kysely: Kysely<Schema>): Promise<string | null> {
  const { rows } = await sql<{ kind: string; name: string; kept: string | null; counted: string | null }>`
    select kind, name, k.numbers as kept, c.numbers as counted
    from (select kind, name, ${NUMBERS} as numbers from (${KEPT}) as kept) as k
    full join (select kind, name, ${NUMBERS} as numbers from (${COUNTED}) as counted) as c using (kind, name)
    where k.numbers is distinct from c.numbers
      and exists (select from live_counts as k, corpus_state as s where ${IS_KEPT})
    order by kind, name limit 1`.execute(kysely);
  const [wrong] = rows;
  if (wrong === undefined) return null;
  const { kind, name, kept, counted } = wrong;
  return `its counts tell of ${kept ?? NONE} (${kind} ${name}), its rows of ${counted ?? NONE}`;
}

interface CountRow {
  kind: 'all' | 'year' | 'journal';
  name: string;
  documents: number;
  /** 0 where it is not kept: of years and journals. */
  chunks: number;
  retracted: number;
}

/** Of `live_counts as k` and `corpus_state as s`. */
const IS_KEPT = sql`k.index_generation = s.index_generation and k.sequence <= s.sequence`;

/** One row for all, and one each year and each journal. */
const toGroups = (sign: RawBuilder<unknown>) => sql`
  case when grouping(year) = 0 then 'year' when grouping(journal) = 0 then 'journal' else 'all' end as kind,
  coalesce(year::text, journal, '') as name,
  coalesce(sum(${sign}), 0)::int8 as documents,
  case when grouping(year, journal) = 3 then coalesce(sum(${sign} * chunk_count), 0) else 0 end::int8 as chunks,
  case when grouping(year, journal) = 3
    then coalesce(sum(${sign}) filter (where retraction_status = 'retracted'), 0) else 0 end::int8 as retracted`;
const BY_GROUP = sql`
  group by grouping sets ((), (year), (journal))
  having grouping(year, journal) = 3 or year is not null or journal is not null`;

const COUNTED = sql`select ${toGroups(sql`1`)} from revisions where left_sequence is null ${BY_GROUP}`;

/**
 * What entered since the counts were kept, less what was there then and has left. Two bounds for each number:
 * the planner takes the index, whether it has statistics or not.
 */
const CHANGES = sql`
  with span as materialized (
    select k.sequence as low, s.sequence as high from live_counts as k, corpus_state as s where ${IS_KEPT})
  select ${toGroups(sql`sign`)}
  from (
    select year, journal, chunk_count, retraction_status, 1 as sign from revisions
    where entered_sequence > (select low from span) and entered_sequence <= (select high from span)
      and left_sequence is null
    union all
    select year, journal, chunk_count, retraction_status, -1 from revisions
    where left_sequence > (select low from span) and left_sequence <= (select high from span)
      and entered_sequence <= (select low from span)) as changed
  ${BY_GROUP}`;

/** No row where they are not those of the corpus as it is. */
const KEPT = sql`
  select kind, name, sum(documents)::int8 as documents, sum(chunks)::int8 as chunks, sum(retracted)::int8 as retracted
  from (
    select 'all' as kind, '' as name, documents, chunks, retracted from live_counts
    union all
    select kind, name, documents, 0, 0 from live_group_counts
    union all
    select * from (${CHANGES}) as changes) as kept
  where exists (select from live_counts as k, corpus_state as s where ${IS_KEPT})
  group by kind, name having kind = 'all' or sum(documents) <> 0`;

const NUMBERS = sql`concat_ws(' ', documents, 'documents', chunks, 'passages', retracted, 'retracted')`;
const NONE = 'none';

function toYears(rows: readonly CountRow[]): CorpusCounts['byYear'] {
  return rows
    .filter(({ kind }) => kind === 'year')
    .map(({ name, documents }) => ({ year: Number(name), documents }))
    .sort((a, b) => a.year - b.year);
}

function toJournals(rows: readonly CountRow[]): CorpusCounts['topJournals'] {
  return rows
    .filter(({ kind }) => kind === 'journal')
    .map(({ name, documents }) => ({ journal: name, documents }))
    .toSorted((one, other) => other.documents - one.documents); // stable: those of one count stay by name
}
