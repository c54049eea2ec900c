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
  /** NLM's, without full stops, spaces and hyphens: "JA". */
  initials: string | null;
  /** As NLM has it: "Jr", "3rd". */
  suffix: string | null;
}

/**
 * Who wrote a work, once each: a misspelt form of a name stands in the record beside the right one. Where it
 * has no right one, the misspelt forms are all that it tells.
 */
export function readAuthors({ authors }: Pick<Citation, 'authors'>): { name: Name; author: Author }[] {
  const right = authors.filter(({ misspelt }) => misspelt !== true);
  return (right.length > 0 ? right : authors).flatMap((author) => {
    const name = toName(author);
    return name === null ? [] : [{ name, author }];
  });
}

/** NLM writes what a publisher sends as a numeral as an ordinal (Citing Medicine, chapter 1). */
const ORDINALS: Readonly<Record<string, string>> = { II: '2nd', III: '3rd', IV: '4th', V: '5th', VI: '6th' };

/** `null` for an entry that names nobody: without any letter, or nothing but initials. */
function toName(author: Author): Name | null {
  const { last_name: family, fore_name, initials, collective_name: group } = author;
  if (group !== null) return isNaming(group) ? { kind: 'group', name: group.replace(/\.$/, '') } : null;
  const suffix = author.suffix === null ? null : toSuffix(author.suffix);
  // Who has one name alone has it for a family name, wherever the record puts it.
  if (family === null || !isNaming(family))
    return fore_name === null || !isNaming(fore_name)
      ? null
      : { kind: 'person', family: fore_name, given: null, initials: null, suffix };
  const own = initials === null ? null : initials.replace(/[\s.‐‑-]+/gu, '') || null;
  const given = fore_name ?? (initials === null ? null : toGiven(initials));
  return { kind: 'person', family, given, initials: own ?? toInitials(given), suffix };
}

function isNaming(name: string): boolean {
  return /[\p{L}\p{N}]/u.test(name);
}

function toSuffix(suffix: string): string {
  const bare = suffix.replace(/\.$/, '');
  return ORDINALS[bare] ?? bare;
}

/** "JP" → "J P", "J.-P." and "J-P" → "J-P". */
function toGiven(initials: string): string | null {
  const pieces = initials.split(/[\s.]+/u).flatMap((piece) => (isHyphened(piece) ? [piece] : [...piece]));
  const joined = pieces.join(' ').replaceAll(/ ?([‐‑-]) ?/gu, '$1');
  return isNaming(joined) ? joined : null;
}

function isHyphened(piece: string): boolean {
  return /[‐‑-]/u.test(piece);
}

/** "Jean-Luc A" → "JLA". */
function toInitials(given: string | null): string | null {
  if (given === null) return null;
  const letters = listWords(given).flatMap((word) => word.split(/[‐‑-]/u).map(findInitial));
  return letters.join('') || null;
}

/** The words of a given name, without a name in use: "Jane (Janie) A" → "Jane", "A". */
export function listWords(given: string): string[] {
  return given
    .replace(/\([^()]*\)|["“][^"“”]*["”]/gu, ' ')
    .split(/[\s.]+/)
    .filter(isNaming);
}

/** "jane" → "J", "’Abd" → "A"; "" for what has no letter. */
export function findInitial(piece: string): string {
  return /[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{N}]/u.exec(piece)?.[0].toUpperCase() ?? '';
}
