import { hash } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { createEutilsClient } from '../pubmed/eutils-client.ts';
import type { LiteratureSource } from '../pubmed/literature-source.ts';
import { createRequestBudget } from '../pubmed/request-budget.ts';
import { systemTiming } from '../pubmed/timing.ts';
import type { Database } from '../store/database/database.ts';
import { createSqlStartSchedule } from '../store/sql-start-schedule.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Nothing is sent before the first question. Whoever uses the same key on this database shares its budget. */
export function createLiterature(
  { baseUrl, apiKey, email, share }: Config['pubmed'],
  database: Database,
  logger: Logger,
): LiteratureSource {
  const budgetKey = apiKey === null ? 'address' : hash('sha256', apiKey, 'hex');
  const schedule = createSqlStartSchedule({ database, budgetKey });
  const hasApiKey = apiKey !== null;
  let isTold = email !== null;
  return createEutilsClient({
    fetch: (...request) => {
      if (!isTold) logger.warn({}, NO_EMAIL);
      isTold = true;
      return fetch(...request);
    },
    baseUrl,
    apiKey,
    email,
    budget: createRequestBudget({ schedule, timing: systemTiming, hasApiKey, share }),
    timing: systemTiming,
    log: logger,
  });
}

const NO_EMAIL =
  'BIO_MCP_PUBMED_EMAIL is not set: NCBI asks for an address to write to before it blocks a caller.';
