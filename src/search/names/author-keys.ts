import type { Author } from '../../domain/document/document.ts';
import { foldName, listSpellings } from './fold-name.ts';

/** The record with the most has some 5,000; each passage carries them. */
const MOST_AUTHORS = 1_000;
const MOST_INITIALS = 4;
const MOST_CHARACTERS = 200;
/** Real family names have up to six words: "de la Fuente y Garcia Lopez". */
const MOST_WORDS = 12;
const MOST_GIVEN = 3;
/** Small words of family names: none begins a given name, or ends a family's. */
export const PARTICLES: ReadonlySet<string> = new Set(
  'd de del della der den di da do dos du la le las los van von vom zu zur ter ten el al bin ibn st y e'.split(
    ' ',
  ),
);
/** What stands before family names, and is left out as often as not. */
const BEFORE_FAMILY = (
  'van,van de,van den,van der,van ter,von,von der,vom,zu,zur,de,de la,de las,de los,del,della,di,da,do,dos,du,la,le,ter,ten,' +
  'el,al,bin,ibn'
).split(',');
const SUFFIX = /[\s,](?:Jr|Sr|2nd|3rd|4th)\.?$/u;
/** "SMITH JA JR", "smith ja jr"; those of "Smith JR" and "Garcia Gil JR" are initials. */
const SUFFIX_BEHIND_INITIALS =
  /(?<=[\s,.]\p{Lu}{1,3}[.,]{0,2})\s(?:JR|SR)\.?$|(?<=[\s,.]\p{Ll}{1,3}[.,]{0,2})\s(?:jr|sr)\.?$/u;
/** "de Vos JR" */
const FIRST_OF_THREE = /^(\S+)\s\S+\s\S+$/;
/** "Smith Jr., J.A.", "Smith Jr JA" */
const SUFFIX_WITHIN = /(?<=\p{L}{2})\s(?:Jr|Sr)(?:\.|(?=[\s,]))(?=.)/u;

/**
 * The keys that a document's authors are found by: the family name; that with the first initial, the first
 * two, … as PubMed matches "Smith J" with "Smith JA"; that with the first given name; a group's whole name.
 */
export function toAuthorKeys(authors: readonly Author[]): string[] {
  const keys = authors.slice(0, MOST_AUTHORS).flatMap((author) => {
    if (author.collective_name !== null) return [foldName(author.collective_name.slice(0, MOST_CHARACTERS))];
    const given = foldName(author.fore_name ?? '');
    const initials = readInitials(author.initials, given);
    const [first = ''] = given.split(' ');
    return listSpellings((author.last_name ?? '').slice(0, MOST_CHARACTERS)).flatMap((name) => {
      const family = foldName(name);
      if (family === '') return [];
      const prefixes = Array.from(initials, (_, at) => `${family} ${initials.slice(0, at + 1)}`);
      return [family, ...prefixes, ...(first.length > 1 ? [`${family} ${first}`] : [])];
    });
  });
  return [...new Set(keys)].filter((key) => key !== '');
}

/**
 * The keys that a caller's way to write a name can mean, any of which is enough: "Carbone DP", "Carbone, D.
 * P.", "Carbone D.P.", "David P Carbone", "Carbone David", "Carbone", or a group's name.
 */
export function toAskedAuthorKeys(name: string): string[] {
  return unique(listSpellings(name).flatMap(toKeysOf));
}

/** The same names, and with the small words before them that a caller may have left out. */
export function withParticles(keys: readonly string[]): string[] {
  return keys.flatMap((key) => {
    const isBare = !PARTICLES.has(key.split(' ', 1)[0] ?? '');
    return isBare ? [key, ...BEFORE_FAMILY.map((particle) => `${particle} ${key}`)] : [key];
  });
}

function toKeysOf(name: string): string[] {
  const plain = withoutSuffix(name.slice(0, MOST_CHARACTERS).trim()).replace(/,$/, '');
  const [before = '', after] = splitOnce(plain, ',');
  if (after !== undefined && after.trim() !== '') {
    const [family, given] = [foldName(before), after.trim()];
    return unique([...toGivenKeys(family, given), foldName(plain)]);
  }
  const words = toNameWords(plain).slice(0, MOST_WORDS);
  const whole = foldName(words.join(' '));
  const splits = words.slice(1).flatMap((_, at) => {
    const [first, last] = [words.slice(0, at + 1), words.slice(at + 1)];
    return [...toSplitKeys(first, last), ...toSplitKeys(last, first)];
  });
  return unique([whole, ...splits]);
}

function withoutSuffix(name: string): string {
  const plain = name.replace(SUFFIX_WITHIN, '').replace(SUFFIX, '');
  const [, first = ''] = FIRST_OF_THREE.exec(plain) ?? [];
  return PARTICLES.has(first.toLowerCase()) ? plain : plain.replace(SUFFIX_BEHIND_INITIALS, '');
}

function toSplitKeys(family: readonly string[], given: readonly string[]): string[] {
  const isGiven = given.length <= MOST_GIVEN && !PARTICLES.has(foldName(given[0] ?? ''));
  const isWhole = !PARTICLES.has(foldName(family.at(-1) ?? ''));
  return isGiven && isWhole ? toGivenKeys(foldName(family.join(' ')), given.join(' ')) : [];
}

function toGivenKeys(family: string, given: string): string[] {
  const written = given.trim();
  const folded = foldName(written);
  if (family === '' || folded === '') return [];
  const letters = folded.replaceAll(' ', '');
  // "DP", "D.P.", "D P", "dp": initials. Capitals alone tell "JO" from "Jo".
  const isInitials =
    written === written.toUpperCase() || folded.split(' ').every((word) => word.length === 1);
  if (letters.length <= MOST_INITIALS && isInitials) return [`${family} ${letters}`];
  const [first = ''] = folded.split(' ');
  const short = folded.length <= 2 ? [`${family} ${letters}`] : [];
  return [...short, `${family} ${first}`];
}

/** "Carbone D. P." has its initials in two words, and "Carbone D.P." in one. */
export function toNameWords(name: string): string[] {
  const words = name.trim().split(/\s+/);
  const joined: string[] = [];
  for (const word of words) {
    const before = joined.at(-1);
    const isLetter = /^\p{L}\.?$/u.test(word);
    // "LI Y" begins with a family name.
    const isFamily = joined.length === 1 && /^\p{L}{2}/u.test(before ?? '');
    if (isLetter && before !== undefined && !isFamily && /^(?:\p{L}\.?)+$/u.test(before) && isShort(before)) {
      joined[joined.length - 1] = before + word;
    } else joined.push(word);
  }
  return joined;
}

function isShort(word: string): boolean {
  const letters = word.replaceAll('.', '');
  return letters.length < MOST_INITIALS && (word.includes('.') || letters === letters.toUpperCase());
}

/** NLM's own, else those of the given names; letters alone. */
function readInitials(initials: string | null, given: string): string {
  const own = foldName(initials ?? '').replaceAll(' ', '');
  const made = given
    .split(' ')
    .map((word) => word.slice(0, 1))
    .join('');
  return (own === '' ? made : own).slice(0, MOST_INITIALS);
}

function splitOnce(text: string, sign: string): [string, string?] {
  const at = text.indexOf(sign);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)].filter((key) => key !== '');
}
