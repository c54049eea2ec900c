import { openS3Access } from '../../aws/s3-access.ts';
import type { Config } from '../../config/config.ts';
import type { BulkSource } from '../../pubmed/bulk/bulk-source.ts';
import { joinBulkSources } from '../../pubmed/bulk/bulk-sources.ts';
import { createHttpBulkClient } from '../../pubmed/bulk/http-bulk-client.ts';
import { createS3BulkClient } from '../../pubmed/bulk/s3-bulk-client.ts';
import { systemTiming } from '../../pubmed/timing.ts';
import type { Logger } from '../../telemetry/logger.ts';

/**
 * Where `pubmed.load` gets files that are not on the disk. Nothing is opened before the first is asked for.
 */
export function openBulkSource(
  { s3, proxy }: Config,
  { version, logger }: { version: string; logger: Logger },
): BulkSource {
  const needs = { timing: systemTiming, log: logger };
  return joinBulkSources({
    http: createHttpBulkClient({
      ...needs,
      userAgent: `bio-mcp/${version}`,
      ...(proxy === null ? {} : { proxy }),
    }),
    s3: createS3BulkClient({ ...needs, openS3: () => openS3Access(s3) }),
  });
}
