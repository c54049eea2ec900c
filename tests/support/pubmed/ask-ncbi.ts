/**
 * One of many processes on one budget: `node ask-ncbi.ts <database url> <eutils url> <requests> [API
 * key]`. Says "ready", and asks when its standard input ends: how long a process takes to start is no
 * matter of the budget.
 */
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createEutilsClient } from '../../../src/pubmed/eutils-client.ts';
import { createRequestBudget } from '../../../src/pubmed/request-budget.ts';
import { systemTiming as timing } from '../../../src/pubmed/timing.ts';
import { openPostgres } from '../../../src/store/database/database.ts';
import { createSqlStartSchedule } from '../../../src/store/sql-start-schedule.ts';

const [url = '', baseUrl = '', requests = '', apiKey = null] = process.argv.slice(2);
await using database = await openPostgres({ url, max: 2 });
const budgetKey = apiKey === null ? 'address' : hash('sha256', apiKey, 'hex');
const schedule = createSqlStartSchedule({ database, budgetKey });
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
process.stdout.write(`${found.filter(({ total }) => total > 0).length}\n`);
