import { listSame, toSaltOfAcid, toStrain } from '../words/other-names.ts';
import { toToken } from '../words/tokens.ts';
import { isLevel, isSubstitution, listListedEnds, listNameEnds, mayBeginName } from './name-ends.ts';
import type { PhraseUnit } from './phrase-units.ts';

export interface PassageWords {
  readonly tokens: readonly string[];
  has(token: string): boolean;
}

/** Whether `unit` may stand somewhere among `words`, seen before they are parted: most passages lack it. */
export function mayStandIn(
  words: string,
  { letters, others, genera, mayBeNamed, whole }: PhraseUnit,
): boolean {
  if (mayBeNamed || genera.length > 0 || (whole !== null && words.includes(whole))) return true;
  return [letters, ...others].some((name) => beginsIn(words, name));
}

/** Whether one of `words` is `beginsAlike` to `letters`. One copy for each phrase costs too much. */
function beginsIn(words: string, letters: string): boolean {
  const standsAt = (from: number) => {
    let same = 0;
    while (same < letters.length && words[from + same] === letters[same]) same++;
    const end = from + same;
    return same === letters.length || end === words.length || words[end] === ' ';
  };
  const first = letters.charAt(0);
  if (words.startsWith(first) && standsAt(0)) return true;
  const begin = ` ${first}`;
  for (let at = words.indexOf(begin); at !== -1; at = words.indexOf(begin, at + 1))
    if (standsAt(at + 1)) return true;
  return false;
}

/** Whether `unit` may stand from `token` on, seen at little cost. `isListed`: the passage has its whole. */
export function mayBegin(token: string, unit: PhraseUnit, isListed: boolean): boolean {
  const { letters, others, genera, mayBeNamed, whole } = unit;
  return (
    beginsAlike(token, letters) ||
    others.some((other) => beginsAlike(token, other)) ||
    genera.some((genus) => genus.charAt(0) === token.charAt(0)) ||
    (mayBeNamed && (isLevel(token) || listSame(token).length > 0 || toSaltOfAcid(token) !== null)) ||
    (isListed && (isLevel(token) || mayBeginName(token, whole ?? '')))
  );
}

function beginsAlike(token: string, letters: string): boolean {
  return token.length < letters.length ? letters.startsWith(token) : token.startsWith(letters);
}

/** The places behind what `unit` is called otherwise at `at`. */
export function listEnds(passage: PassageWords, at: number, unit: PhraseUnit): number[] {
  const { tokens } = passage;
  const { others, whole, base, sign } = unit;
  const ends = others.map((other) => findEnd(tokens, at, other));
  ends.push(findNamed(passage, at, unit), findGenus(passage, at, unit));
  if (whole === null || !passage.has(whole)) return ends.filter((end) => end > at);
  ends.push(...listNameEnds(tokens, at, whole));
  if (base !== '') ends.push(...listListedEnds(tokens, findEnd(tokens, at, base), sign));
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

/**
 * "HCl" for "hydrochloride", "p.Val600Glu" for "V600E", "valproic acid" for "valproate", "C57BL/6J" for
 * "C57BL/6"
 */
function findNamed(passage: PassageWords, at: number, { letters, others, mayBeNamed }: PhraseUnit): number {
  const { tokens } = passage;
  const token = tokens[at] ?? '';
  if (toStrain(token) === letters) return at + 1;
  if (!mayBeNamed) return 0;
  if (isLevel(token) && isSubstitution(letters)) {
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
function findGenus(passage: PassageWords, at: number, { genera }: PhraseUnit): number {
  const token = passage.tokens[at] ?? '';
  const isHeld = genera.some((genus) => {
    const whole = toToken(genus);
    return token === whole || (passage.has(whole) && genus.startsWith(token));
  });
  return isHeld ? at + 1 : 0;
}
