import type { Pmid } from '../../domain/ids.ts';
import { isRecordAlone, readRecordIds } from '../names/record-ids.ts';
import { unquoteAuthors, withoutAuthorTags, withoutExcludedAuthors } from '../names/tagged-authors.ts';
import { cleanSigns } from './clean-signs.ts';
import { isCounted } from './numerals.ts';
import { takePubmedSigns } from './pubmed-signs.ts';
import { isStopWord } from './stop-words.ts';

/** A question, with what is more than words in it. */
export interface Question {
  /** Without what is to be left out, and without the quotes around phrases. */
  text: string;
  /** The same with the tags of authors ("Smith J[au]"), which names are read by. */
  tagged: string;
  /** In quotes: a paper has to hold each of them. */
  phrases: string[];
  /** Words and phrases after `-` or `NOT`: a paper must hold none of them. */
  excluded: string[];
  /** PMIDs after `-` or `NOT`. */
  excludedPmids: Pmid[];
  /** What of its signs is not done, a sentence each. */
  notDone: string[];
}

/** White space, a quote, or what stands between. */
const PIECE = /\s+|["“”„«»]|[^\s"“”„«»]+/gu;
const QUOTE = /^["“”„«»]$/;
const SPACE = /^\s/;
/** A quote behind it begins a phrase, as behind white space. */
const OPENER = /[([,;:]$/;
const HAS_WORD = /[\p{L}\p{N}]/u;
/** Of words that nobody leaves out: records part them where a name before is set apart, "KRAS -mutated". */
const SECOND_HALVES =
  'activated|associated|based|bearing|blind|coated|conjugated|containing|coupled|deficient|dependent|derived|driven|encoded|' +
  'expressing|fold|independent|indicated|induced|labell?ed|like|linked|loaded|mediated|mutant|mutated|negative|null|positive|' +
  'producing|related|specific|term|up|wide';
/** "-mice", "-30094717"; "-1" is a number. */
const MINUS_WORD = new RegExp(`^-(?:(?!(?:${SECOND_HALVES})(?![\\p{L}\\p{N}-]))\\p{L}|[1-9]\\d{6,8}$)`, 'iu');
/** "type 1", "stage IV.", "vitamin B12,"; "a" is no letter of a name, but one in capitals. */
const WORD_AND_SIGN =
  /^(\p{L}+) (\d{1,3}[a-c]?|[IVX]{1,4}[A-C]?|[ivx]{1,4}[a-c]?|[A-HKM]\d{0,2}|[b-hkm]\d{0,2})[.,;:?!)]*$/u;
const LETTER = /^[A-HKM]\d{0,2}$/i;
const NUMBER = /^\d/;
const WITH_LETTER = new Set('hepatitis immunoglobulin influenza protein vitamin'.split(' '));
const WITH_NUMBER = new Set('caspase covid cox il interleukin microrna mir omega'.split(' '));
const GREEK = '(?:alpha|beta|gamma|delta|epsilon|zeta|theta|kappa|lambda|\\p{Script=Greek})';
/** What tells the names of a family apart: "beta", "A1", "DRB1", "III" and "BB". */
const MEMBER = `(?:${GREEK}|[A-Z]|D[RQP][AB]?|[IVX]{2,4}|[A-D]{2})\\d{0,2}`;
/** "IFN-alpha,", "IL-17A", "TNFα" and the last word of "interferon alpha", which a list goes on from */
const FIRST_OF_LIST = new RegExp(
  `(?:[\\p{L}\\p{N}]-(?:${MEMBER}|\\d{1,2}[A-H])|(?:^|\\p{L})${GREEK}\\d{0,2}),?$`,
  'iu',
);
/** "-beta" behind it */
const NEXT_OF_LIST = new RegExp(`^-${MEMBER}[.,;:?!)]*$`, 'iu');
const JOINING = /^(?:and|or|and\/or|&)$/i;
/** Of one list; the question is read in linear time. */
const MOST_OF_LIST = 10;
/** "IFN-alpha,-beta" */
const CLOSE_LIST = new RegExp(`(?<=-${MEMBER}),(?=-${MEMBER}(?![\\p{L}\\p{N}-]))`, 'giu');
/** "NOT pmid: 30094717" */
const ID_LABEL = /^(?:pmid|pmcid|doi):?$/i;
/** "NOT 30094717, 30094718", "-PMID 30094717" */
const EXCLUDED_PMIDS =
  /(?<!\S)(NOT\s+|[-−‐‑﹣－])(?:[Pp][Mm][Ii][Dd][Ss]?[\s:]{0,3})?([1-9]\d{6,8}(?:\s?[,;]\s?-?[1-9]\d{6,8})*)(?![\p{L}\p{N}]|[.,]\d)[.,;:?!]?/gu;
/** What is pasted for a minus at the begin of a word. */
const OTHER_MINUS = /(?<!\S)[−‐‑﹣－](?=[\p{L}"“„«])/gu;
/** "-mice,-rats" */
const LISTED_MINUS = /(?<=\p{L})[,;]-(?=\p{L})/gu;
/** `NOT (mice OR rats)` */
const NOT_ANY = /(?<!\S)(NOT\s|-)\(([^()]*)\)/gu;
const QUOTES = /["“”„«»]/gu;
const BOTH = /\s(?:AND|NOT)\s/u;
const OPERATOR = /^(?:AND|OR|NOT)$/;
const WORDS = /[\p{L}\p{N}]+/gu;
const LETTERS = /^\p{L}{2,}$/u;
/** Of letters alone: "COVID". */
const LONGEST_SYMBOL = 5;
const OPERATORS = /(?<!\S)(?:AND|OR|NOT)(?!\S)/gu;
const ANY = /\sOR\s|[,;|]/u;
/** "thromb*", "he*rt", and of other programs "thromb$", "wom?n" */
const WILDCARD = /\p{L}{2}[*$](?![\p{L}\p{N}])|(?<![^\s"(])\p{L}{2,}[*?]\p{L}+(?![^\s")])/u;
/** "heart AND liver", but not "AND NOT" */
const JOINED = /\S\s+(?:AND\s+(?!NOT\s)|OR\s+)\S/u;
const BESIDE_OR = /\sOR\s/u;
/** `""heart failure""` */
const DOUBLED = /(["“”„«»])\1(?=\p{L})|(?<=\p{L})(["“”„«»])\2/gu;
const UNCLOSED = 'A quote is not closed: what follows it counts as words.';
const NO_WILDCARDS = 'There are no wildcards: endings are taken off anyway, and "*" is passed over.';
const NO_AND =
  'AND and OR are passed over: papers that hold more of the words come first, and a word in quotes has to be there.';
const NOT_BOTH =
  'NOT with AND or another NOT in parentheses leaves nothing out: say each word after a NOT of its own.';
const NOT_OTHER_IDS = 'NOT with a DOI or PMCID leaves nothing out: give the PMID.';
const NOT_AUTHORS = 'NOT with an author leaves nothing out: only words can be left out.';

/**
 * Reads `-word`, `NOT word`, `-"a phrase"`, `NOT (one OR other)` and `"a phrase"`; every other sign of
 * a question belongs to its words. A hyphen within a word ("IL-6") or before a number ("PD -1")
 * leaves nothing out. What HTML writes for a sign (`&quot;`, `&ndash;`) is that sign.
 */
export function parseQuestion(question: string): Question {
  const found: Question = { text: '', tagged: '', phrases: [], excluded: [], excludedPmids: [], notDone: [] };
  const plain = cleanSigns(question);
  // In a question that is all in capitals NOT is a word among others.
  const isShouted = plain === plain.toUpperCase() && saysWords(plain);
  const pieces = plainSigns(plain, isShouted, found.notDone).match(PIECE) ?? [];
  const lastQuote = pieces.findLastIndex((piece) => QUOTE.test(piece));
  for (let at = 0; at < pieces.length; ) {
    const named = findExcluded(pieces, at, { isShouted, lastQuote });
    const quoted = named === null ? findPhrase(pieces, at, lastQuote) : null;
    if (named !== null) leaveOut(named.text, found);
    if (quoted !== null && HAS_WORD.test(quoted.text)) found.phrases.push(quoted.text);
    if (named === null) found.text += quoted?.text ?? pieces[at] ?? '';
    at = named?.end ?? quoted?.end ?? at + 1;
  }
  if (isUnclosed(found.text)) found.notDone.push(UNCLOSED);
  if (!isShouted && JOINED.test(found.text)) found.notDone.push(NO_AND);
  if (!isShouted && BESIDE_OR.test(found.text)) found.phrases = [];
  const tagged = found.text.trim();
  return { ...found, text: withoutAuthorTags(tagged), tagged };
}

/** Whether words stand in it, and not names in capitals alone: "TNF NOT IL-6". */
function saysWords(question: string): boolean {
  const words = question.replaceAll(OPERATORS, ' ').match(WORDS) ?? [];
  const isWord = (word: string) => word.length > LONGEST_SYMBOL || isStopWord(word.toLowerCase());
  return words.some((word) => LETTERS.test(word) && isWord(word));
}

function leaveOut(text: string, { excluded, excludedPmids, notDone }: Question): void {
  if (!isRecordAlone(text)) {
    excluded.push(text);
    return;
  }
  const { pmids, keys } = readRecordIds(text);
  excludedPmids.push(...pmids);
  if (keys.length > 0 && !notDone.includes(NOT_OTHER_IDS)) notDone.push(NOT_OTHER_IDS);
}

/** The question with each exclusion in a sign of its own, and without what is for PubMed alone. */
function plainSigns(question: string, isShouted: boolean, notDone: string[]): string {
  const { text, notDone: ofPubmed } = takePubmedSigns(question);
  notDone.push(...ofPubmed);
  if (WILDCARD.test(question)) notDone.push(NO_WILDCARDS);
  const unquoted = unquoteAuthors(text);
  const wanted = isShouted ? unquoted : withoutExcludedAuthors(unquoted);
  let isAuthorKept = wanted !== unquoted;
  const signs = wanted
    .replaceAll(DOUBLED, (_, opening?: string, closing?: string) => opening ?? closing ?? '')
    .replaceAll(EXCLUDED_PMIDS, (written, sign: string, pmids: string) =>
      isShouted && sign.startsWith('NOT')
        ? written
        : (pmids.match(/\d+/g) ?? []).map((pmid) => ` -${pmid}`).join(''),
    )
    .replaceAll(OTHER_MINUS, '-')
    .replaceAll(CLOSE_LIST, ', ')
    .replaceAll(LISTED_MINUS, ' -')
    .replaceAll(NOT_ANY, (written, sign: string, group: string) => {
      if (isShouted && sign !== '-') return written;
      if (BOTH.test(group)) {
        notDone.push(NOT_BOTH);
        return ' ';
      }
      const pieces = group.split(ANY).filter((piece) => HAS_WORD.test(piece));
      const words = pieces.filter((piece) => withoutAuthorTags(piece) === piece);
      if (words.length < pieces.length) isAuthorKept = true;
      return words.map((piece) => ` -"${piece.replaceAll(QUOTES, '').trim()}"`).join('');
    });
  if (isAuthorKept) notDone.push(NOT_AUTHORS);
  return signs;
}

/** A quote that begins or ends a word, and no other. */
function isUnclosed(text: string): boolean {
  return /(?:^|[\s(-])["“„«](?=\S)|\p{L}["”»](?=\s|$)/u.test(text);
}

/** What a stretch of a question says, and the place behind it. */
interface Stretch {
  text: string;
  end: number;
}

interface Signs {
  isShouted: boolean;
  /** The place of the last quote. */
  lastQuote: number;
}

function findExcluded(
  pieces: readonly string[],
  at: number,
  { isShouted, lastQuote }: Signs,
): Stretch | null {
  const piece = pieces[at] ?? '';
  if (at > 0 && !SPACE.test(pieces[at - 1] ?? '')) return null;
  const isNot = piece === 'NOT' && !isShouted && SPACE.test(pieces[at + 1] ?? '');
  const begin = isNot ? at + 2 : at;
  const next = pieces[begin] ?? '';
  if (isNot && OPERATOR.test(next)) return null;
  const stretch =
    next === '-' || QUOTE.test(next)
      ? findQuoted(pieces, next === '-' ? begin + 1 : begin, lastQuote)
      : takeWord(pieces, begin);
  if (stretch === null || !HAS_WORD.test(stretch.text)) return null;
  if (!isNot && isListed(pieces, at)) return null;
  return isNot || next === '-' || MINUS_WORD.test(next) ? stretch : null;
}

/** "-beta" and "-gamma" of "IFN-alpha, -beta and -gamma" */
function isListed(pieces: readonly string[], at: number): boolean {
  let place = at;
  for (let count = 0; count < MOST_OF_LIST && NEXT_OF_LIST.test(pieces[place] ?? ''); count++) {
    // White space stands between two.
    const isJoined = JOINING.test(pieces[place - 2] ?? '');
    place -= isJoined ? 4 : 2;
    const before = pieces[place] ?? '';
    if (!isJoined && !before.endsWith(',')) return false;
    if (FIRST_OF_LIST.test(before)) return true;
  }
  return false;
}

function takeWord(pieces: readonly string[], at: number): Stretch {
  const text = (pieces[at] ?? '').replace(/^-/, '');
  const both = SPACE.test(pieces[at + 1] ?? '') ? `${text} ${pieces[at + 2]}` : text;
  const isOne = ID_LABEL.test(text) ? isRecordAlone(both) : isOneName(both);
  return isOne ? { text: both, end: at + 3 } : { text, end: at + 1 };
}

/** "type 1", "hepatitis B" and "interleukin 6": the word alone says something else. */
function isOneName(both: string): boolean {
  const [, word = '', sign = ''] = WORD_AND_SIGN.exec(both) ?? [];
  const lower = word.toLowerCase();
  if (sign === '') return false;
  return (
    isCounted(lower) ||
    (NUMBER.test(sign) && WITH_NUMBER.has(lower)) ||
    (LETTER.test(sign) && WITH_LETTER.has(lower))
  );
}

function findPhrase(pieces: readonly string[], at: number, lastQuote: number): Stretch | null {
  const before = pieces[at - 1] ?? ' ';
  return SPACE.test(before) || OPENER.test(before) ? findQuoted(pieces, at, lastQuote) : null;
}

/** From the quote at `at` to the next one. */
function findQuoted(pieces: readonly string[], at: number, lastQuote: number): Stretch | null {
  if (at >= lastQuote || !QUOTE.test(pieces[at] ?? '')) return null;
  let close = at + 1;
  while (!QUOTE.test(pieces[close] ?? '"')) close++;
  return { text: pieces.slice(at + 1, close).join(''), end: close + 1 };
}
