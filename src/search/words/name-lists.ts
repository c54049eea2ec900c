import type { Atom } from './atoms.ts';
import { isStopWord } from './stop-words.ts';

const HYPHEN = '[-‐‑‒–−]';
const BETWEEN = '(?:,? ?(?:/|&|,|\\b(?:and/or|and|or)\\b) ?)';
const ROMAN = '(?:i{1,3}|iv|vi{0,3}|ix|x)';
const LETTER = `(?:${ROMAN}|\\p{L}\\d{0,2})`;
const GREEK_NAME = '(?:alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda)';
const GREEK = `${GREEK_NAME}(?:-?\\d)?`;
/** "hepatitis A (HAV) and B (HBV)" */
const CALLED = '(?: \\([\\p{L}\\p{N}-]{1,10}\\))?';
/** Neither "C-reactive" nor "P < 0.05". */
const OVER = `(?![\\p{L}\\p{N}'’]|${HYPHEN}| ?[<>=≤≥])`;
/** "1A", "2C19" */
const MEMBER = '\\d{1,2}[A-H]\\d{0,2}';
const LOCUS = '(?:D[RQP](?:[AB]\\d?)?|Cw|[ABCEG])(?:\\d{1,2})?';
/** No list has more names: what looks for one stays linear. */
const MANY = '{1,20}';
/** They have the letter before them for their own: "T cells", "X rays", "C fibres", "P waves". */
export const LETTERED_KINDS = 'cells?|lymphocytes?|rays?|fib(?:re|er)s?|waves?';
const NO_CELLS = `(?![ -](?:${LETTERED_KINDS})\\b)`;
const NO_WORD = '(?<![\\p{L}\\p{N}])';
/**
 * "hepatitis A and B", "proteins C and S", "complexes I, II and III", "chromosomes X/Y", "vitamins B6 and
 * B12"; no "hepatitis B and T cells".
 */
const LETTERED = new RegExp(
  `(?<![\\p{L}\\p{N}-])(?<name>\\p{L}{3,40})(?<sign> |${HYPHEN})(?<first>${LETTER})${CALLED}` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?${LETTER}${OVER}${CALLED})${MANY})${NO_CELLS}`,
  'giu',
);
/** "IL-17A and F" */
const MEMBERS = new RegExp(
  `${NO_WORD}(?<name>(?:5-)?[A-Z][A-Za-z]{1,4}${HYPHEN}?\\d{1,2})(?<sign>)(?<first>[A-F])` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?[A-F]${OVER})${MANY})${NO_CELLS}`,
  'gu',
);
/** "5-HT1A/1B", "5-HT(1A/1B)", "CYP2C9, 2C19 and 3A4" */
const OF_FAMILY = new RegExp(
  `${NO_WORD}(?<name>(?:5-)?[a-z]{2,5}${HYPHEN}?)\\(?(?<sign>)(?<first>${MEMBER})(?<others>(?:${BETWEEN}${HYPHEN}?${MEMBER}${OVER})${MANY})`,
  'giu',
);
/** "HLA-A, -B and -DR", "HLA-DR/DQ" */
const LOCI = new RegExp(
  `${NO_WORD}(?<name>HLA)(?<sign>[- ])(?<first>${LOCUS})(?<others>(?:${BETWEEN}(?:HLA[- ]|${HYPHEN})?${LOCUS}${OVER})${MANY})${NO_CELLS}`,
  'gu',
);
/** "chromosomes 13, 18, 21, X and Y" */
const MIXED = new RegExp(
  `${NO_WORD}(?<name>[a-z]{4,20}s)(?<sign> )(?<first>\\d{1,2}|[A-Z])(?<others>(?:${BETWEEN}(?:\\d{1,2}|[A-Z])${OVER})${MANY})${NO_CELLS}`,
  'gu',
);
/** "T and B cells", "B/T-cell" */
const OF_CELLS = new RegExp(
  `(?<![\\p{L}\\p{N}-]|(?:hepatitis|vitamin|influenza|group|type|class|protein) )(?<name>)(?<sign>)(?<first>T|B|NK)(?<others>(?:${BETWEEN}(?:T|B|NK))${MANY})[ -](?:cells?|lymphocytes?)\\b`,
  'gu',
);
/** "Child-Pugh A and B" */
const CLASSES = new RegExp(
  `${NO_WORD}(?<name>Child-Pugh)(?<sign> )(?<first>[A-C])(?<others>(?:${BETWEEN}[A-C]${OVER})${MANY})`,
  'giu',
);
/** "interleukin (IL)-6 and -10" */
const CALLED_NUMBERED = new RegExp(
  `${NO_WORD}(?<name>\\p{L}{2,40}) \\((?<short>[A-Z]{2,6})s?\\)(?<sign> |${HYPHEN})(?<first>\\d{1,2})` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?\\d{1,2}(?![\\p{L}\\p{N}%]|[.,]\\d|${HYPHEN}\\p{L}))${MANY})`,
  'giu',
);
/** "Smad2, 3 and 4", "interleukins 6 and 10", "interleukin-6 and -10", "TGF-beta1 and 2" */
const NUMBERED = new RegExp(
  `${NO_WORD}(?<name>(?:\\p{L}{2,5}${HYPHEN}(?=${GREEK_NAME}(?!\\p{L})))?\\p{L}{2,40})(?<sign> |${HYPHEN}|)(?<first>\\d{1,2})` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?\\d{1,2}(?![\\p{L}\\p{N}%]|[.,]\\d|${HYPHEN}\\p{L}))${MANY})`,
  'giu',
);
/** "IL-1-alpha and -beta", "TGF-beta1 and beta2" */
const GREEKED = new RegExp(
  `${NO_WORD}(?<name>\\p{L}{2,12}(?:${HYPHEN}?\\d{1,2})?)(?<sign> |${HYPHEN})(?<first>${GREEK})` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?${GREEK}${OVER})${MANY})`,
  'giu',
);
/** "HIF-1-alpha/2-alpha", "IL-1-alpha and -1-beta" */
const GREEK_MEMBERS = new RegExp(
  `${NO_WORD}(?<name>[A-Z][A-Za-z]{1,4}${HYPHEN}?)(?<sign>)(?<first>\\d-?${GREEK_NAME})` +
    `(?<others>(?:${BETWEEN}${HYPHEN}?\\d-?${GREEK_NAME}${OVER})${MANY})`,
  'gu',
);
/** What is measured behind a number: "hips 2 and 5 years after", "doses 10 and 20 mg". */
export const MEASURED =
  /^[ -]?(?:(?:year|month|week|day|hour|minute|min|second)s?|mg|g|kg|ml|l|mm|cm|h|s)\b/i;
/** What is counted there: "IL-6 and 10 patients", "IL-1 and 2 of 10". */
export const COUNTED =
  /^[ -]?(?:(?:time|dose|patient|case|control|subject|healthy|other)s?\b|(?:mice|rats|men|women)\b|of \d)/i;
/** "hepatitis B and E. coli" */
const GENUS = /^\. ?\p{Ll}/u;
/** Behind what ends a list. */
const ENDED = /^(?:\s*$|[?.!;:),])/;
/** What speaks of all that a list names: "TLR2 and 4 expression". */
const TOLD =
  /^ (?:are|is|was|were|genes?|proteins?|mRNAs?|expressions?|levels?|mutations?|variants?|polymorphisms?|inhibitors?|antagonists?|agonists?|receptors?|infections?|genotypes?|DNA|RNA|positive|negative|staining|activit(?:y|ies)|activation|signal+ing|pathways?|production|secretion|concentrations?|antibod(?:y|ies))\b/;
/** "HPV 16 and 18": of other names, as "AIDS 5 and 10", the numbers may be of anything. */
const NUMBERED_KINDS =
  /^(?:HPV|HSV|HHV|IL|CK|MMP|TIMP|TLR|FGFR?|VEGFR|BMP|STAT|TRPV|SIRT|HDAC|GLUT|AQP|CXC[LR]|CC[LR])$/;
/** Behind two of such a kind: "MMP-2 and 9 in serum", but "in each group". */
const TOLD_IN =
  /^ (?:in|by|on|via|as|during) (?!each|all|both|every|total|whom|the (?:other|control|placebo)|\d)/;
/** They end as several do. */
const ONE_IN_S = new Set('diabetes species series rabies scabies herpes feces faeces ascites'.split(' '));
const EACH_MEMBER = new RegExp(MEMBER, 'giu');
const IS_GREEK = new RegExp(`^${GREEK_NAME}$`);
const EACH_GREEK_MEMBER = new RegExp(`\\d-?${GREEK_NAME}`, 'gu');
const EACH_LOCUS = new RegExp(`(?<!H|HL)${LOCUS}`, 'gu');
const EACH = new RegExp(`${GREEK}|\\p{L}+\\d*|\\d+`, 'giu');
const EACH_CALLED = / \([\p{L}\p{N}-]{1,10}\)/gu;
const JOINED = /[/&]|\b(?:and|or)\b/i;
const JOINING = /^(?:and|or)$/i;
/**
 * Of so many, a list is one even before other words: "Smad2, 3 and 4 signalling", but "IL-6 and 10 patients".
 */
const LIST = 3;
/** Shorter names stand apart from a Greek letter: "TNF alpha". */
const LONGEST_BEFORE_GREEK = 4;
/** Signs behind a list that tell what it is. */
export const BEHIND = 20;

/** Several names that share their first word. */
export interface NameList {
  /** Where it stands. */
  start: number;
  end: number;
  /** Each in full. */
  names: string[];
}

interface Found {
  name: string;
  /** Between the name and what is first. */
  sign: string;
  first: string;
  others: string;
  /** What stands behind the list. */
  behind: string;
}

/** Each behind a test that most texts fail at little cost. */
const KINDS: readonly [pattern: RegExp, spell: (found: Found) => string[], mayHold?: RegExp][] = [
  [LETTERED, spellLettered],
  [
    MEMBERS,
    ({ name, first, others }) => [first, ...listParts(others)].map((letter) => name + letter),
    /\d[A-F]/,
  ],
  [
    OF_FAMILY,
    ({ name, first, others }) => [first, ...(others.match(EACH_MEMBER) ?? [])].map((one) => name + one),
    /\d[A-H]/i,
  ],
  [
    LOCI,
    ({ first, others }) => [first, ...(others.match(EACH_LOCUS) ?? [])].map((locus) => `HLA-${locus}`),
    /HLA/,
  ],
  [MIXED, spellMixed, /[a-z]s (?:\d{1,2}|[A-Z])(?:,| and| or|\/)/],
  [
    OF_CELLS,
    ({ first, others }) => [first, ...listParts(others)].map((letter) => `${letter}-cell`),
    /[TBK] ?(?:[/&]|and|or) ?(?:[TB]|NK)[ -](?:cell|lymph)/,
  ],
  [NUMBERED, spellNumbered, /\p{L}.?\d/u],
  [CALLED_NUMBERED, spellNumbered, /\([A-Z]{2,6}s?\)[ -]\d/],
  [CLASSES, spellLettered, /Child-Pugh/i],
  [
    GREEK_MEMBERS,
    ({ name, first, others }) => [first, ...(others.match(EACH_GREEK_MEMBER) ?? [])].map((one) => name + one),
    /\d-?(?:alpha|beta|gamma)(?:,| and| or| ?\/)/,
  ],
  [GREEKED, spellGreeked, new RegExp(GREEK_NAME, 'i')],
];

/** The lists of names in `folded` (`foldText`), in order. */
export function findNameLists(folded: string): NameList[] {
  const lists = KINDS.filter(([, , mayHold]) => mayHold?.test(folded) !== false).flatMap(([pattern, spell]) =>
    Array.from(folded.matchAll(pattern), ({ 0: { length }, index: start, groups = {} }) => {
      const { name = '', short, sign = '', first = '', others = '' } = groups;
      const end = start + length;
      const found = { name, sign, first, others, behind: folded.slice(end, end + BEHIND) };
      const isName = name === '' || !isStopWord(name.toLowerCase());
      const names = isName ? spell(found) : [];
      const called = short === undefined ? [] : spell({ ...found, name: short });
      return { start, end, names: [...names, ...called] };
    }),
  );
  return lists.filter(({ names }) => names.length > 1).sort((a, b) => a.start - b.start);
}

/** Atoms of a list, before and behind where it is joined, that are looked through. */
const REACH = { before: 14, behind: 12 };

/**
 * The names of lists that do not stand there in full: "hepatitis B" of "hepatitis A and B". `joints`: the
 * places in `atoms` behind an "and", "or", a slash or "&", as `isJoint` has it.
 */
export function findListed(folded: string, atoms: readonly Atom[], joints: readonly number[]): string[] {
  const listed: string[] = [];
  let readTo = 0;
  for (const joint of joints) {
    const from = atoms[Math.max(0, joint - REACH.before)]?.start ?? 0;
    const to = atoms[joint + REACH.behind]?.start ?? folded.length;
    for (const { start, end, names } of findNameLists(folded.slice(from, to))) {
      const isCut = to < folded.length && from + end + BEHIND > to;
      if (from + start < readTo || isCut) continue;
      listed.push(...names.filter((name) => !folded.startsWith(name, from + start)));
      readTo = from + end;
    }
  }
  return listed;
}

/** Whether the atom at `at`, a sign, may go on with a list: most texts have none such. */
export function isJoint(folded: string, atoms: readonly Atom[], at: number): boolean {
  const [atom, before] = [atoms[at], atoms[at - 1]];
  if (atom === undefined || before === undefined) return false;
  if (before.text === 'and' || before.text === 'or') return mayEnd(atoms[at - 2]) || mayEnd(atoms[at - 3]);
  const between = folded.slice(before.end, atom.start);
  if (between === ', ') return before.word.isSign && isThird(folded, before, atoms[at - 2]);
  if (!/[/&]/.test(between) || !mayEnd(before)) return false;
  return between.length > 1 || !/^\d+$/.test(atom.text) || IS_GREEK.test(before.text);
}

/** "vitamin A, C, E" */
function isThird(folded: string, second: Atom, first: Atom | undefined): boolean {
  return first?.word.isSign === true && folded.slice(first.end, second.start) === ', ';
}

function mayEnd(atom: Atom | undefined): boolean {
  return atom !== undefined && (atom.word.isSign || /\d[a-z]?$/.test(atom.text));
}

function spellLettered({ name, sign, first, others, behind }: Found): string[] {
  const letters = [first, ...listParts(others)];
  if (GENUS.test(behind)) letters.pop();
  // A small "a" behind the first is the article, and a list is written in one case.
  const isArticle = letters.slice(1).includes('a') && !(letters.at(-1) === 'a' && ENDED.test(behind));
  const isOneCase = new Set(letters.map((letter) => letter === letter.toUpperCase())).size === 1;
  const isList = JOINED.test(others) || letters.length >= LIST;
  return isArticle || !isOneCase || !isList ? [] : letters.map((letter) => `${toOne(name)}${sign}${letter}`);
}

function spellNumbered({ name, sign, first, others, behind }: Found): string[] {
  const numbers = [first, ...listParts(others)];
  const isBound = (others.match(EACH_BOUND) ?? []).length === numbers.length - 1;
  const isMany = numbers.length >= LIST;
  const isTold = TOLD.test(behind) || (NUMBERED_KINDS.test(name) && TOLD_IN.test(behind));
  const isOver = JOINED.test(others) && (ENDED.test(behind) || isTold);
  const isSeveral = sign === ' ' && toOne(name) !== name;
  const isName = sign !== ' ' || NUMBERED_KINDS.test(name);
  const isList = isSeveral || (isName && (isMany || isOver || (sign !== ' ' && areNext(numbers, others))));
  // "genotypes 1 and 4 patients"
  const isOther = MEASURED.test(behind) || (!isSeveral && COUNTED.test(behind));
  if (!isBound && (!isList || isOther)) return [];
  return numbers.map((number) => `${toOne(name)}${sign}${number}`);
}
const EACH_BOUND = new RegExp(`${HYPHEN}\\d`, 'g');

/** "BRCA1 and 2", "COX-1 or 2" */
function areNext(numbers: readonly string[], others: string): boolean {
  const isNext = (number: string, at: number) =>
    at === 0 || (number.length === 1 && Number(number) === Number(numbers[at - 1]) + 1);
  return JOINED.test(others) && numbers.every(isNext);
}

/** Of letters or numbers alone the others tell. */
function spellMixed({ name, first, others, behind }: Found): string[] {
  const parts = [first, ...listParts(others)];
  const isMixed = parts.some((part) => /\d/.test(part)) && parts.some((part) => /\D/.test(part));
  const isOther = toOne(name) === name || MEASURED.test(behind) || COUNTED.test(` ${name}`);
  if (!isMixed || isOther || !JOINED.test(others)) return [];
  return parts.map((part) => `${toOne(name)} ${part}`);
}

function spellGreeked({ name, sign, first, others }: Found): string[] {
  const one = toOne(name);
  const isShort = one.length <= LONGEST_BEFORE_GREEK || /\d/.test(one) || /^interferon$/i.test(one);
  // "human gamma/delta T cells", but "APOE epsilon-3/epsilon-4"
  if (sign === ' ' && (!isShort || (others.includes('/') && !/\d/.test(first)))) return [];
  return [first, ...listParts(others)].map((letter) => `${one}${sign}${letter}`);
}

function listParts(others: string): string[] {
  const named = others.replaceAll(EACH_CALLED, '');
  return (named.match(EACH) ?? []).filter((part) => !JOINING.test(part));
}

/** "proteins" are several; "hepatitis", "virus", "SARS" and "eyes" are not, or nobody numbers them. */
export function toOne(name: string): string {
  if (/^[A-Z][A-Za-z]*[A-Z]s$/.test(name)) return name.slice(0, -1);
  if (name.length <= 4 || name === name.toUpperCase() || ONE_IN_S.has(name.toLowerCase())) return name;
  if (/[^aeiou]ies$/i.test(name)) return `${name.slice(0, -3)}y`;
  if (/(?:x|ss|sh|ch|us)es$/i.test(name)) return name.slice(0, -2);
  return /[^aisu]s$/i.test(name) ? name.slice(0, -1) : name;
}
