import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { systemClock } from '../domain/clock.ts';
import { createEutilsClient } from '../pubmed/eutils-client.ts';
import { createLocalStartSchedule } from '../pubmed/local-start-schedule.ts';
import { createRequestBudget } from '../pubmed/request-budget.ts';
import { systemTiming } from '../pubmed/timing.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Of one question to NCBI, its retries included. */
const NCBI_MS = 10_000;

export async function examineNcbi(
  { pubmed: { baseUrl, apiKey, email, share } }: Config,
  logger: Logger,
  { signal }: CallOptions,
): Promise<string> {
  const schedule = createLocalStartSchedule({ clock: systemClock });
  const hasApiKey = apiKey !== null;
  const client = createEutilsClient({
    fetch,
    baseUrl,
    apiKey,
    email,
    budget: createRequestBudget({ schedule, timing: systemTiming, hasApiKey, share }),
    timing: systemTiming,
    log: logger,
  });
  const deadlineAt = systemClock.now().getTime() + NCBI_MS;
  await client.search({ term: 'glioblastoma', limit: 0 }, { signal, deadlineAt });
  return hasApiKey ? 'answers, and takes the key' : 'answers, without a key';
}
