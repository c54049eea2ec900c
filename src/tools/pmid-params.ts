import { z } from 'zod';
import { findPmid } from '../domain/ids.ts';
import type { PmidProblem } from '../ingest/fetch/explain-missing.ts';
import { MAX_IDS_PER_REQUEST } from '../pubmed/source-limits.ts';

/** A PMID as callers write it, a number too. */
export const pmidParam = z.union([z.string(), z.int()]).transform((value, context) => {
  const pmid = findPmid(String(value));
  if (pmid !== null) return pmid;
  context.addIssue({ code: 'custom', message: 'must be a PMID: one to nine digits, such as 23193287' });
  return z.NEVER;
});

/** One PMID may stand without its list; one that is named twice counts once. */
export const pmidsParam = z
  .preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(pmidParam).min(1).max(MAX_IDS_PER_REQUEST),
  )
  .transform((pmids) => [...new Set(pmids)])
  .describe('PMIDs, at most 200; numbers are taken too.');

export const problemSchema = z.object({
  pmid: z.string(),
  reason: z
    .enum(['not_found', 'deleted', 'merged_into', 'unreadable', 'unanswered'])
    .describe(
      'not_found: PubMed has no such record. deleted: it was withdrawn. merged_into: it is now part of another. ' +
        'unreadable: it is archived and cannot be parsed or indexed. unanswered: PubMed said nothing of it; ask again later.',
    ),
  merged_into: z.string().nullable().describe('The PMID of the record that it went into.'),
});

export function toProblemAnswer({ pmid, reason, mergedInto }: PmidProblem): z.output<typeof problemSchema> {
  return { pmid, reason, merged_into: mergedInto };
}
