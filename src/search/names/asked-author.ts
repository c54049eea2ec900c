import { PARTICLES, toAskedAuthorKeys, toNameWords } from './author-keys.ts';

/** A question that is the name of a person, or of several, and nothing else. */
export interface AskedAuthors {
  /** Of each, the keys that filters take; a paper is wanted that is by all of them. */
  keys: string[][];
  /** Of publication, where the question names one. */
  year: number | null;
  /**
   * The question says that it is a name: "papers by …", "… et al.", "Carbone D.P.", several names; "Brain
   * CT" may be none.
   */
  isTold: boolean;
}

/** Longer questions are no names. */
const MOST_CHARACTERS = 120;
const BEFORE =
  /^(?:(?:papers?|articles?|publications?|studies|works?|research)\s(?:(?:written|published)\s)?(?:by|of|from)\s|by\s|authors?\s?[:=]\s?)/i;
const AFTER = /\s?(?:\[(?:au|author|fau|1au|lastau)\]|,?\set\sal\.?)$/i;
const YEAR = /^(\D{2,110}?),?\s?\(?((?:19|20)\d\d)\)?$/;
const BETWEEN = /\s?;\s?|,?\s(?:and|&)\s/i;
const BETWEEN_OR_COMMA = /\s?;\s?|,?\s(?:and|&)\s|,\s?/i;
const INITIALS = /^\p{Lu}(?:[.-]?\p{Lu}){0,3}\.?$/u;
const DOTTED = /^(?:\p{Lu}\.-?){1,4}$/u;
const CAPITALISED = /^\p{Lu}[\p{L}'’-]{1,60},?$/u;
const SMALL = /^\p{Ll}[\p{Ll}'’-]{2,40}\s\p{Ll}{1,2}$/u;
/** What stands behind a word and is no initial. */
const NO_INITIALS = new Set(
  'a an as at be by he if in is it me my no of on or so to up us we ii iv vi ix'.split(' '),
);

/** An author and what is asked of his papers: "Smith J diabetes", "asthma in children Smith JA". */
export interface AskedAuthorTopic {
  /** As `AskedAuthors.keys`, of the one. */
  keys: string[];
  topic: string;
}

/** Family names of up to so many words stand before the initials. */
const MOST_NAME_WORDS = 4;

/**
 * `null` where no name with initials begins or ends the question. "Vitamin D deficiency" reads as one too:
 * whether there is such an author, the index knows.
 */
export function readAuthorTopic(question: string): AskedAuthorTopic | null {
  const text = question.trim().replaceAll(/\s+/g, ' ');
  if (text.length > MOST_CHARACTERS) return null;
  const words = text.split(' ');
  for (let length = Math.min(MOST_NAME_WORDS, words.length - 1); length > 1; length -= 1) {
    for (const [name, rest] of [
      [words.slice(0, length), words.slice(length)],
      [words.slice(-length), words.slice(0, -length)],
    ] as const) {
      if (!endsInInitials(name)) continue;
      return { keys: toAskedAuthorKeys(name.join(' ')), topic: rest.join(' ') };
    }
  }
  return null;
}

/** `null` where the question does not read as authors: names alone, with a year or without. */
export function readAuthors(question: string): AskedAuthors | null {
  const text = question.trim().replaceAll(/\s+/g, ' ');
  if (text.length > MOST_CHARACTERS) return null;
  const [, beforeYear = text, digits] = YEAR.exec(text) ?? [];
  const year = digits === undefined ? null : Number(digits);
  const written = beforeYear.replace(BEFORE, '').trim().replace(AFTER, '').trim();
  const isIntroduced = written !== beforeYear.trim();
  const names = splitNames(written);
  if (names !== null) return { keys: names.map(toAskedAuthorKeys), year, isTold: true };
  const words = toNameWords(written);
  const isWithInitials = hasInitials(words);
  if (!isWithInitials && !isFullName(words, isIntroduced) && !isSmall(written)) return null;
  const isPunctuated = isWithInitials && (written.includes('.') || written.includes(','));
  return { keys: [toAskedAuthorKeys(written)], year, isTold: isIntroduced || isPunctuated };
}

/**
 * "Smith JA, Jones B and Doe J", "Smith, J.; Jones, B."; `null` where they are not several, or one of them
 * has no initials: a list of topics has none.
 */
function splitNames(written: string): string[] | null {
  for (const between of [BETWEEN, BETWEEN_OR_COMMA]) {
    const names = written.split(between).map((name) => name.trim());
    if (names.length > 1 && names.every(isOneOfSeveral)) return names;
  }
  return null;
}

/** A comma in it stands before the initials: "Smith JA, Jones B" is not one. */
function isOneOfSeveral(name: string): boolean {
  const words = toNameWords(name);
  if (words.slice(0, -2).some((word) => word.endsWith(','))) return false;
  return hasInitials(words) || isSmall(name);
}

function hasInitials(words: readonly string[]): boolean {
  return endsInInitials(words) || (beginsWithInitials(words) && words.length > 1);
}

/** "Carbone DP", "de la Cruz M", "Müller-Schmidt, K." */
function endsInInitials(words: readonly string[]): boolean {
  return INITIALS.test(words.at(-1) ?? '') && isFamily(words.slice(0, -1));
}

/** "D.P. Carbone"; without the stops it is "DP Carbone", which may as well be "MR Imaging". */
function beginsWithInitials([first = '', ...rest]: readonly string[]): boolean {
  return DOTTED.test(first) && isFamily(rest);
}

/** "David Carbone", "Carbone, David P."; one word alone only where the question says that it is a name. */
function isFullName(words: readonly string[], isIntroduced: boolean): boolean {
  const named = INITIALS.test(words.at(-1) ?? '') && words.length > 2 ? words.slice(0, -1) : words;
  return named.length <= 4 && named.length > (isIntroduced ? 0 : 1) && isFamily(named);
}

function isFamily(words: readonly string[]): boolean {
  const last = words.at(-1) ?? '';
  return (
    CAPITALISED.test(last) &&
    words.every((word) => CAPITALISED.test(word) || PARTICLES.has(word.toLowerCase()))
  );
}

/** "carbone dp", as people type. */
function isSmall(name: string): boolean {
  return SMALL.test(name) && !NO_INITIALS.has(name.split(' ')[1] ?? '');
}
