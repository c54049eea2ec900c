import { z } from 'zod';
import { findNearestName } from '../../errors/nearest-name.ts';
import { readBy } from '../params/lenient-params.ts';
import { splitNames } from './document-fields.ts';

export const LATEST_QUARANTINED = 100;

const health = z.object({
  state: z.enum(['ok', 'failed']),
  reason: z.string().nullable().describe('What is wrong; null when it is ok.'),
});
export type DependencyHealth = z.output<typeof health>;

const growth = z.array(z.object({ day: z.string(), documents: z.int() }));

/** What is answered where no fields were named. A language or type is null of records that tell none. */
export const wholeStatusSchema = z.object({
  documents: z.int().describe('Books and records without abstract included.'),
  chunks: z.int(),
  by_year: z.array(z.object({ year: z.int(), documents: z.int() })),
  top_journals: z.array(z.object({ journal: z.string(), documents: z.int() })),
  top_languages: z.array(
    z.object({ language: z.string().nullable(), name: z.string().nullable(), documents: z.int() }),
  ),
  top_publication_types: z.array(z.object({ publication_type: z.string().nullable(), documents: z.int() })),
  growth: growth.describe('At the end of the latest days, and of months before.'),
  retracted: z.int(),
  quarantined: z
    .array(z.object({ pmid: z.string().nullable(), reason: z.string(), content_hash: z.string() }))
    .describe(
      `Archived records that could not be read or indexed, newest first, at most ${LATEST_QUARANTINED}.`,
    ),
  quarantined_total: z.int(),
  watermarks: z
    .array(z.object({ term: z.string(), complete_to: z.string() }))
    .describe('Queries synced whole, each with the day at NCBI up to which it is complete.'),
  last_syncs: z.array(
    z.object({
      run_id: z.string(),
      tool: z.string(),
      term: z.string().nullable().describe('The query of a sync; null: it was none.'),
      state: z.enum(['running', 'succeeded', 'failed']),
      started_at: z.string(),
      finished_at: z.string().nullable(),
      progress: z.record(z.string(), z.unknown()),
    }),
  ),
  archive: health,
  index: health.extend({ chunks: z.int().nullable(), embedder: z.string().nullable() }),
});
export type StatusAnswer = z.output<typeof wholeStatusSchema>;

const topic = z.object({
  term: z.string(),
  complete_to: z.string().nullable().describe('As its watermark; null: it was never synced whole.'),
  documents: z.int().nullable().describe('Records that it had brought when it was followed last.'),
  asked_at: z.string().nullable().describe('When NCBI was asked last.'),
  warnings: z.array(z.string()).describe('What NCBI did with it then that you may not have meant.'),
  growth: growth.optional().describe('Of the one that `term` names: its documents by day.'),
});
export type TopicAnswer = z.output<typeof topic>;

export const statusSchema = wholeStatusSchema
  .partial()
  .extend({ topics: z.array(topic).optional().describe('Every query that a sync asked for.') });
export type StatusField = keyof z.output<typeof statusSchema>;

export const WHOLE_STATUS = Object.keys(wholeStatusSchema.shape) as StatusField[];
const FIELDS: readonly string[] = [...WHOLE_STATUS, 'topics'];

export const statusFields = readBy(
  z
    .array(z.string().max(200))
    .max(100)
    .refine((given): given is StatusField[] => given.every((one) => FIELDS.includes(one)), {
      error: ({ input }) => toUnknown(input),
    }),
  splitNames,
)
  .optional()
  .describe('Only these; `topics` comes where named.');

function toUnknown(input: unknown): string {
  const given: unknown[] = Array.isArray(input) ? input : [];
  const unknown = given.find((one) => typeof one === 'string' && !FIELDS.includes(one));
  const near = typeof unknown === 'string' ? findNearestName(unknown, FIELDS) : null;
  const advice = near === null ? '' : ` (did you mean \`${near}\`?)`;
  return `names what is no field${advice}; there are ${FIELDS.join(', ')}`;
}
