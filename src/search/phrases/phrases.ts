import { foldText, isGreekName } from '../words/fold-text.ts';
import { SHORT_NAMES } from '../words/names-apart.ts';
import { listSame, toSaltOfAcid } from '../words/other-names.ts';
import { joinNames } from '../words/spell-out-asked.ts';
import { type ReadToken, toCompound, toToken } from '../words/tokens.ts';
import { type PhraseUnit, toPhraseUnits } from './phrase-units.ts';

/** The words of a passage (`toPassageWords`), in order; they are parted, and made a set of, for who asks. */
export class HeldWords {
  readonly words: string;
  #tokens: readonly string[] | null = null;
  #held: ReadonlySet<string> | null = null;
  readonly #ends = new Map<PhraseUnit, Map<number, readonly number[]>>();

  constructor(words: string) {
    this.words = words;
  }

  get tokens(): readonly string[] {
    this.#tokens ??= this.words.split(' ');
    return this.#tokens;
  }

  has(token: string): boolean {
    this.#held ??= new Set(this.tokens);
    return this.#held.has(token);
  }

  /** What `listEnds` says of `unit` at `at`, found once: a long phrase asks for it from many beginnings. */
  endsOf(unit: PhraseUnit, at: number): readonly number[] {
    const known = this.#ends.get(unit) ?? new Map<number, readonly number[]>();
    this.#ends.set(unit, known);
    const ends = known.get(at) ?? listEnds(this, at, unit);
    known.set(at, ends);
    return ends;
  }
}

export type PhraseTest = (passage: HeldWords) => boolean;

/** Words that one name of a text may have: "insulin-like growth factor (IGF)-I". */
const MOST_OF_NAME = 7;
/** Of a list, between the first word of a name and its sign. */
const MOST_LISTED = 10;
const LISTED = /^(?:and|or|\d{1,2}[a-z]?|[a-z]\d{0,2}|i{1,3}|iv|vi{0,3}|ix|alpha|beta|gamma|delta)$/;
/** By its words, those of `SHORT_NAMES` and what may stand before them. */
const LONG_NAMES = new Map(
  [
    ...SHORT_NAMES,
    ['insulin like growth factor', 'IGF'] as const,
    ['peroxisome proliferator activated receptor', 'PPAR'] as const,
    ['nuclear factor', 'NF'] as const,
  ].map(([name, short]) => [name.split(' ').map(toToken).join(' '), short.toLowerCase()]),
);
const FIRST_OF_LONG = new Set([...LONG_NAMES.keys()].map((name) => name.split(' ', 1)[0]));
const WORDS_OF_LONG = [4, 3, 2];
/** Behind "interleukin", "HPV", "immunoglobulin", "angiotensin". */
const SECOND_OF_NAME = /\d|^(?:type|[a-z]{1,2}|[ivx]{1,4}[a-c]?)$/;
/** "677c" before "t" of "677C>T" */
const NUMBER_AND_BASE = /^(\d{2,5})([acgt])$/;
const BASE = /^[acgt]$/;
/** The p of "p.V600E" */
const LEVEL = /^[pcg]$/;
const SUBSTITUTION = /^[a-z]\d{2,5}(?:[a-z]|del)$|^[a-z]{3}\d{1,4}[a-z]{3}$/;
/** "tumor necrosis factor (TNF)-alpha" */
const CALLED = / \([A-Z][A-Za-z]{0,6}[A-Z]s?\)(?=[- ])/g;

/**
 * Whether a passage holds `phrase`: its words side by side and in order. The letters count, wherever they are
 * parted: "T-cell receptor" is in a text that writes "T cell receptors". Each name may be written in any of
 * its ways, of which the passage holds one token: "TNF-alpha blockers" is in a text on "tumor necrosis factor
 * alpha blockers", "metformin hydrochloride" in one on "metformin HCl".
 */
export function toPhraseTest(phrase: string, read: ReadToken): PhraseTest {
  const written = foldText(phrase);
  const joined = joinNames(written);
  const uncalled = written.replaceAll(CALLED, '');
  const known = new Map<string, PhraseUnit>();
  const ways = [...new Set([written, joined, uncalled])].map((folded) =>
    toPhraseUnits(folded, read).map((unit) => toKnown(unit, known)),
  );
  return (passage) => ways.some((units) => holdsUnits(passage, units));
}

/** One and the same object for all units that are alike. */
function toKnown(unit: PhraseUnit, known: Map<string, PhraseUnit>): PhraseUnit {
  const key = JSON.stringify(unit);
  const same = known.get(key) ?? unit;
  known.set(key, same);
  return same;
}

function holdsUnits(passage: HeldWords, units: readonly PhraseUnit[]): boolean {
  const [first, ...more] = units;
  if (first === undefined || !mayStandIn(passage.words, first)) return false;
  if (more.length === 0 && holdsAlone(passage, first)) return true;
  const { tokens } = passage;
  const isListed = first.whole !== null && tokens.includes(first.whole);
  const begins = (token: string) => mayBegin(token, first, isListed);
  // One word stands there as one.
  if (more.length === 0 && first.base === '')
    return tokens.some((token, at) => begins(token) && passage.endsOf(first, at).length > 0);
  const places: number[] = [];
  for (let at = 0; at < tokens.length; at++) if (begins(tokens[at] ?? '')) places.push(at);
  return places.length > 0 && holdsFrom(passage, units, places);
}

/** Whether the units stand from one of `places` on. A place is looked at once a unit, whatever led there. */
function holdsFrom(passage: HeldWords, units: readonly PhraseUnit[], places: readonly number[]): boolean {
  const { tokens } = passage;
  /** By unit, where it has to stand next. */
  const reached = units.map((_, next) => new Set(next === 0 ? places : []));
  for (const [next, unit] of units.entries()) {
    for (const at of reached[next] ?? []) {
      const byLetters = readLetters(tokens, at, units, next);
      const ends = passage.endsOf(unit, at).map((end) => ({ at: end, next: next + 1 }));
      for (const place of byLetters === null ? ends : [byLetters, ...ends]) {
        if (place.next === units.length) return true;
        if (place.at < tokens.length) reached[place.next]?.add(place.at);
      }
    }
  }
  return false;
}

/** Whether `unit` may stand somewhere among `words`, seen before they are parted: most passages lack it. */
function mayStandIn(words: string, { letters, others, genera, mayBeNamed, whole }: PhraseUnit): boolean {
  if (mayBeNamed || genera.length > 0 || (whole !== null && words.includes(whole))) return true;
  return [letters, ...others].some((name) => beginsIn(words, name));
}

/** Whether one of `words` is `beginsAlike` to `letters`. */
function beginsIn(words: string, letters: string): boolean {
  const padded = ` ${words} `;
  const begin = ` ${letters.charAt(0)}`;
  for (let at = padded.indexOf(begin); at !== -1; at = padded.indexOf(begin, at + 1)) {
    let same = 0;
    while (same < letters.length && padded[at + 1 + same] === letters[same]) same++;
    if (same === letters.length || padded[at + 1 + same] === ' ') return true;
  }
  return false;
}

/** Whether `unit` may stand from `token` on, seen at little cost. `isListed`: the passage has its whole. */
function mayBegin(token: string, unit: PhraseUnit, isListed: boolean): boolean {
  const { letters, others, genera, mayBeNamed, whole } = unit;
  return (
    beginsAlike(token, letters) ||
    others.some((other) => beginsAlike(token, other)) ||
    genera.some((genus) => genus.charAt(0) === token.charAt(0)) ||
    (mayBeNamed && (LEVEL.test(token) || listSame(token).length > 0 || toSaltOfAcid(token) !== null)) ||
    (isListed && (LEVEL.test(token) || mayBeginWhole(token, whole ?? '')))
  );
}

function beginsAlike(token: string, letters: string): boolean {
  return token.length < letters.length ? letters.startsWith(token) : token.startsWith(letters);
}

/** Where nothing has to stand beside it, it is enough that the passage holds it, by any of its names. */
function holdsAlone({ tokens }: HeldWords, { whole, letters, others }: PhraseUnit): boolean {
  return [whole ?? letters, letters, ...others].some((name) => tokens.includes(name));
}

/** The first place at which tokens and units, from `from` and `next` on, end alike; `null`: none. */
function readLetters(
  tokens: readonly string[],
  from: number,
  units: readonly PhraseUnit[],
  next: number,
): { at: number; next: number } | null {
  let wanted = '';
  let read = '';
  let found = next;
  for (let at = from; at < tokens.length; ) {
    if (wanted.length <= read.length) {
      const unit = units[found];
      if (unit === undefined) return null;
      wanted += unit.letters;
      found++;
    } else {
      read += tokens[at];
      at++;
    }
    const [shorter, longer] = wanted.length < read.length ? [wanted, read] : [read, wanted];
    if (!longer.startsWith(shorter)) return null;
    if (wanted === read) return { at, next: found };
  }
  return null;
}

/** The places behind what `unit` is called otherwise at `at`. */
function listEnds(passage: HeldWords, at: number, unit: PhraseUnit): number[] {
  const { tokens } = passage;
  const ends = unit.others.map((other) => findEnd(tokens, at, other));
  ends.push(findNamed(passage, at, unit), findGenus(passage, at, unit));
  if (unit.whole !== null && passage.has(unit.whole)) ends.push(...listWholes(tokens, at, unit));
  return ends.filter((end) => end > at);
}

/** 0: `letters` do not stand there. */
function findEnd(tokens: readonly string[], from: number, letters: string): number {
  let rest = letters;
  for (let at = from; at < tokens.length; at++) {
    const token = tokens[at] ?? '';
    if (!rest.startsWith(token)) return 0;
    rest = rest.slice(token.length);
    if (rest === '') return at + 1;
  }
  return 0;
}

/** "HCl" for "hydrochloride", "p.Val600Glu" for "V600E", "valproic acid" for "valproate" */
function findNamed(passage: HeldWords, at: number, { letters, others, mayBeNamed }: PhraseUnit): number {
  if (!mayBeNamed) return 0;
  const { tokens } = passage;
  const token = tokens[at] ?? '';
  if (LEVEL.test(token) && SUBSTITUTION.test(letters)) {
    const behind = tokens[at + 1] ?? '';
    const isNext = behind === letters || others.includes(behind) || listSame(behind).includes(letters);
    return isNext ? at + 2 : 0;
  }
  const same = listSame(token);
  // What a text has a sign for it holds in full, where it is meant.
  if (same.length > 0) return same.join('') === letters && same.every((one) => passage.has(one)) ? at + 1 : 0;
  if (tokens[at + 1] !== 'acid' || !passage.has(letters)) return 0;
  return toSaltOfAcid(token) === letters ? at + 2 : 0;
}

/** "E" or "Staph" for a genus that the passage holds in full as well, and the other way round. */
function findGenus(passage: HeldWords, at: number, { genera }: PhraseUnit): number {
  const token = passage.tokens[at] ?? '';
  const isHeld = genera.some((genus) => {
    const whole = toToken(genus);
    return token === whole || (passage.has(whole) && genus.startsWith(token));
  });
  return isHeld ? at + 1 : 0;
}

/** The ends of what is one name from `at` on, whose token is that of `unit`, or of a list that has it. */
function listWholes(tokens: readonly string[], at: number, { whole, base, sign }: PhraseUnit): number[] {
  const first = tokens[at] ?? '';
  const ends: number[] = [];
  const begins = LEVEL.test(first) ? [at, at + 1] : [at];
  for (const begin of begins.filter((place) => mayBeginWhole(tokens[place] ?? '', whole ?? ''))) {
    const most = mayGoOn(tokens, begin) ? MOST_OF_NAME : 1;
    for (let end = begin + 1; end <= Math.min(begin + most, tokens.length); end++)
      if (toWhole(tokens.slice(begin, end)) === whole) ends.push(end);
  }
  const behind = base === '' ? 0 : findEnd(tokens, at, base);
  for (let end = behind; end > 0 && end < Math.min(behind + MOST_LISTED, tokens.length); end++) {
    const token = tokens[end] ?? '';
    if (token === sign) ends.push(end + 1);
    if (!LISTED.test(token)) break;
  }
  return ends;
}

/** Whether a name that its letters alone do not tell may go on behind the word at `at`. */
function mayGoOn(tokens: readonly string[], at: number): boolean {
  const next = tokens[at + 1] ?? '';
  return SECOND_OF_NAME.test(next) || isGreekName(next) || FIRST_OF_LONG.has(tokens[at]);
}

/** Names begin alike, but where a number may go first: "Tc-99m", "677C>T". */
function mayBeginWhole(token: string, whole: string): boolean {
  return (
    token.charAt(0) === whole.charAt(0) || /^\d/.test(token) || /^\d/.test(whole) || FIRST_OF_LONG.has(token)
  );
}

function toWhole(tokens: readonly string[]): string {
  const [first = '', ...more] = shorten(tokens);
  if (more.length === 0) return first;
  const [, number, base] = NUMBER_AND_BASE.exec(first) ?? [];
  if (number !== undefined && more.length === 1 && BASE.test(more[0] ?? ''))
    return `${base}${number}${more[0]}`;
  const texts = more[0] === 'type' ? more.slice(1) : more;
  return toCompound(
    [first, ...texts].map((text) => ({ text })),
    toToken,
  );
}

/** "tnf alpha" of "tumor necrosis factor alpha" and of "tumor necrosis factor TNF alpha" */
function shorten(tokens: readonly string[]): readonly string[] {
  if (!FIRST_OF_LONG.has(tokens[0])) return tokens;
  for (const count of WORDS_OF_LONG.filter((words) => words < tokens.length)) {
    const short = LONG_NAMES.get(tokens.slice(0, count).join(' '));
    const rest = tokens.slice(count);
    if (short !== undefined) return rest[0] === short ? rest : [short, ...rest];
  }
  return tokens;
}
