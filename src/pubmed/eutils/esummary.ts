import { z } from 'zod';
import { findPmid, type Pmid } from '../../domain/ids.ts';
import type { RecordSummary, SummaryAnswer, SummaryProblem } from '../literature-source.ts';
import { parseJsonBody } from './json-body.ts';
import { decodeSummaryText } from './summary-text.ts';
import { malformed } from './upstream-fault.ts';

const text = z.string().default('');
const summaryEntry = z.looseObject({
  uid: text,
  error: text,
  title: text,
  booktitle: text,
  authors: z.array(z.looseObject({ name: text })).default([]),
  source: text,
  fulljournalname: text,
  pubdate: text,
  epubdate: text,
  volume: text,
  issue: text,
  pages: text,
  lang: z.array(z.string()).default([]),
  pubtype: z.array(z.string()).default([]),
  articleids: z.array(z.looseObject({ idtype: text, value: text })).default([]),
  attributes: z.array(z.string()).default([]),
});
const esummaryBody = z.looseObject({
  result: z.looseObject({ uids: z.array(z.string()) }),
});

/** Every PMID of `asked` is either a summary or a problem of the answer. */
export function parseSummaryAnswer(body: Uint8Array, asked: readonly Pmid[]): SummaryAnswer {
  const { result } = parseJsonBody(body, esummaryBody);
  const answer: SummaryAnswer = { summaries: [], problems: [] };
  for (const pmid of asked) {
    const entry = result[pmid];
    const parsed = entry === undefined ? null : summaryEntry.safeParse(entry);
    if (parsed?.success === false)
      throw malformed(`the summary of PMID ${pmid} has another shape than expected`);
    const problem = findProblem(pmid, parsed?.data ?? null);
    if (problem !== null) answer.problems.push(problem);
    else if (parsed !== null) answer.summaries.push(toSummary(pmid, parsed.data));
  }
  return answer;
}

function findProblem(pmid: Pmid, entry: z.infer<typeof summaryEntry> | null): SummaryProblem | null {
  if (entry === null) return { pmid, reason: 'unanswered', mergedInto: null };
  // A record that went into another answers under the survivor's uid.
  const survivor = findPmid(entry.uid);
  if (survivor !== null && survivor !== pmid) return { pmid, reason: 'merged', mergedInto: survivor };
  if (entry.error === '') return null;
  const named = entry.error.split(/merged|replaced/i, 2)[1]?.match(/\d+/)?.[0];
  const mergedInto = named === undefined ? null : findPmid(named);
  return { pmid, reason: mergedInto === null ? 'absent' : 'merged', mergedInto };
}

function toSummary(pmid: Pmid, entry: z.infer<typeof summaryEntry>): RecordSummary {
  const idOf = (type: string) => orNull(entry.articleids.find(({ idtype }) => idtype === type)?.value);
  return {
    pmid,
    title: decodeSummaryText(entry.title || entry.booktitle),
    authors: entry.authors.map(({ name }) => decodeSummaryText(name)),
    journal: orNull(decodeSummaryText(entry.source || entry.booktitle)),
    journalTitle: orNull(decodeSummaryText(entry.fulljournalname || entry.booktitle)),
    published: orNull(entry.pubdate),
    publishedElectronically: orNull(entry.epubdate),
    volume: orNull(entry.volume),
    issue: orNull(entry.issue),
    pages: orNull(entry.pages),
    doi: idOf('doi'),
    pmcid: idOf('pmc'),
    languages: entry.lang,
    publicationTypes: entry.pubtype.map(decodeSummaryText),
    hasAbstract: entry.attributes.includes('Has Abstract'),
  };
}

function orNull(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}
