import type { Name } from '../../src/citing/name.ts';
import type { Work } from '../../src/citing/work.ts';

/** What the tests ask of an item of CSL, as others make it. */
export interface CslItem {
  id: string;
  author?: CslName[];
  title?: string;
  volume?: string;
  issue?: string;
  page?: string;
  DOI?: string;
  abstract?: string;
  issued?: { 'date-parts'?: number[][] };
}

export type CslName = Partial<
  Record<'literal' | 'family' | 'given' | 'non-dropping-particle' | 'dropping-particle', string>
>;

/** Whole names of groups, family names with their particles; readers part them as they like. */
export function toFamilies(names: readonly CslName[] = []): string[] {
  const families = names.map((name) => {
    const particles = [name['dropping-particle'], name['non-dropping-particle']];
    return toPlain(name.literal ?? [...particles, name.family].filter(Boolean).join(' '));
  });
  return families.at(-1) === 'others' ? families.slice(0, -1) : families;
}

/** The authors; an edited book has none. */
export function toWorkFamilies({ authors, book }: Work): string[] {
  return book?.isEdited ? [] : authors.map((name) => toPlain(toFamily(name)));
}

function toFamily(name: Name): string {
  return name.kind === 'group' ? name.name : name.family;
}

/**
 * Without what TeX's notation does not tell apart: dashes, quotes, kinds of spaces, what is raised or
 * lowered.
 */
export function toPlain(text: string): string {
  return (
    text
      .replace(/<\/?\w+[^>]*>/g, '')
      .normalize('NFKD')
      // A comma below, which BibTeX has as a cedilla.
      .replaceAll('\u0326', '\u0327')
      .replaceAll('⍺', 'α')
      .replace(/[‐-―−-]+/g, '-')
      .replace(/[‘’ʼ′`']+/g, "'")
      .replace(/[“”„"″]|''/g, "'")
      .replace(/[\s{}_^$\u00ad\u200b-\u200f\ufeff]/g, '')
  );
}
