import type { CallOptions } from '../domain/call-options.ts';
import type { SearchIndex } from '../search/search-index.ts';
import type { Logger } from '../telemetry/logger.ts';

export interface WarmIndexNeeds {
  index: Pick<SearchIndex, 'warm'>;
  logger: Logger;
  /** In bytes; default: what the system, or the limit of the container, leaves this process. */
  availableMemory?: () => number;
}

/** An index of 350,000 passages takes 140 MB, and none may take more than 640 (`lancedb-table.ts`). */
const LEAST_AVAILABLE_BYTES = 2 * 1_024 ** 3;

/**
 * For a process that answers searches from its start on: the first one then takes no longer than others.
 * Leaves it where memory is short, and never fails: searches read what they need by themselves.
 */
export async function warmIndex(
  { index, logger, availableMemory = () => process.availableMemory() }: WarmIndexNeeds,
  options: CallOptions,
): Promise<void> {
  if (availableMemory() < LEAST_AVAILABLE_BYTES) {
    logger.debug({}, 'the index is left on the disk, since less than 2 GiB of memory are free');
    return;
  }
  const startedAt = performance.now();
  try {
    await index.warm(options);
    logger.debug({ latency_ms: Math.round(performance.now() - startedAt) }, 'the index is in memory');
  } catch (error) {
    if (options.signal.aborted) return;
    logger.warn({ err: error }, 'the index could not be brought into memory: the first searches take longer');
  }
}
