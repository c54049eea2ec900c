import type { Citation } from '../domain/document/document.ts';

/** The record with the most has some 100 of one kind. */
const MOST_TERMS = 300;
const MOST_CHARACTERS = 500;

/**
 * What a document is found by beside its title and its passages, a line each: MeSH descriptors, chemicals,
 * keywords, groups that wrote it, and its title in its own language. Nothing of it is embedded or shown.
 */
export function toDocumentTerms(citation: Citation): string {
  const { mesh, chemicals, keywords, authors, title, vernacular_title } = citation;
  const terms = [
    ...mesh.map(({ name }) => name),
    ...chemicals.map(({ name }) => name),
    ...keywords,
    ...authors.map(({ collective_name }) => collective_name),
    title === null ? null : vernacular_title,
  ];
  const byKey = new Map<string, string>();
  for (const term of terms) {
    const shown = term?.replaceAll(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS) ?? '';
    if (shown !== '' && !byKey.has(shown.toLowerCase())) byKey.set(shown.toLowerCase(), shown);
  }
  return [...byKey.values()].slice(0, MOST_TERMS).join('\n');
}
