import { type Kysely, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { Pmid } from '../domain/ids.ts';
import type { Change, CheckpointStore } from './port/checkpoint-store.ts';
import type { Schema } from './schema.ts';

/** No record is revised so often; a limit makes the planner look each PMID up. */
const MOST_REVISIONS = 1_000_000;

/** What entered, changed or left between two sequence numbers. */
export function createCheckpointChanges(
  kysely: Kysely<Schema>,
): Pick<CheckpointStore, 'listChanges' | 'countChanges'> {
  return {
    async listChanges({ low, high, after, limit }, { signal }) {
      const { rows } = await listEvents({ low, high, after, limit }).execute(kysely, { signal });
      const changes = await describeEvents(kysely, rows, { low, high, signal });
      const last = rows.at(-1);
      const isWhole = rows.length < limit || last === undefined;
      return { changes, next: isWhole ? null : { sequence: last.sequence, pmid: last.pmid as Pmid } };
    },
    async countChanges({ low, high }, { signal }) {
      // Each end by its own index: what is there at `high` and came since, and what was at `low` and left.
      const { rows } = await sql<{ came: number; went: number; changed: number }>`
        with came as materialized (
          select pmid from revisions where entered_sequence > ${low} and entered_sequence <= ${high}
            and (left_sequence is null or left_sequence > ${high})),
        went as materialized (
          select pmid from revisions where left_sequence > ${low} and left_sequence <= ${high}
            and entered_sequence <= ${low})
        select (select count(*) from came)::int as came, (select count(*) from went)::int as went,
          (select count(*) from came join went using (pmid))::int as changed`.execute(kysely, { signal });
      const { came, went, changed } = rows[0] ?? { came: 0, went: 0, changed: 0 };
      return { entered: came - changed, changed, left: went - changed };
    },
  };
}

/**
 * What entered or left, in the order of sequence number and PMID; each branch reads its own index
 * from `after` on.
 */
function listEvents({ low, high, after, limit }: Parameters<CheckpointStore['listChanges']>[0]) {
  const from = after ?? { sequence: low, pmid: '' };
  const branch = (column: 'entered_sequence' | 'left_sequence') => {
    const sequence = sql.ref(column);
    // Without a place inside a sequence number, everything of `low` itself lies before.
    const isAfter =
      after === null
        ? sql`${sequence} > ${from.sequence}`
        : sql`(${sequence}, pmid) > (${from.sequence}::int8, ${from.pmid})`;
    return sql`(select ${sequence} as sequence, pmid from revisions
      where ${isAfter} and ${sequence} <= ${high} order by ${sequence}, pmid limit ${limit})`;
  };
  return sql<{ sequence: number; pmid: string }>`
    select distinct sequence, pmid
    from (${branch('entered_sequence')} union all ${branch('left_sequence')}) as events
    order by sequence, pmid limit ${limit}`;
}

/** A PMID that changed several times is told at the first of its events, and by its state at both ends. */
async function describeEvents(
  kysely: Kysely<Schema>,
  events: readonly { sequence: number; pmid: string }[],
  { low, high, signal }: { low: number; high: number } & CallOptions,
): Promise<Change[]> {
  const pmids = [...new Set(events.map((event) => event.pmid))];
  // By the primary key for each of them: without statistics, as in an embedded database, `any` reads
  // the whole table.
  const { rows } = await sql<
    Pick<Schema['revisions'], 'pmid' | 'revision' | 'entered_sequence' | 'left_sequence'>
  >`
    select r.* from unnest(${pmids}::text[]) as p(pmid), lateral (
      select pmid, revision, entered_sequence, left_sequence from revisions where pmid = p.pmid
      order by revision limit ${MOST_REVISIONS}
    ) as r`.execute(kysely, { signal });
  const byPmid = Map.groupBy(rows, ({ pmid }) => pmid);
  return events.flatMap(({ sequence, pmid }): Change[] => {
    const revisions = byPmid.get(pmid) ?? [];
    const numbers = revisions.flatMap((one) => [one.entered_sequence, one.left_sequence ?? high + 1]);
    const first = Math.min(...numbers.filter((number) => number > low && number <= high));
    if (first !== sequence) return [];
    const memberAt = (at: number) =>
      revisions.find((one) => one.entered_sequence <= at && (one.left_sequence ?? high + 1) > at)?.revision;
    const [before, now] = [memberAt(low), memberAt(high)];
    if (before === now) return [];
    const kind = before === undefined ? 'entered' : now === undefined ? 'left' : 'changed';
    return [
      { kind, pmid: pmid as Pmid, sequence, before: before ?? null, now: now ?? null }, // checked when it entered
    ];
  });
}
