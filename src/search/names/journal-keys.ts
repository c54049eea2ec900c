import type { Journal } from '../../domain/document/document.ts';
import { isAscii } from '../words/fold-text.ts';

const ISSN = /^(?:e?issn|e-issn)?\s{0,3}:?\s{0,3}(\d{4})-?(\d{3}[\dx])$/i;

const EACH_ISSN = /(?<![\p{L}\p{N}-])(issn:?\s?)?(\d{4}-\d{3}[\dX])(?![\p{L}\p{N}-])/giu;
/** "1951-2015", which one in eleven has the check digit of an ISSN. */
const YEARS = /^(?:1[89]|20)\d\d-(?:1[89]|20)\d\d$/;

/** What of a question is an ISSN by its check digit, and no years. */
export function readIssns(question: string): string[] {
  return Array.from(question.matchAll(EACH_ISSN), ([, label, issn = '']) => ({
    label,
    issn: issn.toUpperCase(),
  }))
    .filter(({ label, issn }) => hasCheckDigit(issn) && (label !== undefined || !YEARS.test(issn)))
    .map(({ issn }) => issn);
}

/** https://www.issn.org/understanding-the-issn/assignment-rules/issn-manual/: weights 8 to 2, modulus 11. */
function hasCheckDigit(issn: string): boolean {
  const signs = [...issn.replace('-', '')];
  const sum = signs.reduce((total, sign, at) => total + (sign === 'X' ? 10 : Number(sign)) * (8 - at), 0);
  return sum % 11 === 0;
}

/**
 * The keys that a journal is found by: its title whole, without what stands behind " : " or in parentheses,
 * its ISO abbreviation, ISSN and NLM id.
 */
export function toJournalKeys(journal: Journal | null): string[] {
  if (journal === null) return [];
  const { title, iso_abbreviation, issn, nlm_id } = journal;
  return [title, toShortTitle(title), iso_abbreviation, issn, nlm_id].flatMap((name) =>
    name == null ? [] : toJournalKey(name),
  );
}

/**
 * The form in which names of journals are compared: lower case, without a leading "The", with "and" for "&",
 * without full stops and commas, white space collapsed; an ISSN with its hyphen.
 */
export function toJournalKey(name: string): string {
  const [, first, second] = ISSN.exec(name.trim()) ?? [];
  if (first !== undefined && second !== undefined) return `${first}-${second}`.toLowerCase();
  return (isAscii(name) ? name : name.normalize('NFKC'))
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[.,:;]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/^the /, '');
}

function toShortTitle(title: string | null): string | null {
  const [before = ''] = title?.split(' : ') ?? [];
  const open = before.trimEnd().endsWith(')') ? before.lastIndexOf('(') : -1;
  return open > 0 ? before.slice(0, open) : before;
}
