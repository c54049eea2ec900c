import { isInitial } from '../words/genera.ts';
import { type AskedYears, takeYear } from './asked-year.ts';
import { PARTICLES, toAskedAuthorKeys, toNameWords } from './author-keys.ts';
import { endsInSmallInitials, isSmallFamily, isSmallName } from './small-names.ts';
import { readTaggedAuthors, type TaggedAuthors } from './tagged-authors.ts';

/** A question that is the name of a person, or of several, and nothing else. */
export interface AskedAuthors {
  /** Of each, the keys that filters take; a paper is wanted that is by all of them. */
  keys: string[][];
  /** Of publication, where the question names any. */
  years: AskedYears | null;
  /**
   * The question says that it is a name: "papers by …", "… et al.", "Carbone D.P.", "de Boer A", several
   * names; "Brain CT" may be none.
   */
  isTold: boolean;
}

/** Longer questions are no names. */
const MOST_CHARACTERS = 120;
const BEFORE =
  /^(?:(?:(?:all|the|other|recent|latest|newest)\s){0,2}(?:papers?|articles?|publications?|studies|works?|research)\s(?:(?:written|published)\s)?(?:by|of|from)\s|by\s|authors?(?:\s?[:=]\s?|\s)|(?:dr|prof(?:essor)?)\.?\s)+/i;
/** "studies of rice" are by nobody, and "papers by women" may be. */
const BY = /^(?:\p{L}+\s){0,4}by\s/iu;
const LABELLED = /^authors?\s?[:=]/i;
const AFTER = /\s?(?:\[(?:au|author|fau|1au|lastau)\]|,?\set\sal\.?)$/i;
const ET_AL = /^(?<name>\S.{0,60}?),?\set\sal\.?[,;:]?\s(?<topic>\S.*)/i;
const BETWEEN = /\s?;\s?|,?\s(?:and|&)\s/i;
const BETWEEN_OR_COMMA = /\s?;\s?|,?\s(?:and|&)\s|,\s?/i;
const INITIALS = /^\p{Lu}(?:[.-]?\p{Lu}){0,3}\.?$/u;
const DOTTED_INITIAL = /(?<!\p{L})\p{L}\./gu;
const DOTTED = /^(?:\p{L}\.-?){1,4}$/u;
const CAPITALISED = /^\p{Lu}[\p{L}'’-]{1,60},?$/u;

/** A word in small letters is a topic far more often. */
const FAMILY = /^(?:\p{Lu}['’]?|[od]['’])[\p{L}-]{1,40}$/u;

/** An author and what is asked of his papers: "Smith J diabetes", "asthma in children Smith JA". */
export interface AskedAuthorTopic {
  /** As the question has it. */
  name: string;
  /** As `AskedAuthors.keys`, of the one. */
  keys: string[];
  /** Of publication, where the question names any. */
  years: AskedYears | null;
  topic: string;
}

/** Family names of up to so many words stand before the initials. */
const MOST_NAME_WORDS = 4;

/**
 * `null` where no name with initials begins or ends the question, and no "Smith et al." begins it. "Vitamin D
 * deficiency" reads as one too: whether there is such an author, the index knows.
 */
export function readAuthorTopic(question: string): AskedAuthorTopic | null {
  const tagged = readTaggedAuthors(question);
  if (tagged !== null) {
    const [name = '', ...others] = tagged.names;
    const { years, text: topic } = takeYearOrSide(tagged.topic);
    return topic === '' || others.length > 0 ? null : { name, keys: toAskedAuthorKeys(name), years, topic };
  }
  const { years, text: written } = takeYearOrSide(clean(question));
  const text = written.replace(BEFORE, '');
  if (text.length > MOST_CHARACTERS) return null;
  const { name: before, topic } = ET_AL.exec(text)?.groups ?? {};
  if (before !== undefined && topic !== undefined && isOneName(before, { isCalled: true }))
    return { name: before, keys: toAskedAuthorKeys(before), years, topic };
  const words = text.split(' ');
  for (let length = Math.min(MOST_NAME_WORDS, words.length - 1); length > 1; length -= 1) {
    for (const [name, rest] of [
      [words.slice(0, length), words.slice(length)],
      [words.slice(-length), words.slice(0, -length)],
    ] as const) {
      const called = name.join(' ').replace(/[,;]$/, '');
      const isName = endsInInitials(called.split(' ')) || isSmallName(called, { isTopic: true });
      if (isName) return { name: called, keys: toAskedAuthorKeys(called), years, topic: rest.join(' ') };
    }
  }
  return null;
}

/** Beside a topic a stretch ("prevalence 2015-2016") is mostly the study's own, and stays a part of it. */
function takeYearOrSide(text: string): ReturnType<typeof takeYear> {
  const taken = takeYear(text);
  const { from, to } = taken.years ?? {};
  return from !== undefined && to !== undefined && from !== to ? { years: null, text } : taken;
}

/** `null` where the question does not read as authors: names alone, with years or without. */
export function readAuthors(question: string): AskedAuthors | null {
  const tagged = readTaggedAuthors(question);
  if (tagged !== null) return toAskedAuthors(tagged);
  const { years, text } = takeYear(clean(question));
  if (text.length > MOST_CHARACTERS) return null;
  const written = text.replace(BEFORE, '').trim().replace(AFTER, '').trim();
  const isIntroduced = written !== text;
  if (!isIntroduced && namesSpecies(written)) return null;
  const names = splitNames(written);
  if (names !== null) return { keys: names.map(toAskedAuthorKeys), years, isTold: true };
  const isLabelled = LABELLED.test(text) || AFTER.test(text);
  if (!isOneName(written, { isCalled: isLabelled || BY.test(text), isIntroduced })) return null;
  const words = toNameWords(written);
  const isPunctuated = hasInitials(words) && (written.includes('.') || written.includes(','));
  const isCertain = isIntroduced && (isLabelled || !isSmallFamily(words));
  const hasParticle = PARTICLES.has(words[0]?.toLowerCase() ?? '') && endsInInitials(words);
  return { keys: [toAskedAuthorKeys(written)], years, isTold: isCertain || isPunctuated || hasParticle };
}

/** "E. coli", which reads as a name with an initial, alone or beside others: "S. aureus and E. coli". */
function namesSpecies(written: string): boolean {
  const small = written.toLowerCase();
  return Array.from(small.matchAll(DOTTED_INITIAL), ({ index }) => index + 1).some((end) =>
    isInitial(small, end),
  );
}

/** `null` where the question is more than one word that may be a family name, and perhaps years. */
export function readFamily(question: string): { family: string; years: AskedYears | null } | null {
  const { years, text: family } = takeYear(clean(question));
  return FAMILY.test(family) ? { family, years } : null;
}

function toAskedAuthors({ names, isAny, topic }: TaggedAuthors): AskedAuthors | null {
  const { years, text } = takeYear(topic);
  if (text !== '' || names.length === 0) return null;
  const keys = names.map(toAskedAuthorKeys);
  return { keys: isAny ? [keys.flat()] : keys, years, isTold: true };
}

/** "Fraumeni JF, Jr.", "Gilbert HF 3rd", "Brown Jr W"; no "Smith J 2nd line chemotherapy" */
const SUFFIX =
  /(?:(?<=(?<!\p{L})\p{Lu}{1,3}\.?),?\s(?:Jr|Sr|(?:2nd|3rd|4th)(?!\s(?:line|trimester|dose|wave|degree|generation|year|day|week|month|stage|phase|order|molar|ventricle|edition|cycle|booster)s?\b))|(?<=\p{Lu}[\p{L}'’-]{1,40}),?\s(?:Jr|Sr))\b\.?(?=$|[\s,;[])/gu;

/** "(Smith J, 2021)" */
const IN_PARENTHESES = /^\(([^()]*)\)[.,;]?$/;
/** "Berg J van der", "Beethoven, L. van" */
const PARTICLES_BEHIND =
  /^(?<name>\p{Lu}[\p{L}'’-]{1,40},?\s(?:\p{Lu}\.?\s?){1,3})\s(?<particles>(?:van|von)(?:\s(?:de[nr]?|ter))?)(?=$|\s\(?(?:19|20)\d\d)/u;
const HYPHENS = /(?<=\p{L})[‐‑‒–−](?=\p{L})/gu;

/**
 * Without suffixes and the parentheses of a citation, one blank for white space, and one sign for what people
 * type as an apostrophe or a hyphen: "O`Brien", "St. John".
 */
function clean(question: string): string {
  return question
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(IN_PARENTHESES, '$1')
    .replaceAll(/[`´ʼ‘]/g, "'")
    .replaceAll(HYPHENS, '-')
    .replace(PARTICLES_BEHIND, '$<particles> $<name>')
    .replaceAll(/\bSt\. (?=\p{Lu})/gu, 'St ')
    .replaceAll(SUFFIX, '');
}

/** `isCalled`: a name in small letters counts as one, too. */
function isOneName(
  written: string,
  { isCalled, isIntroduced = isCalled }: { isCalled: boolean; isIntroduced?: boolean },
): boolean {
  const words = toNameWords(written);
  if (hasInitials(words) || isFullName(words, isIntroduced) || isSmallName(written)) return true;
  return isCalled && isSmallFamily(words);
}

/**
 * "Smith JA, Jones B and Doe J", "Smith, J.; Jones, B.", "Smith JA Jones B"; `null` where they are not
 * several, or one of them has no initials: a list of topics has none.
 */
function splitNames(written: string): string[] | null {
  const ways = [written.split(BETWEEN), written.split(BETWEEN_OR_COMMA), splitAtInitials(written)];
  for (const way of ways) {
    const names = way.map((name) => name.trim());
    if (names.length > 1 && names.every(isOneOfSeveral)) return names;
  }
  return null;
}

/** Behind each of its initials. */
function splitAtInitials(written: string): string[] {
  const names: string[][] = [[]];
  for (const word of toNameWords(written)) {
    const last = names.at(-1) ?? [];
    const isBegun = last.length > 1 && !last.every(isParticle);
    const isOver = isBegun && (INITIALS.test(last.at(-1) ?? '') || endsInSmallInitials(last));
    if (isOver) names.push([word]);
    else last.push(word);
  }
  return names.map((words) => words.join(' '));
}

/** "VAN DER", but not the initial of "Du Y". */
function isParticle(word: string): boolean {
  return word.length > 1 && PARTICLES.has(word.toLowerCase());
}

/** A comma in it stands before the initials: "Smith JA, Jones B" is not one. */
function isOneOfSeveral(name: string): boolean {
  const words = toNameWords(name);
  if (words.slice(0, -2).some((word) => word.endsWith(','))) return false;
  return hasInitials(words) || isSmallName(name);
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
  return DOTTED.test(first) && (isFamily(rest) || isSmallFamily(rest));
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
