import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { FacetCounts } from './port/corpus-facts.ts';
import type { Schema } from './schema.ts';

/**
 * Live revisions by language and by publication type, kept as `kept-counts.ts` keeps the others: as of a
 * sequence number, in `live_facets` and `live_facet_counts`. Each commit folds in what it brought, since
 * taking rows apart is dear; what the release before committed since is counted with each question. A
 * revision counts once for each of its languages and types.
 */
const MOST_OF_A_KIND = 20;

/**
 * Brings what came since into the kept counts; begins them where none are kept. Called by each commit, inside
 * its transaction and once its number stands in `corpus_state`.
 */
export async function foldFacets(transaction: Kysely<Schema>): Promise<void> {
  const { rows } = await sql`
    with changes as materialized (${CHANGES}),
      counts as (
        insert into live_facet_counts as f (kind, name, documents)
        select kind, name, documents from changes where documents <> 0
        on conflict (kind, name) do update set documents = f.documents + excluded.documents)
    update live_facets as k set sequence = s.sequence from corpus_state as s where ${IS_KEPT}
    returning k.sequence`.execute(transaction);
  if (rows.length === 0) await countFacetsAnew(transaction);
}

/** Of the live revisions as they are, which are those of the last sequence number. */
export async function countFacetsAnew(transaction: Kysely<Schema>): Promise<void> {
  await transaction.deleteFrom('live_facet_counts').execute();
  await transaction.deleteFrom('live_facets').execute();
  await sql`
    insert into live_facet_counts (kind, name, documents)
    select kind, name, documents from (${COUNTED}) as counted`.execute(transaction);
  await sql`
    insert into live_facets (sequence, index_generation)
    select sequence, index_generation from corpus_state`.execute(transaction);
}

/** The most frequent of each kind. Counts every row where nothing is kept. */
export async function readFacets(kysely: Kysely<Schema>, { signal }: CallOptions): Promise<FacetCounts> {
  for (const source of [KEPT, COUNTED]) {
    const { rows } = await sql<FacetRow>`
      select kind, name, documents from (${source}) as facets where documents <> 0
      order by documents desc, name`.execute(kysely, { signal });
    if (rows.length > 0) return { languages: toTop(rows, 'language'), publicationTypes: toTop(rows, 'type') };
  }
  return { languages: [], publicationTypes: [] };
}

/** What is kept and not so; `null` where all is right, or nothing is kept. Reads every revision. */
export async function findMiscountedFacet(kysely: Kysely<Schema>): Promise<string | null> {
  const { rows } = await sql<{ kind: string; name: string; kept: number | null; counted: number | null }>`
    select kind, name, k.documents as kept, c.documents as counted
    from (select * from (${KEPT}) as kept where documents <> 0) as k
    full join (select * from (${COUNTED}) as counted) as c using (kind, name)
    where k.documents is distinct from c.documents
      and exists (select from live_facets as k, corpus_state as s where ${IS_KEPT})
    order by kind, name limit 1`.execute(kysely);
  const [wrong] = rows;
  if (wrong === undefined) return null;
  const { kind, name, kept, counted } = wrong;
  return `its counts tell of ${kept ?? 0} documents (${kind} ${name}), its rows of ${counted ?? 0}`;
}

interface FacetRow {
  kind: 'language' | 'type';
  name: string;
  documents: number;
}

/** Of `live_facets as k` and `corpus_state as s`. */
const IS_KEPT = sql`k.index_generation = s.index_generation and k.sequence <= s.sequence`;

/** A line each; one that is empty where there is none. */
const linesOf = (column: RawBuilder<unknown>) =>
  sql`unnest(coalesce(string_to_array(${column}, chr(10)), '{""}'))`;

/**
 * `rows` have `languages`, `publication_types` and a `sign`. What tells the same is taken together before it
 * is taken apart: thousands of rows tell some hundred different things.
 */
const toFacets = (rows: RawBuilder<unknown>) => sql`
  select kind, name, sum(sign)::int8 as documents
  from (select languages, publication_types, sum(sign) as sign from (${rows}) as r group by 1, 2) as alike
  cross join lateral (
    select 'language' as kind, ${linesOf(sql`languages`)} as name
    union all
    select 'type', ${linesOf(sql`publication_types`)}) as facets
  group by kind, name`;

const COUNTED = toFacets(
  sql`select languages, publication_types, 1 as sign from revisions where left_sequence is null`,
);

/** What entered since, less what was there then and has left; see `kept-counts.ts` for the bounds. */
const CHANGES = sql`
  with span as materialized (
    select k.sequence as low, s.sequence as high from live_facets as k, corpus_state as s where ${IS_KEPT})
  ${toFacets(sql`
    select languages, publication_types, 1 as sign from revisions
    where entered_sequence > (select low from span) and entered_sequence <= (select high from span)
      and left_sequence is null
    union all
    select languages, publication_types, -1 from revisions
    where left_sequence > (select low from span) and left_sequence <= (select high from span)
      and entered_sequence <= (select low from span)`)}`;

/** No row where they are not those of the corpus as it is. */
const KEPT = sql`
  select kind, name, sum(documents)::int8 as documents
  from (
    select kind, name, documents from live_facet_counts
    union all
    select * from (${CHANGES}) as changes) as kept
  where exists (select from live_facets as k, corpus_state as s where ${IS_KEPT})
  group by kind, name`;

function toTop(rows: readonly FacetRow[], kind: FacetRow['kind']): FacetCounts['languages'] {
  return rows
    .filter((row) => row.kind === kind)
    .slice(0, MOST_OF_A_KIND)
    .map(({ name, documents }) => ({ name: name === '' ? null : name, documents }));
}
