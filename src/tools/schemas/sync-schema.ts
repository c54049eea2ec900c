import { z } from 'zod';
import { collapseTerm } from '../../pubmed/queries/query-check.ts';
import { putCounts } from './counts-schema.ts';

/** In one form however its white space is written, so that the same query is the same job. */
export const syncTerm = z
  .string()
  .overwrite(collapseTerm)
  .min(1)
  .max(10_000)
  .describe('A query in PubMed’s own language: \'glioblastoma[mh] AND "car-t"[tiab]\'.');

export const syncLimit = z
  .int()
  .min(1)
  .optional()
  .describe('At most so many records. A run that it cuts short moves no watermark.');

/** What every sync answers. */
export const syncAnswer = z.object({
  run_id: z.string(),
  term: z.string().describe('With white space collapsed, as it names the watermark.'),
  query_translation: z.string().describe('The query as NCBI understood it.'),
  warnings: z.array(z.string()).describe('What NCBI did with the query that you may not have meant.'),
  total: z.int().describe('How many records match in all.'),
  found: z.int().describe('Records of this run; archived + skipped + failed.'),
  ...putCounts,
  failed: z.int().describe('Records that cannot be read or indexed, and those that NCBI did not deliver.'),
  deleted: z.int().describe('Documents that left because NCBI deleted or merged them.'),
  truncated: z.boolean().describe('The limit cut the run short.'),
  resumed: z.boolean().describe('It went on where an earlier run of the same request was stopped.'),
  watermark: z.string().nullable().describe('The query is complete up to this day at NCBI; null: not yet.'),
  problems: z.array(z.object({ pmid: z.string().nullable(), reason: z.string() })),
  manifest: z.string().describe('Where the manifest of the run lies.'),
  duration_ms: z.int(),
});

type SyncFacts = Pick<
  z.output<typeof syncAnswer>,
  'term' | 'query_translation' | 'warnings' | 'total' | 'truncated' | 'watermark'
>;

/** The answer of a run; its facts are held to the tool's schema there. */
export function toSyncAnswer({
  parts: _,
  facts,
  problems,
  ...counts
}: Omit<z.output<typeof syncAnswer>, keyof SyncFacts | 'resumed' | 'problems'> & {
  parts: unknown;
  facts: Record<string, unknown>;
  problems: { pmid: string | null; reason: string }[];
}) {
  return {
    ...counts,
    resumed: false,
    ...(facts as SyncFacts), // runTool checks the whole answer
    problems: problems.map(({ pmid, reason }) => ({ pmid, reason })),
  };
}
