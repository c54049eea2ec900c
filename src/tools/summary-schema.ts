import { z } from 'zod';
import type { RecordSummary } from '../pubmed/literature-source.ts';

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
});

export function toSummaryAnswer(summary: RecordSummary): z.output<typeof summarySchema> {
  const { journalTitle, publishedElectronically, publicationTypes, hasAbstract, ...rest } = summary;
  return {
    ...rest,
    journal_title: journalTitle,
    published_electronically: publishedElectronically,
    publication_types: publicationTypes,
    has_abstract: hasAbstract,
  };
}
