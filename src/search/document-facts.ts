import { toPublishedRange } from '../domain/calendar/published-range.ts';
import { cutText } from '../domain/cut-text.ts';
import type { DocumentFacts } from '../domain/document/chunk.ts';
import type { Citation, NamedUi } from '../domain/document/document.ts';
import { toDocumentTerms } from './document-terms.ts';
import { toFilterKey } from './filter-key.ts';
import { toAuthorKeys } from './names/author-keys.ts';
import { toJournalKeys } from './names/journal-keys.ts';
import { toIdKeys } from './names/record-ids.ts';
import { toQualityFacts } from './quality/quality.ts';

/**
 * Every passage carries these, so they are cut to far more than any real record has: 70 headings, a title of
 * 1,500 characters.
 */
const MOST_CHARACTERS = 2_000;
const MOST_NAMES = 300;
const MOST_NAME_CHARACTERS = 500;

/** What the index stores of a document beside its passages, so that a search needs no look-up elsewhere. */
export function toDocumentFacts(citation: Citation): DocumentFacts {
  const { journal, published } = citation;
  const range = toPublishedRange(published);
  const journalName = journal?.title ?? journal?.iso_abbreviation ?? null;
  return {
    pmid: citation.pmid,
    title: cutText(citation.title ?? citation.vernacular_title ?? '', MOST_CHARACTERS),
    journal: journalName === null ? null : cutText(journalName, MOST_NAME_CHARACTERS),
    year: published.year,
    publishedFrom: range.from,
    publishedTo: range.to,
    journalKeys: [...new Set(toJournalKeys(journal))].map((key) => key.slice(0, MOST_NAME_CHARACTERS)),
    authorKeys: toAuthorKeys(citation.authors),
    idKeys: toIdKeys(citation),
    terms: toDocumentTerms(citation),
    meshKeys: toKeys(citation.mesh.flatMap(namesOf)),
    publicationTypeKeys: toKeys(citation.publication_types.flatMap(namesOf)),
    publicationTypes: citation.publication_types
      .slice(0, MOST_NAMES)
      .map(({ name }) => cutText(name, MOST_NAME_CHARACTERS)),
    languages: toKeys(citation.languages),
    retractionStatus: citation.retraction_status,
    quality: JSON.stringify(toQualityFacts(citation)),
  };
}

function toKeys(names: readonly (string | null | undefined)[]): string[] {
  const keys = names
    .filter((name) => name !== null && name !== undefined)
    .map((name) => toFilterKey(name.slice(0, MOST_NAME_CHARACTERS)));
  return [...new Set(keys)].filter((key) => key !== '').slice(0, MOST_NAMES);
}

function namesOf({ name, ui }: NamedUi): (string | null)[] {
  return [name, ui];
}
