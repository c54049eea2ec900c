import { hash } from 'node:crypto';
import type { Config } from '../../config/config.ts';
import { MISSING_EMAIL } from '../../config/missing-email.ts';
import { createEutilsClient } from '../../pubmed/eutils-client.ts';
import type { LiteratureSource } from '../../pubmed/literature-source.ts';
import { createRequestBudget } from '../../pubmed/request-budget.ts';
import type { StartSchedule } from '../../pubmed/start-schedule.ts';
import { systemTiming } from '../../pubmed/timing.ts';
import type { Database } from '../../store/database/database.ts';
import { createSqlStartSchedule } from '../../store/sql-start-schedule.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { toNcbiFacts } from '../../telemetry/span-facts.ts';
import type { Tracer } from '../../telemetry/tracer.ts';

export interface LiteratureNeeds {
  database: Database;
  logger: Logger;
  /** That NCBI has no address to write to need not be said any more. */
  isToldOfEmail: boolean;
  metrics?: Metrics | undefined;
  tracer?: Tracer | undefined;
  /** Where the key lies elsewhere than in the environment. */
  readApiKey?: (() => Promise<string>) | undefined;
}

/**
 * Nothing is sent before the first question. Whoever uses the same key on this database shares its budget.
 */
export function createLiterature(
  pubmed: Config['pubmed'],
  { database, logger, isToldOfEmail, metrics, tracer, readApiKey }: LiteratureNeeds,
): LiteratureSource {
  const { apiKey, email } = pubmed;
  const budgetKey = apiKey === null ? 'address' : hash('sha256', apiKey, 'hex');
  const schedule = createSqlStartSchedule({ database, budgetKey });
  let isTold = isToldOfEmail || email !== null;
  return createNcbiClient(pubmed, {
    schedule,
    logger,
    metrics,
    tracer,
    readApiKey,
    fetch: (...request) => {
      if (!isTold) logger.warn({}, MISSING_EMAIL);
      isTold = true;
      return fetch(...request);
    },
  });
}

/** Asks as the settings say, and starts no request before `schedule` lets it. */
export function createNcbiClient(
  { baseUrl, apiKey, email, share }: Config['pubmed'],
  {
    schedule,
    logger,
    fetch,
    metrics,
    tracer,
    readApiKey,
  }: {
    schedule: StartSchedule;
    logger: Logger;
    fetch: typeof globalThis.fetch;
    metrics?: Metrics | undefined;
    tracer?: Tracer | undefined;
    readApiKey?: (() => Promise<string>) | undefined;
  },
): LiteratureSource {
  const hasApiKey = apiKey !== null;
  return createEutilsClient({
    fetch,
    baseUrl,
    apiKey,
    readApiKey,
    email,
    budget: createRequestBudget({ schedule, timing: systemTiming, hasApiKey, share }),
    timing: systemTiming,
    log: logger,
    metrics,
    traces: tracer === undefined ? undefined : { tracer, toFacts: toNcbiFacts },
  });
}
