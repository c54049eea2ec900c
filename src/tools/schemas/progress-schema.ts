import { z } from 'zod';
import type { Progress } from '../../ingest/runs/progress.ts';

const count = z.number().catch(0);

/** Reads what a job's row keeps of its progress. A job of a short tool tells nothing of all this. */
export const progressSchema = z.object({
  found: count,
  fetched: count,
  archived: count,
  skipped: count,
  indexed: count,
  failed: count,
  pct: count,
  message: z.string().catch(''),
}) satisfies z.ZodType<Progress>;
