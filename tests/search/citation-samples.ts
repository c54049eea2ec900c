import type { AbstractSection, Citation } from '../../src/domain/document/document.ts';
import { findPmid, toDocId } from '../../src/domain/ids.ts';

/** A citation with nothing in it but what is given. */
export function toCitation({
  pmid: number = 1,
  ...given
}: Omit<Partial<Citation>, 'pmid'> & { pmid?: number }): Citation {
  const pmid = findPmid(String(number));
  if (pmid === null) throw new TypeError(`no PMID: ${number}`);
  return {
    doc_id: toDocId(pmid),
    pmid,
    version: 1,
    kind: 'article',
    title: null,
    vernacular_title: null,
    abstract: null,
    other_abstracts: [],
    authors: [],
    journal: null,
    published: { verbatim: null, year: null, month: null, day: null, precision: null },
    entrez_date: null,
    revised_on: null,
    languages: [],
    publication_types: [],
    mesh: [],
    chemicals: [],
    keywords: [],
    grants: [],
    ids: {},
    references: [],
    corrections: [],
    retraction_status: 'none',
    ...given,
  };
}

export function toAbstract(
  ...sections: (string | [label: string, text: string])[]
): NonNullable<Citation['abstract']> {
  const pieces = sections.map((section): AbstractSection => {
    const [label, text] = typeof section === 'string' ? [null, section] : section;
    return { label, category: null, text };
  });
  return { text: pieces.map(({ text }) => text).join('\n\n'), sections: pieces };
}

export function named(...names: string[]): { ui: string | null; name: string }[] {
  return names.map((name) => ({ ui: null, name }));
}

export function headings(...names: string[]): Citation['mesh'] {
  return named(...names).map((name) => ({ ...name, major: false, qualifiers: [] }));
}
