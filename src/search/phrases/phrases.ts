import { foldText } from '../words/fold-text.ts';
import { joinNames } from '../words/spell-out-asked.ts';
import type { ReadToken } from '../words/tokens.ts';
import type { HeldWords } from './held-words.ts';
import { type PhraseUnit, toPhraseUnits } from './phrase-units.ts';
import { mayBegin, mayStandIn } from './unit-ends.ts';

export type PhraseTest = (passage: HeldWords) => boolean;

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
