/** A half-open stretch of a text. */
export interface Stretch {
  start: number;
  end: number;
}

/** Words that a full stop follows without ending a sentence; lower case, without the last stop. */
const ABBREVIATIONS = new Set(
  (
    'e.g i.e vs v fig figs tab al dr prof mr mrs ms st no nos approx ca cf inc ltd co corp spp sp subsp ssp var resp incl ' +
    'eq eqs ref refs vol pp ed eds jr sr u.s u.k i.v s.c i.p i.m p.o b.i.d t.i.d q.d dept univ ser seq op viz et a.m p.m ' +
    'temp avg max min conc mol wt suppl exp est'
  ).split(' '),
);
const CJK_END = /[。！？]/;

/**
 * Sentences in reading order that cover every character but the white space between them. A stop ends
 * one only where white space and then no lower-case letter follows, and never after an abbreviation, an
 * initial ("E. coli") or inside a number that upstream broke ("0. 05"). Errs towards sentences that are
 * too long.
 */
export function splitSentences(text: string): Stretch[] {
  const sentences: Stretch[] = [];
  let start = skipSpace(text, 0);
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 46 && code !== 33 && code !== 63 && !(code > 0x3000 && CJK_END.test(text[at] ?? '')))
      continue;
    const end = skipClosing(text, at + 1);
    const next = skipSpace(text, end);
    if (next < text.length && code < 128 && (next === end || !isEnd(text, at, next))) continue;
    sentences.push({ start, end });
    start = next;
    at = Math.max(at, next - 1);
  }
  const end = text.trimEnd().length;
  if (start < end) sentences.push({ start, end });
  return sentences;
}

/** Between two words; who writes more means no cut. */
const MOST_SPACES = 20;
/** What binds to the number or name after it: "p < 0.001", "phase II", "type C". */
const BINDS_AHEAD = /^(?:p|n|ci|no|fig|table|grade|phase|stage|type|class|group|week|day)$/i;

/**
 * May white space at `at` divide a sentence? Only between two words: not beside a number, a sign or an
 * operator ("5 mg/kg", "p < 0.001", "IL 6"), and not after an abbreviation's stop ("E. coli").
 */
export function isSafeCut(text: string, at: number): boolean {
  const next = skipSpace(text, at, at + MOST_SPACES);
  if (next >= text.length || next === at) return false;
  if (!/^[\p{L}("[“‘']/u.test(text.slice(next, next + 2))) return false;
  const word = lastWord(text, at);
  return word.length > 1 && !/[\p{N}=<>≤≥±+×·~≈/*−–—-]|\.$/u.test(word) && !BINDS_AHEAD.test(word);
}

function isEnd(text: string, stop: number, next: number): boolean {
  const following = text[next] ?? '';
  if (/\p{Ll}/u.test(following)) return false;
  if (text.charCodeAt(stop) !== 46) return true;
  const word = lastWord(text, stop).replace(/^[([“"']+/, '');
  if (isDigit(word.charCodeAt(word.length - 1)) && isDigit(following.charCodeAt(0))) return false;
  if (word.length === 1 && /\p{Lu}/u.test(word)) return false;
  return !ABBREVIATIONS.has(word.toLowerCase());
}

function lastWord(text: string, end: number): string {
  let start = end;
  while (start > 0 && end - start < 40 && !isSpace(text.charCodeAt(start - 1))) start--;
  return text.slice(start, end);
}

function skipSpace(text: string, from: number, to = text.length): number {
  let at = from;
  while (at < to && isSpace(text.charCodeAt(at))) at++;
  return at;
}

function skipClosing(text: string, from: number): number {
  let at = from;
  while (at < text.length && ')]"\'”’»'.includes(text[at] ?? '')) at++;
  return at;
}

/** The no-break spaces count: upstream uses them anywhere. */
function isSpace(code: number): boolean {
  return (
    code === 32 ||
    (code >= 9 && code <= 13) ||
    code === 0xa0 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x202f
  );
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
