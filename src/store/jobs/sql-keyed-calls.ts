import { type RawBuilder, sql } from 'kysely';
import { v7 as toUuid } from 'uuid';
import type { Clock } from '../../domain/clock.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import type { KeyedCalls } from '../../queue/keyed-calls.ts';
import type { Database } from '../database/database.ts';
import { toDatabaseError } from '../database/report-database-errors.ts';
import { toExpiredCallsRemoval } from './old-rows.ts';

export interface SqlKeyedCallsOptions {
  database: Pick<Database, 'kysely'>;
  /** Absent: the database's own. */
  clock?: Clock;
}

/** Each round ends unless the call that stood in the way was forgotten meanwhile. */
const MOST_ROUNDS = 10;

/**
 * Rows of `keyed_calls`; those past their time are removed by the calls that follow, and by
 * the queue's sweep.
 */
export function createSqlKeyedCalls({ database: { kysely }, clock }: SqlKeyedCallsOptions): KeyedCalls {
  const now = (): RawBuilder<unknown> =>
    clock === undefined ? sql`statement_timestamp()` : sql`${clock.now().toISOString()}::timestamptz`;
  const fromNow = (ms: number) => sql`${now()} + ${ms}::float8 * interval '1 millisecond'`;

  async function run<Row>(query: RawBuilder<Row>): Promise<Row[]> {
    const { rows } = await query.execute(kysely).catch((error: unknown) => {
      throw toDatabaseError(error);
    });
    return rows;
  }

  return {
    async begin(call, runsAtMostMs) {
      const { tool, idempotencyKey, paramsHash, traceId } = call;
      const isOfKey = sql`tool = ${tool} and idempotency_key = ${idempotencyKey}`;
      await run(toExpiredCallsRemoval({ now: now(), besides: call }));
      for (let round = 0; round < MOST_ROUNDS; round += 1) {
        const callId = toUuid();
        // One statement: who comes at the same moment waits for the row, and sees that it is taken.
        const taken = await run(sql`
          insert into keyed_calls (tool, idempotency_key, params_hash, call_id, trace_id, created_at, expires_at)
          values (${tool}, ${idempotencyKey}, ${paramsHash}, ${callId}::uuid, ${traceId}, ${now()},
            ${fromNow(runsAtMostMs)})
          on conflict (tool, idempotency_key) do update set params_hash = excluded.params_hash,
            call_id = excluded.call_id, trace_id = excluded.trace_id, result = null,
            created_at = excluded.created_at, expires_at = excluded.expires_at
          where keyed_calls.expires_at <= ${now()}
          returning call_id`);
        if (taken.length > 0) return { state: 'begun', call: { ...call, callId } };
        const [row] = await run(sql<{ params_hash: string; runs: boolean; result: unknown }>`
          select params_hash, result is null as runs, result from keyed_calls
          where ${isOfKey} and expires_at > ${now()}`);
        if (row === undefined) continue;
        if (row.params_hash !== paramsHash) return { state: 'conflict' };
        return row.runs ? { state: 'running' } : { state: 'answered', result: row.result };
      }
      throw new BioMcpError('DB_UNAVAILABLE', 'The same call begins and fails too fast; try again.');
    },
    async remember({ callId, tool, idempotencyKey }, { result, keepMs }) {
      await run(sql`
        update keyed_calls set result = ${JSON.stringify(result)}::json, expires_at = ${fromNow(keepMs)}
        where tool = ${tool} and idempotency_key = ${idempotencyKey} and call_id = ${callId}::uuid`);
    },
    async forget({ callId, tool, idempotencyKey }) {
      await run(sql`
        delete from keyed_calls
        where tool = ${tool} and idempotency_key = ${idempotencyKey} and call_id = ${callId}::uuid`);
    },
  };
}
