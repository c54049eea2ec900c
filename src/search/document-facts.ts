import type { DocumentFacts } from '../domain/chunk.ts';
import type { Citation, NamedUi } from '../domain/document.ts';
import { toPublishedRange } from '../domain/published-range.ts';
import { toFilterKey } from './filter-key.ts';
import { toQualityFacts } from './quality/quality.ts';

/** What the index stores of a document beside its passages, so that a search needs no look-up elsewhere. */
export function toDocumentFacts(citation: Citation): DocumentFacts {
  const { journal, published } = citation;
  const range = toPublishedRange(published);
  return {
    pmid: citation.pmid,
    title: citation.title ?? citation.vernacular_title ?? '',
    journal: journal?.title ?? journal?.iso_abbreviation ?? null,
    year: published.year,
    publishedFrom: range.from,
    publishedTo: range.to,
    journalKeys: toKeys([journal?.title, journal?.iso_abbreviation, journal?.nlm_id]),
    meshKeys: toKeys(citation.mesh.flatMap(namesOf)),
    publicationTypeKeys: toKeys(citation.publication_types.flatMap(namesOf)),
    publicationTypes: citation.publication_types.map(({ name }) => name),
    languages: toKeys(citation.languages),
    retractionStatus: citation.retraction_status,
    quality: JSON.stringify(toQualityFacts(citation)),
  };
}

function toKeys(names: readonly (string | null | undefined)[]): string[] {
  const keys = names.filter((name) => name !== null && name !== undefined).map(toFilterKey);
  return [...new Set(keys)].filter((key) => key !== '');
}

function namesOf({ name, ui }: NamedUi): (string | null)[] {
  return [name, ui];
}
