import { isGreekName } from '../words/fold-text.ts';
import { SHORT_NAMES } from '../words/names-apart.ts';
import { listSame } from '../words/other-names.ts';
import { toCompound, toToken } from '../words/tokens.ts';

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
    ['vascular endothelial growth factor', 'VEGF'] as const,
    ['nuclear factor', 'NF'] as const,
  ].map(([name, short]) => [name.split(' ').map(toToken).join(' '), short.toLowerCase()]),
);
const FIRST_OF_LONG = new Set([...LONG_NAMES.keys()].map((name) => name.split(' ', 1)[0]));
const WORDS_OF_LONG = [4, 3, 2];
/** What parts a name from its number: "HPV type 16", "NYHA functional class III". */
const PARTING = /^(?:type|serotyp|genotyp|class|grade|score|stage|status|function|perform|physic)$/;
/** Behind "interleukin", "HPV", "immunoglobulin", "angiotensin". */
const SECOND_OF_NAME = /\d|^(?:[a-z]{1,2}|[ivx]{1,4}[a-c]?)$/;
/** "677c" before "t" of "677C>T" */
const NUMBER_AND_BASE = /^(\d{2,5})([acgt])$/;
const BASE = /^[acgt]$/;
const LEVEL = /^[pcg]$/;
const SUBSTITUTION = /^[a-z]\d{2,5}(?:[a-z]|del)$|^[a-z]{3}\d{1,4}[a-z]{3}$/;

/** The p of "p.V600E" */
export function isLevel(token: string): boolean {
  return LEVEL.test(token);
}

/** "v600e", "val600glu" */
export function isSubstitution(letters: string): boolean {
  return SUBSTITUTION.test(letters);
}

/** Names begin alike, but where a number may go first: "Tc-99m", "677C>T". */
export function mayBeginName(token: string, whole: string): boolean {
  return (
    token.charAt(0) === whole.charAt(0) || /^\d/.test(token) || /^\d/.test(whole) || FIRST_OF_LONG.has(token)
  );
}

/** The ends of what is one name from `at` on, in however many words, whose token is `whole`. */
export function listNameEnds(tokens: readonly string[], at: number, whole: string): number[] {
  const begins = isLevel(tokens[at] ?? '') ? [at, at + 1] : [at];
  return begins
    .filter((begin) => mayBeginName(tokens[begin] ?? '', whole))
    .flatMap((begin) =>
      listPlacesBehind(tokens, begin).filter((end) => toWhole(tokens.slice(begin, end)) === whole),
    );
}

/** Where a name from `begin` on may end. */
function listPlacesBehind(tokens: readonly string[], begin: number): number[] {
  const most = mayGoOn(tokens, begin) ? MOST_OF_NAME : 1;
  return Array.from({ length: Math.min(most, tokens.length - begin) }, (_, more) => begin + more + 1);
}

/** Whether a name that its letters alone do not tell may go on behind the word at `at`. */
function mayGoOn(tokens: readonly string[], at: number): boolean {
  const next = tokens[at + 1] ?? '';
  return (
    SECOND_OF_NAME.test(next) || PARTING.test(next) || isGreekName(next) || FIRST_OF_LONG.has(tokens[at])
  );
}

/** The places behind each `sign` of a list whose first sign stands at `from`; 0: there is no list. */
export function listListedEnds(tokens: readonly string[], from: number, sign: string): number[] {
  const ends: number[] = [];
  const to = from === 0 ? 0 : Math.min(from + MOST_LISTED, tokens.length);
  for (let at = from; at < to; at++) {
    const token = tokens[at] ?? '';
    if (token === sign) ends.push(at + 1);
    if (!LISTED.test(token)) break;
  }
  return ends;
}

/** The token that a text has for the name of these words. */
function toWhole(tokens: readonly string[]): string {
  const [first = '', ...more] = shorten(tokens);
  if (more.length === 0) return listSame(first)[0] ?? first;
  const [, number, base] = NUMBER_AND_BASE.exec(first) ?? [];
  if (number !== undefined && more.length === 1 && BASE.test(more[0] ?? ''))
    return `${base}${number}${more[0]}`;
  const sign = more.findIndex((text) => !PARTING.test(text));
  return toCompound(
    [first, ...more.slice(Math.max(0, sign))].map((text) => ({ text })),
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
