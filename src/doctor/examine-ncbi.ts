import { createNcbiClient } from '../compose/rooms/create-literature.ts';
import type { Config } from '../config/config.ts';
import type { CallOptions } from '../domain/call-options.ts';
import { systemClock } from '../domain/clock.ts';
import { createLocalStartSchedule } from '../pubmed/local-start-schedule.ts';
import type { Logger } from '../telemetry/logger.ts';

/** Of one question to NCBI, its retries included. */
const NCBI_MS = 10_000;

export async function examineNcbi(
  { pubmed }: Config,
  logger: Logger,
  { signal }: CallOptions,
): Promise<string> {
  const schedule = createLocalStartSchedule({ clock: systemClock });
  const client = createNcbiClient(pubmed, { schedule, logger, fetch });
  const deadlineAt = systemClock.now().getTime() + NCBI_MS;
  await client.search({ term: 'glioblastoma', limit: 0 }, { signal, deadlineAt });
  return pubmed.apiKey === null ? 'answers, without a key' : 'answers, and takes the key';
}
