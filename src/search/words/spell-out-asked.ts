import { isStopWord } from './stop-words.ts';

const BETWEEN = '(?:,? ?(?:/|&|,|\\b(?:and|or)\\b) ?)';
const ROMAN = '(?:i{1,3}|iv|vi{0,3}|ix|x)';
/**
 * "hepatitis A and B", "proteins C and S", "complexes I, II and III", "chromosomes X/Y"; no "hepatitis B and
 * T cells".
 */
const LETTERED = new RegExp(
  `(?<![\\p{L}\\p{N}-])(\\p{L}{3,40})[ -](\\p{L}|${ROMAN})((?:${BETWEEN}(?:\\p{L}|${ROMAN})(?![\\p{L}\\p{N}'’-]))+)(?! (?:cells?|lymphocytes?|rays?)\\b)`,
  'giu',
);
/** "grades 1-3", "stage I-III", "types 1 to 4"; no "phase 2-3 days". */
const STRETCH = new RegExp(
  `\\b(type|grade|stage|phase|class)(?:s|es)?[ -](\\d|${ROMAN})(?: ?[-‐‑–] ?| (?:to|through) )(\\d|${ROMAN})(?![\\p{L}\\p{N}%]|[.]\\d)`,
  'giu',
);
/** "Smad2, 3 and 4", "interleukins 6 and 10", "caspase-3 and 9" */
const NUMBERED = new RegExp(
  `(?<![\\p{L}\\p{N}])(\\p{L}{2,40})([ -]?)(\\d{1,2})((?:${BETWEEN}-?\\d{1,2}(?![\\p{L}\\p{N}%]|[.]\\d))+)`,
  'giu',
);
/** What is counted or measured behind a number: "hips 2 and 5 years after", "doses 10 and 20 mg". */
const UNIT =
  /^[ -]?(?:(?:year|month|week|day|hour|minute|min|second|time|dose|patient|case|control)s?|mg|g|kg|ml|l|mm|cm|h|s)\b/i;
/** They end as several do. */
const ONE_IN_S = new Set('diabetes species series rabies scabies herpes feces faeces ascites'.split(' '));
const NUMERALS = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x'];
const EACH = /\p{L}+|\d+/giu;
const JOINING = /^(?:and|or)$/i;
/**
 * Of so many, a list is one even before other words: "Smad2, 3 and 4 signalling", but "IL-6 and 10 patients".
 */
const LIST = 3;

/**
 * A question with each name of its lists in full. Texts are read without it, where such a list is as often
 * none: so the words as they are written have to be asked for, too.
 */
export function spellOutAsked(question: string): string {
  return question
    .replaceAll(STRETCH, spellStretch)
    .replaceAll(LETTERED, spellLettered)
    .replaceAll(NUMBERED, spellNumbered);
}

function spellStretch(
  written: string,
  name: string,
  first: string,
  last: string,
  at: number,
  question: string,
): string {
  const [from, to] = [toNumber(first), toNumber(last)];
  if (from >= to || UNIT.test(question.slice(at + written.length))) return written;
  return Array.from({ length: to - from + 1 }, (_, at) => `${name} ${from + at}`).join(' ');
}

function toNumber(text: string): number {
  return /^\d/.test(text) ? Number(text) : NUMERALS.indexOf(text.toLowerCase()) + 1;
}

function spellLettered(written: string, name: string, first: string, others: string): string {
  const letters = [first, ...listParts(others)];
  // A small "a" behind the first is the article, and a list is written in one case.
  const isArticle = letters.slice(1).includes('a');
  const isOneCase = new Set(letters.map((letter) => letter === letter.toUpperCase())).size === 1;
  if (isStopWord(name.toLowerCase()) || isArticle || !isOneCase) return written;
  // "myocardial I/R", "histology H&E", "patients w/o": mostly one abbreviation.
  if (/[/&]/.test(others) && (toOne(name) === name || first === first.toLowerCase())) return written;
  return letters.map((letter) => `${toOne(name)} ${letter}`).join(' ');
}

function spellNumbered(
  written: string,
  name: string,
  sign: string,
  first: string,
  others: string,
  at: number,
  question: string,
): string {
  const behind = question.slice(at + written.length);
  const isLast = /^[?.!;:)\s]*$/.test(behind);
  const numbers = [first, ...listParts(others)];
  const isSeveral = sign === ' ' && toOne(name) !== name && !UNIT.test(behind);
  const isList = isSeveral || (sign !== ' ' && (numbers.length >= LIST || isLast));
  if (isStopWord(name.toLowerCase()) || !isList) return written;
  const one = isSeveral ? toOne(name) : name;
  return numbers.map((number) => `${one}${sign}${number}`).join(' ');
}

function listParts(others: string): string[] {
  return (others.match(EACH) ?? []).filter((part) => !JOINING.test(part));
}

/** "proteins" are several; "hepatitis", "virus", "SARS" and "eyes" are not, or nobody numbers them. */
function toOne(name: string): string {
  if (name.length <= 4 || name === name.toUpperCase() || ONE_IN_S.has(name.toLowerCase())) return name;
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:x|ss|sh|ch|us)es$/i.test(name)) return name.slice(0, -2);
  return /[^aisu]s$/i.test(name) ? name.slice(0, -1) : name;
}
