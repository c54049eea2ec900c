import { z } from 'zod';
import type { CallOptions } from '../../domain/call-options.ts';
import type { Job } from '../../domain/jobs/job.ts';
import type { JobQueue } from '../../queue/job-queue.ts';
import type { Tool } from '../define-tool.ts';
import { toOutline } from '../shown/outline.ts';
import type { TellOptions } from '../tell-options.ts';

/** A result is shown whole up to here: it stands in a model's context. */
const MOST_BYTES = 32_000;
/** Entries that a list keeps where the whole is larger, fewer and fewer until it fits. */
const LIST_LENGTHS = [50, 10, 3, 0];

const splitResult = z.strictObject({ parts: z.array(z.looseObject({ job_id: z.string() })) });
const fields = z.record(z.string(), z.unknown());

/** A tool of the release; `undefined`: there is none of that name. */
export type FindTool = (name: string) => Pick<Tool<never>, 'join' | 'output' | 'tell'> | undefined;

/**
 * What the tool of a job that succeeded answered; of one that was split, what its parts answered together.
 */
export async function readJobResult(
  jobs: Pick<JobQueue, 'findResult' | 'findPartResults'>,
  { jobId, resultRef, createdAt, finishedAt }: Job,
  join: Tool<never>['join'],
  options: CallOptions,
): Promise<unknown> {
  const result = await jobs.findResult(jobId, options);
  const split = splitResult.safeParse(result);
  if (join === undefined || !split.success) return result;
  const answers = await jobs.findPartResults(jobId, options);
  const durationMs = Date.parse(finishedAt ?? createdAt) - Date.parse(createdAt);
  return join(answers, { jobId, resultRef: resultRef ?? '', durationMs });
}

/** The result as it is, or with its lists cut short and how much each of them lacks as `left_out`. */
export function toShownResult(result: unknown): Record<string, unknown> | null {
  const { data: whole } = fields.safeParse(result);
  if (whole === undefined) return null;
  if (countBytes(whole) <= MOST_BYTES) return whole;
  const shortened = LIST_LENGTHS.map((length) => shortenLists(whole, length));
  return shortened.find((one) => countBytes(one) <= MOST_BYTES) ?? shortened.at(-1) ?? null;
}

/** In the words of the tool that answered it, where it is an answer of this release. */
export function tellResult(
  { left_out: leftOut, ...answer }: Readonly<Record<string, unknown>>,
  tool: ReturnType<FindTool>,
  options: TellOptions,
): string {
  const own = tool?.output.safeParse(answer);
  const told = own?.success === true ? tool?.tell(answer, options) : undefined;
  const cut = leftOut === undefined ? [] : [toOutline({ left_out: leftOut })];
  return [told ?? toOutline(answer), ...cut].join('\n');
}

function shortenLists(whole: Record<string, unknown>, length: number): Record<string, unknown> {
  const leftOut: Record<string, number> = {};
  const kept = Object.entries(whole).map(([name, value]) => {
    if (!Array.isArray(value) || value.length <= length) return [name, value];
    leftOut[name] = value.length - length;
    return [name, value.slice(0, length)];
  });
  return { ...Object.fromEntries(kept), left_out: leftOut };
}

function countBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
