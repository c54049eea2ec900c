import { z } from 'zod';
import type { CallOptions } from '../../domain/call-options.ts';
import { RETRACTION_STATUSES, type RetractionStatus } from '../../domain/document/document.ts';
import type { RecordSummary } from '../../pubmed/literature-source.ts';
import { toRetractionStatus } from '../../pubmed/records/retraction-status.ts';
import { STATUS_WORDS } from '../status-words.ts';
import type { CorpusServices } from '../tool-context.ts';

const text = z.string().nullable();

/** A record in short, as PubMed's own result lists show it. */
export const summarySchema = z.object({
  pmid: z.string(),
  title: z.string(),
  authors: z.array(z.string()).describe('"Smith JA", in order; groups by their name.'),
  journal: text.describe('Abbreviated title; for a book its title.'),
  journal_title: text,
  published: text.describe('As the journal printed it: "2016", "1998 Dec-1999 Jan".'),
  published_electronically: text,
  volume: text,
  issue: text,
  pages: text,
  doi: text,
  pmcid: text,
  languages: z.array(z.string()),
  publication_types: z.array(z.string()),
  has_abstract: z.boolean(),
  in_corpus: z.boolean().describe('Stored here: rag.search finds it and rag.get reads it.'),
  retraction_status: z.enum(RETRACTION_STATUSES).describe(STATUS_WORDS),
});

/** With what the corpus knows of each, asked for once. */
export async function toSummaryAnswers(
  store: Pick<CorpusServices['store'], 'findLiveStatuses'>,
  summaries: readonly RecordSummary[],
  options: CallOptions,
): Promise<z.output<typeof summarySchema>[]> {
  const held = await store.findLiveStatuses(
    summaries.map(({ pmid }) => pmid),
    options,
  );
  return summaries.map((summary) => toSummaryAnswer(summary, held.get(summary.pmid)));
}

/** PubMed's own word of today stands before that of the stored record, which knows of notices too. */
function toSummaryAnswer(
  summary: RecordSummary,
  held: RetractionStatus | undefined,
): z.output<typeof summarySchema> {
  const types = summary.publicationTypes.map((name) => ({ ui: null, name }));
  const told = toRetractionStatus(types, []);
  const { journalTitle, publishedElectronically, publicationTypes, hasAbstract, ...rest } = summary;
  return {
    ...rest,
    journal_title: journalTitle,
    published_electronically: publishedElectronically,
    publication_types: publicationTypes,
    has_abstract: hasAbstract,
    in_corpus: held !== undefined,
    retraction_status: told === 'none' ? (held ?? 'none') : told,
  };
}
