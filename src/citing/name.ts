import type { Author } from '../domain/document.ts';

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

/** `null` for an entry that names nobody. */
export function toName(author: Author): Name | null {
  const { last_name: family, fore_name, initials, suffix, collective_name: group } = author;
  if (group !== null) return { kind: 'group', name: group.replace(/\.$/, '') };
  if (family === null) return null;
  const given = fore_name ?? (initials === null ? null : [...initials].join(' '));
  return { kind: 'person', family, given, initials: initials ?? toInitials(given), suffix };
}

/** "Jean-Luc A" → "JLA". */
function toInitials(given: string | null): string | null {
  if (given === null) return null;
  const letters = given.split(/[\s.-]+/).map((part) => [...part][0]?.toUpperCase() ?? '');
  return letters.join('') || null;
}
