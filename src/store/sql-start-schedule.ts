import { type RawBuilder, sql } from 'kysely';
import type { CallOptions } from '../domain/call-options.ts';
import type { StartSchedule } from '../pubmed/start-schedule.ts';
import type { Database } from './database/database.ts';
import { reportDatabaseErrors } from './database/report-database-errors.ts';

/**
 * One schedule for every process on the database: a row of `ncbi_budget` on the database's own clock.
 * `budgetKey` names whom NCBI counts: it is stored, so it must be no secret.
 */
export function createSqlStartSchedule({
  database: { kysely },
  budgetKey,
}: {
  database: Pick<Database, 'kysely'>;
  budgetKey: string;
}): StartSchedule {
  async function readNumber(value: RawBuilder<unknown>, { signal }: CallOptions): Promise<number | null> {
    const query = sql<{ ms: number }>`
      select (extract(epoch from ${value}) * 1000)::float8 as ms from ncbi_budget as budget where budget_key = ${budgetKey}`;
    const { rows } = await query.execute(kysely, { signal });
    return rows[0]?.ms ?? null;
  }

  return reportDatabaseErrors<StartSchedule>({
    async book({ gapMs, maxWaitMs }, { signal }) {
      const gap = toInterval(gapMs);
      const firstFree = toFirstFree(gapMs);
      // One statement: who comes at the same moment waits for the row, and sees the start that it now holds.
      const query = sql<{ wait_ms: number }>`
        insert into ncbi_budget as budget (budget_key, next_start_at)
        select ${budgetKey}, clock_timestamp() + ${gap} where ${maxWaitMs}::float8 >= 0
        on conflict (budget_key) do update set next_start_at = ${firstFree} + ${gap},
          booked_at = clock_timestamp(), cooldown_until = ${COOLDOWN}
        where ${firstFree} <= clock_timestamp() + ${toInterval(maxWaitMs)}
        returning (extract(epoch from next_start_at - ${gap} - clock_timestamp()) * 1000)::float8 as wait_ms`;
      const { rows } = await query.execute(kysely, { signal });
      const [booking] = rows;
      if (booking !== undefined) return { booked: true, waitMs: Math.max(0, booking.wait_ms) };
      const waitMs = await readNumber(sql`${firstFree} - clock_timestamp()`, { signal });
      return { booked: false, waitMs: Math.max(0, waitMs ?? 0) };
    },

    /** Carried out whoever gives up: what NCBI asked for holds for all. */
    async coolDown(durationMs) {
      const until = sql`clock_timestamp() + ${toInterval(durationMs)}`;
      const query = sql`
        insert into ncbi_budget as budget (budget_key, cooldown_until) values (${budgetKey}, ${until})
        on conflict (budget_key) do update set cooldown_until = greatest(${COOLDOWN}, ${until})`;
      await query.execute(kysely);
    },

    async cooldownLeftMs(options) {
      return Math.max(0, (await readNumber(sql`${COOLDOWN} - clock_timestamp()`, options)) ?? 0);
    },
  });
}

/** Nobody books that far ahead: so many callers never wait at once. */
const MOST_GAPS_AHEAD = 1_000;
/** No cooldown is longer: what NCBI asks for is cut at ten minutes. */
const LONGEST_COOLDOWN = sql`interval '10 minutes'`;
/** One that lies further ahead is from before the clock was set back. */
const COOLDOWN = sql`case when budget.cooldown_until > clock_timestamp() + ${LONGEST_COOLDOWN}
  then 'epoch' else budget.cooldown_until end`;

/** Where the database's clock was set back, a start that was booked before becomes one gap from now. */
function toFirstFree(gapMs: number): RawBuilder<unknown> {
  const gap = toInterval(gapMs);
  const wasSetBack = sql`budget.booked_at > clock_timestamp()
    or budget.next_start_at > clock_timestamp() + ${MOST_GAPS_AHEAD}::int * ${gap}`;
  return sql`greatest(clock_timestamp(), ${COOLDOWN},
    case when ${wasSetBack} then least(budget.next_start_at, clock_timestamp() + ${gap}) else budget.next_start_at end)`;
}

function toInterval(ms: number): RawBuilder<unknown> {
  return sql`${ms}::float8 * interval '1 millisecond'`;
}
