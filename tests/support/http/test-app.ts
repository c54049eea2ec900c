import type { Archive } from '../../../src/archive/archive.ts';
import { BioMcpError } from '../../../src/errors/bio-mcp-error.ts';
import { createHttpApp, type HttpAppOptions } from '../../../src/http/app.ts';
import type { EventTiming } from '../../../src/http/job-events.ts';
import { createLimits, type LimitOptions } from '../../../src/http/limits.ts';
import { createReadiness, type ReadinessCheck } from '../../../src/http/readiness.ts';
import type { JobQueue } from '../../../src/queue/job-queue.ts';
import type { KeyedCalls } from '../../../src/queue/keyed-calls.ts';
import { createSqlJobQueue } from '../../../src/queue/sql-job-queue.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { createSqlJobTable } from '../../../src/store/jobs/sql-job-table.ts';
import type { Logger } from '../../../src/telemetry/logger.ts';
import { createToolInvoker, type InvokerServices } from '../../../src/tools/tool-invoker.ts';
import { awaitEvent } from '../awaited.ts';
import { recordingLogger } from '../telemetry/log-lines.ts';
import { silentMetrics } from '../telemetry/silent-metrics.ts';
import { createTestCatalogue, type WaitingServices } from './test-catalogue.ts';
import { TOKENS_AWAY } from './tokens-away.ts';

export interface TestAppOptions {
  checks?: readonly ReadinessCheck[];
  limits?: Partial<LimitOptions>;
  /** Absent: a queue whose database is away. */
  queue?: JobQueue;
  archive?: Pick<Archive, 'find'>;
  /** Absent: none of them can be begun, since the database is away. */
  keyedCalls?: KeyedCalls;
  /** What `test.write` does. */
  write?: WaitingServices['write'];
  allowedHosts?: readonly string[];
  eventTiming?: EventTiming;
  /** Default: nobody is asked who he is. */
  access?: HttpAppOptions<unknown>['access'];
  trustedProxies?: readonly string[];
  /** Absent: one whose lines are kept. */
  logger?: Logger;
  /** Absent: nobody counts. */
  seen?: Pick<HttpAppOptions<unknown>, 'metrics' | 'scrape'>;
}

/** A real app over the test catalogue; `closed` with `await using`. */
export function createTestApp({
  checks = [],
  limits = {},
  queue = createQueueThatIsAway(),
  archive = { find: async () => null },
  keyedCalls = { begin: away, remember: away, forget: away },
  write = async () => 1,
  allowedHosts = [],
  eventTiming = { gapMs: 0, heartbeatMs: 60_000 },
  access = null,
  trustedProxies = [],
  logger: givenLogger,
  seen = silentMetrics(),
}: TestAppOptions = {}) {
  const { lines, logger: recording } = recordingLogger();
  const logger = givenLogger ?? recording;
  const started = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const aborted = Promise.withResolvers<void>();
  const services: WaitingServices & InvokerServices = {
    jobs: queue,
    keyedCalls,
    store: { listPmidsStartingWith: away },
    accessTokens: TOKENS_AWAY,
    process: { version: '0.0.0-test', uptimeSeconds: () => 12.34 },
    started: started.resolve,
    aborted: aborted.resolve,
    released: released.promise,
    write,
  };
  const readiness = createReadiness({ checks, logger, now: () => performance.now() });
  const catalogue = createTestCatalogue();
  const invoker = createToolInvoker({ catalogue, services, logger });
  const slots = createLimits({ maxConcurrency: 200, toolLimits: {}, ...limits });
  const app = createHttpApp({
    ...seen,
    catalogue,
    services,
    readiness,
    queue,
    archive,
    invoker,
    limits: slots,
    version: '0.0.0-test',
    logger,
    allowedHosts,
    eventTiming,
    access,
    trustedProxies,
  });
  return {
    app,
    lines,
    /** What the app is made of, for what is added to it. */
    parts: { catalogue, services, invoker, limits: slots, queue, readiness, access, logger },
    get started() {
      return awaitEvent(started.promise, {
        what: 'a call of the tool that waits',
        came: () => JSON.stringify(lines),
      });
    },
    release: released.resolve,
    get aborted() {
      return awaitEvent(aborted.promise, { what: 'the abort of a call', came: () => JSON.stringify(lines) });
    },
    [Symbol.asyncDispose]: () => app.close(),
  };
}

/** The real queue on a database of a test's own. */
export function createTestQueue(database: Database): JobQueue {
  return createSqlJobQueue({ table: createSqlJobTable({ database }), leaseMs: 30_000, maxAttempts: 5 });
}

async function away(): Promise<never> {
  throw new BioMcpError('DB_UNAVAILABLE', 'The database does not answer; try again later.');
}

function createQueueThatIsAway(): JobQueue {
  return {
    leaseMs: 30_000,
    enqueue: away,
    find: away,
    get: away,
    findResult: away,
    findPartResults: away,
    countParts: away,
    findStates: away,
    list: away,
    count: away,
    cancel: away,
    claim: away,
    split: away,
    renew: away,
    saveProgress: away,
    succeed: away,
    fail: away,
    putBack: away,
    sweep: away,
    takeOver: away,
    subscribe: () => ({ [Symbol.dispose]() {} }),
  };
}
