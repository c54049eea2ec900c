import type { Author, Citation } from '../domain/document/document.ts';

export type Name = GroupName | PersonName;

export interface GroupName {
  kind: 'group';
  name: string;
}

export interface PersonName {
  kind: 'person';
  family: string;
  /** As full as the record has it: "Jan A", or initials "J A". */
  given: string | null;
  /** NLM's, without full stops and spaces: "JA". */
  initials: string | null;
  /** "Jr", "3rd". */
  suffix: string | null;
}

/** Who wrote a work, once each: a misspelt form of a name stands in the record beside the right one. */
export function readAuthors({ authors }: Pick<Citation, 'authors'>): { name: Name; author: Author }[] {
  return authors.flatMap((author) => {
    const name = author.misspelt === true ? null : toName(author);
    return name === null ? [] : [{ name, author }];
  });
}

/** `null` for an entry that names nobody. */
function toName(author: Author): Name | null {
  const { last_name: family, fore_name, initials, suffix, collective_name: group } = author;
  if (group !== null) return { kind: 'group', name: group.replace(/\.$/, '') };
  // Who has one name alone has it for a family name, wherever the record puts it.
  if (family === null)
    return fore_name === null
      ? null
      : { kind: 'person', family: fore_name, given: null, initials: null, suffix };
  const given = fore_name ?? (initials === null ? null : [...initials].join(' '));
  return { kind: 'person', family, given, initials: initials ?? toInitials(given), suffix };
}

/** "Jean-Luc A" → "JLA". */
function toInitials(given: string | null): string | null {
  if (given === null) return null;
  const letters = given.split(/[\s.-]+/).map((piece) => [...piece][0]?.toUpperCase() ?? '');
  return letters.join('') || null;
}
