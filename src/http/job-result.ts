import { z } from 'zod';
import type { Archive } from '../archive/archive.ts';
import type { CallOptions } from '../domain/call-options.ts';
import type { ArchiveUri } from '../domain/corpus/archive-key.ts';
import { findJson } from '../domain/find-json.ts';
import { type Job, toResultPath } from '../domain/jobs/job.ts';
import { BioMcpError, NotFoundError } from '../errors/bio-mcp-error.ts';
import type { JobQueue } from '../queue/job-queue.ts';

const manifestSchema = z
  .looseObject({
    run_id: z.string(),
    tool: z.string(),
    params: z.record(z.string(), z.unknown()),
    state: z.enum(['succeeded', 'failed']),
    error: z.string().nullable(),
    started_at: z.string(),
    finished_at: z.string(),
    duration_ms: z.number(),
    found: z.int(),
    archived: z.int(),
    skipped: z.int(),
    indexed: z.int(),
    failed: z.int(),
  })
  .describe('The manifest of a run, as it lies in the archive.');

/** What `GET /v1/jobs/{id}/result` answers. */
export const jobResult = z.union([
  manifestSchema,
  z
    .strictObject({ tool: z.string(), result: z.unknown() })
    .describe('The answer of a tool without manifest.'),
]);

/**
 * What `result_ref` of an ended job names. Throws `NOT_FOUND` where the job failed and left nothing,
 * `ARCHIVE_CORRUPT` where its manifest is gone or damaged.
 */
export async function findJobResult(
  { queue, archive }: { queue: Pick<JobQueue, 'findResult'>; archive: Pick<Archive, 'find'> },
  job: Job,
  options: CallOptions,
): Promise<z.input<typeof jobResult>> {
  const { jobId, tool, resultRef, error } = job;
  if (resultRef === null) {
    throw new NotFoundError(
      `The job failed and has no result (${error?.errorCode ?? 'INTERNAL'}): ${error?.message ?? 'no reason is known.'}`,
    );
  }
  if (resultRef === toResultPath(jobId)) return { tool, result: await queue.findResult(jobId, options) };
  // A result_ref that is no path of ours is the address that the archive gave the manifest.
  const body = await archive.find(resultRef as ArchiveUri, options);
  const manifest = body === null ? null : findManifest(body);
  if (manifest === null) {
    throw new BioMcpError(
      'ARCHIVE_CORRUPT',
      'The manifest of the run is damaged or no longer in the archive.',
      {
        message: `the manifest of job ${jobId} cannot be read`,
      },
    );
  }
  // In the archive the operator's words stand; a caller gets those that are meant for callers.
  return {
    ...manifest,
    error: manifest.error === null ? null : (error?.message ?? 'The log has the details.'),
  };
}

function findManifest(body: Uint8Array): z.output<typeof manifestSchema> | null {
  return manifestSchema.safeParse(findJson(Buffer.from(body).toString('utf8'))).data ?? null;
}
