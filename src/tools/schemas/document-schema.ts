import { z } from 'zod';
import { RETRACTION_STATUSES } from '../../domain/document/document.ts';
import { STATUS_WORDS } from '../status-words.ts';

const text = z.string().nullable();
const section = z.object({
  label: text.describe('As upstream wrote it, "UNLABELLED" too.'),
  category: text,
  text: z.string(),
});
const abstract = z.object({ text: z.string(), sections: z.array(section) });
const author = z.object({
  last_name: text,
  fore_name: text,
  initials: text,
  suffix: text,
  collective_name: text.describe('A group; then the other names are null.'),
  orcid: text,
  affiliations: z.array(z.string()),
  misspelt: z.boolean().optional(),
});
const namedUi = z.object({ ui: text, name: z.string() });

/** The normalised document as every tool answers it. Absent facts are `null` or empty, never guessed. */
export const documentSchema = z.object({
  doc_id: z.string(),
  pmid: z.string(),
  version: z.int().describe("NLM's PMID Version; almost always 1."),
  revision: z.int().describe('Counts the contents that the corpus has had of it, from 1.'),
  kind: z.enum(['article', 'book']),
  title: text,
  vernacular_title: text,
  abstract: abstract.nullable(),
  other_abstracts: z.array(abstract.extend({ language: text })),
  authors: z.array(author),
  authors_complete: z.boolean().optional(),
  book: z
    .object({
      edition: text,
      editors: z.array(author),
      isbn: text,
      medium: text,
      publisher: text,
      publisher_location: text,
      years: text,
    })
    .optional()
    .describe('Of a book, or of the book around a chapter.'),
  journal: z
    .object({
      title: text,
      iso_abbreviation: text,
      issn: text,
      nlm_id: text,
      volume: text,
      issue: text,
      pages: text,
    })
    .nullable(),
  article_number: z.string().optional(),
  published: z.object({
    verbatim: text,
    year: z.int().nullable(),
    month: z.int().nullable(),
    day: z.int().nullable(),
    precision: z.enum(['day', 'month', 'season', 'year']).nullable(),
  }),
  // Facts that few records have: absent where there is nothing to say.
  published_online: z.string().optional(),
  publication_model: z.string().optional(),
  ahead_of_print: z.boolean().optional(),
  entrez_date: text,
  revised_on: text,
  languages: z.array(z.string()),
  publication_types: z.array(namedUi),
  mesh: z.array(
    namedUi.extend({ major: z.boolean(), qualifiers: z.array(namedUi.extend({ major: z.boolean() })) }),
  ),
  chemicals: z.array(namedUi.extend({ registry_number: text })),
  keywords: z.array(z.string()),
  grants: z.array(z.object({ id: text, agency: text, country: text })),
  ids: z.record(z.string(), z.string()).describe("The record's own ids by type: doi, pmc, pii, …"),
  references: z.array(z.object({ citation: text, pmid: text, doi: text })),
  corrections: z.array(z.object({ type: z.string(), pmid: text, citation: text })),
  retraction_status: z.enum(RETRACTION_STATUSES).describe(STATUS_WORDS),
  archive: z.object({
    s3_uri: z.string().describe('Where the raw record lies, byte for byte as upstream sent it.'),
    content_hash: z.string().describe('SHA-256 of those bytes.'),
    fetched_at: z.string(),
  }),
});
