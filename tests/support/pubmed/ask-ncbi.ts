/**
 * One of many processes on one budget: `node ask-ncbi.ts <database url> <eutils url> <requests> [API
 * key]`. Says "ready", and asks when its standard input ends: how long a process takes to start is no
 * matter of the budget. Then says how many were answered, and for when each start was booked.
 */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createEutilsClient } from '../../../src/pubmed/eutils-client.ts';
import { createRequestBudget } from '../../../src/pubmed/request-budget.ts';
import type { StartSchedule } from '../../../src/pubmed/start-schedule.ts';
import { systemTiming as timing } from '../../../src/pubmed/timing.ts';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createSqlStartSchedule } from '../../../src/store/sql-start-schedule.ts';

export interface Asked {
  answered: number;
  /** By this machine's clock, in milliseconds: it stood in the schedule at some moment between the two. */
  starts: { from: number; to: number; gapMs: number }[];
}

const [url = '', baseUrl = '', requests = '', apiKey = null] = process.argv.slice(2);
await using database = await openPostgres({ url, max: 2 });
const budgetKey = apiKey === null ? 'address' : hash('sha256', apiKey, 'hex');
const asked: Asked = { answered: 0, starts: [] };
const sql = createSqlStartSchedule({ database, budgetKey });
const schedule: StartSchedule = {
  ...sql,
  async book(request, options) {
    const calledAt = Date.now();
    const booking = await sql.book(request, options);
    const { waitMs, booked } = booking;
    const [from, to] = [calledAt + waitMs, Date.now() + waitMs];
    if (booked) asked.starts.push({ from, to, gapMs: request.gapMs });
    return booking;
  },
};
const client = createEutilsClient({
  fetch,
  baseUrl,
  apiKey,
  email: null,
  budget: createRequestBudget({ schedule, timing, hasApiKey: apiKey !== null, share: 1 }),
  timing,
  log: { debug: () => undefined, warn: () => undefined },
});
await schedule.cooldownLeftMs({ signal: new AbortController().signal });
await (await fetch('data:,')).text();
process.stdout.write('ready\n');
await once(process.stdin.resume(), 'end');
const options = { signal: new AbortController().signal, deadlineAt: timing.now().getTime() + 60_000 };
const asking = Array.from({ length: Number(requests) }, () =>
  client.search({ term: 'exercise', limit: 1 }, options),
);
const found = await Promise.all(asking);
asked.answered = found.filter(({ total }) => total > 0).length;
process.stdout.write(JSON.stringify(asked));
