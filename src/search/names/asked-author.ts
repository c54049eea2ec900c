import { PARTICLES, toAskedAuthorKeys, toNameWords } from './author-keys.ts';

/** A question that is a person's name and nothing else. */
export interface AskedAuthor {
  /** As the question writes it, without what stands around it. */
  name: string;
  /** As filters take them. */
  keys: string[];
  /** Of publication, where the question names one. */
  year: number | null;
  /** The question says that it is one: "papers by …", "… et al.", "Carbone D.P."; "Brain CT" may be none. */
  isTold: boolean;
}

/** Longer questions are no names. */
const MOST_CHARACTERS = 120;
const BEFORE =
  /^(?:(?:papers?|articles?|publications?|studies|works?|research)\s(?:(?:written|published)\s)?(?:by|of|from)\s|by\s|authors?\s?[:=]\s?)/i;
const AFTER = /\s?(?:\[(?:au|author|fau|1au|lastau)\]|,?\set\sal\.?)$/i;
const YEAR = /^(\D{2,110}?),?\s?\(?((?:19|20)\d\d)\)?$/;
const INITIALS = /^\p{Lu}(?:[.-]?\p{Lu}){0,3}\.?$/u;
const DOTTED = /^(?:\p{Lu}\.-?){1,4}$/u;
const CAPITALISED = /^\p{Lu}[\p{L}'’-]{1,60},?$/u;
const SMALL = /^\p{Ll}[\p{Ll}'’-]{2,40}\s\p{Ll}{1,2}$/u;
/** What stands behind a word and is no initial. */
const NO_INITIALS = new Set(
  'a an as at be by he if in is it me my no of on or so to up us we ii iv vi ix'.split(' '),
);

/** `null` where the question does not read as an author: one name, with a year or without. */
export function readAuthor(question: string): AskedAuthor | null {
  const text = question.trim().replaceAll(/\s+/g, ' ');
  if (text.length > MOST_CHARACTERS) return null;
  const [, beforeYear = text, digits] = YEAR.exec(text) ?? [];
  const name = beforeYear.replace(BEFORE, '').trim().replace(AFTER, '').trim();
  const words = toNameWords(name);
  const isIntroduced = name !== beforeYear.trim();
  const isWithInitials = endsInInitials(words) || (beginsWithInitials(words) && words.length > 1);
  if (!isWithInitials && !isFullName(words, isIntroduced) && !isSmall(name)) return null;
  return {
    name,
    keys: toAskedAuthorKeys(name),
    year: digits === undefined ? null : Number(digits),
    isTold: isIntroduced || (isWithInitials && (name.includes('.') || name.includes(','))),
  };
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
