import { z } from 'zod';
import { readPmid, toDocId } from '../../domain/ids.ts';
import type { PmidProblem } from '../../ingest/fetch/explain-missing.ts';
import { MAX_IDS_PER_REQUEST } from '../../pubmed/source-limits.ts';
import { readBy } from './lenient-params.ts';

const HOW_TO_FIND = 'pubmed.search finds one by DOI, PMCID or title';
const NO_PMID = `must be a PMID: one to nine digits, such as 23193287; ${HOW_TO_FIND}`;
const ONE_PAPER = 'must be one paper, "pmid:" and a PMID; pubmed.get reads several';
/** Nothing but PMIDs, with white space, commas or semicolons between them. */
const SEVERAL = /^\s*(?:pmid:)?\d+(?:[\s,;]+(?:pmid:)?\d+)+[\s,;]*$/i;

/** A PMID as callers write it: a number, "PMID: 7" and an address of PubMed too. */
export const pmidParam = z.union([z.string(), z.int()]).transform((value, context) => {
  const pmid = readPmid(String(value));
  if (pmid !== null) return pmid;
  context.addIssue({ code: 'custom', message: NO_PMID });
  return z.NEVER;
});

/** At most so many; a text may hold several, and one that is named twice counts once. */
export function toPmidList({ least = 0, most }: { least?: number; most: number }) {
  const list = readBy(z.array(pmidParam).min(least).max(most), splitTexts);
  return list.transform((pmids) => [...new Set(pmids)]);
}

export const pmidsParam = toPmidList({ least: 1, most: MAX_IDS_PER_REQUEST }).describe('PMIDs, at most 200.');

/** `pmid:` and a PMID, however it is written. */
export const docIdParam = readBy(
  z
    .string({ error: ({ input }) => (Array.isArray(input) ? ONE_PAPER : undefined) })
    .trim()
    .min(1)
    .max(200),
  toText,
).transform((text, context) => {
  const pmid = readPmid(text);
  if (pmid !== null) return toDocId(pmid);
  context.addIssue({
    code: 'custom',
    message: `must be "pmid:" and a PMID, such as "pmid:23193287"; ${HOW_TO_FIND}`,
  });
  return z.NEVER;
});

/** "7, 8" and "7 8" are two. */
function splitTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap(splitText);
  return typeof value === 'string' && !value.trimStart().startsWith('[') ? splitText(value) : value;
}

function splitText(one: unknown): unknown {
  if (typeof one !== 'string' || !SEVERAL.test(one)) return one;
  return one.split(/[\s,;]+/).filter((piece) => piece !== '');
}

function toText(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : value;
}

export const problemSchema = z.object({
  pmid: z.string(),
  reason: z
    .enum(['not_found', 'deleted', 'merged_into', 'unreadable', 'unanswered', 'not_in_checkpoint'])
    .describe(
      'not_found: PubMed has no such record. deleted: it was withdrawn. merged_into: it is now part of another. ' +
        'unreadable: it is archived and cannot be parsed or indexed. unanswered: PubMed said nothing of it; ask again later. ' +
        'not_in_checkpoint: the checkpoint does not hold it.',
    ),
  merged_into: z.string().nullable().describe('The PMID of the record that it went into.'),
});

export function toProblemAnswer({
  pmid,
  reason,
  mergedInto,
}: Omit<PmidProblem, 'reason'> & Pick<z.output<typeof problemSchema>, 'reason'>): z.output<
  typeof problemSchema
> {
  return { pmid, reason, merged_into: mergedInto };
}
