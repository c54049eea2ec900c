/**
 * The stem of an English word in lower case, by the Snowball project's "English" (Porter 2) algorithm
 * (https://snowballstem.org/algorithms/english/stemmer.html): what PostgreSQL's `english_stem` and LanceDB's
 * full-text index do, for a search server that has no stemmer of its own. A word with any sign but a–z stays
 * as it is.
 */
export function toEnglishStem(word: string): string {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return word;
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  // A consonantal y is written Y until the end.
  const marked = word.replace(/^y/, 'Y').replaceAll(/(?<=[aeiouy])y/g, 'Y');
  const regions = findRegions(marked);
  const singular = toSingular(marked);
  if (UNCHANGED_AFTER_PLURAL.has(singular)) return singular.toLowerCase();
  const steps = [dropVerbEnding, turnFinalY, shortenSuffix, shortenMore, dropSuffix, dropFinalE];
  return steps.reduce((text, step) => step(text, regions), singular).toLowerCase();
}

interface Regions {
  /** Where R1 and R2 begin. */
  r1: number;
  r2: number;
}

const EXCEPTIONS = new Map(
  Object.entries({
    skis: 'ski',
    skies: 'sky',
    dying: 'die',
    lying: 'lie',
    tying: 'tie',
    idly: 'idl',
    gently: 'gentl',
    ugly: 'ugli',
    early: 'earli',
    only: 'onli',
    singly: 'singl',
    sky: 'sky',
    news: 'news',
    howe: 'howe',
    atlas: 'atlas',
    cosmos: 'cosmos',
    bias: 'bias',
    andes: 'andes',
  }),
);
const UNCHANGED_AFTER_PLURAL = new Set(
  'inning outing canning herring earring proceed exceed succeed'.split(' '),
);
const VOWEL = /[aeiouy]/;
/**
 * A vowel before a consonant that is no w, x or Y, after another consonant; or a vowel that begins the word.
 */
const SHORT_SYLLABLE_END = /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy])$/;
const AFTER_VOWEL_AND_CONSONANT = /[aeiouy][^aeiouy]/g;

function findRegions(word: string): Regions {
  const prefix = /^(?:gener|commun|arsen)/.exec(word)?.[0].length;
  const r1 = prefix ?? findRegion(word, 0);
  return { r1, r2: findRegion(word, r1) };
}

function findRegion(word: string, from: number): number {
  AFTER_VOWEL_AND_CONSONANT.lastIndex = from;
  return AFTER_VOWEL_AND_CONSONANT.test(word) ? AFTER_VOWEL_AND_CONSONANT.lastIndex : word.length;
}

function toSingular(word: string): string {
  if (word.endsWith('sses')) return word.slice(0, -2);
  if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
  if (/(?:us|ss)$/.test(word) || !word.endsWith('s')) return word;
  return VOWEL.test(word.slice(0, -2)) ? word.slice(0, -1) : word;
}

function dropVerbEnding(word: string, { r1 }: Regions): string {
  const ending = /(?:eedly|eed|ingly|edly|ing|ed)$/.exec(word)?.[0];
  if (ending === undefined) return word;
  const stem = word.slice(0, -ending.length);
  if (ending.startsWith('eed')) return stem.length >= r1 ? `${stem}ee` : word;
  if (!VOWEL.test(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1);
  return SHORT_SYLLABLE_END.test(stem) && r1 >= stem.length ? `${stem}e` : stem;
}

function turnFinalY(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

/** Longest first. */
const SUFFIXES: readonly [suffix: string, instead: string][] = [
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['tional', 'tion'],
  ['biliti', 'ble'],
  ['lessli', 'less'],
  ['entli', 'ent'],
  ['ation', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['ousli', 'ous'],
  ['iviti', 'ive'],
  ['fulli', 'ful'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['izer', 'ize'],
  ['ator', 'ate'],
  ['alli', 'al'],
  ['bli', 'ble'],
];

function shortenSuffix(word: string, { r1 }: Regions): string {
  for (const [suffix, instead] of SUFFIXES) {
    if (word.endsWith(suffix)) return replaceIn(word, suffix, instead, r1);
  }
  if (word.endsWith('ogi')) return word.at(-4) === 'l' ? replaceIn(word, 'ogi', 'og', r1) : word;
  return /[cdeghkmnrt]li$/.test(word) ? replaceIn(word, 'li', '', r1) : word;
}

const MORE_SUFFIXES: readonly [suffix: string, instead: string][] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ness', ''],
  ['ful', ''],
];

function shortenMore(word: string, { r1, r2 }: Regions): string {
  if (word.endsWith('ative')) return replaceIn(word, 'ative', '', r2);
  for (const [suffix, instead] of MORE_SUFFIXES) {
    if (word.endsWith(suffix)) return replaceIn(word, suffix, instead, r1);
  }
  return word;
}

function dropSuffix(word: string, { r2 }: Regions): string {
  const suffix =
    /(?:ement|ance|ence|able|ible|ment|ant|ent|ism|ate|iti|ous|ive|ize|al|er|ic)$/.exec(word)?.[0] ?? null;
  if (suffix !== null) return replaceIn(word, suffix, '', r2);
  return /[st]ion$/.test(word) ? replaceIn(word, 'ion', '', r2) : word;
}

function dropFinalE(word: string, { r1, r2 }: Regions): string {
  const stem = word.slice(0, -1);
  if (word.endsWith('e')) {
    const dropped = stem.length >= r2 || (stem.length >= r1 && !SHORT_SYLLABLE_END.test(stem));
    return dropped ? stem : word;
  }
  return word.endsWith('ll') && stem.length >= r2 ? stem : word;
}

/** Where the suffix does not lie in the region, the word stays and no shorter suffix is tried. */
function replaceIn(word: string, suffix: string, instead: string, region: number): string {
  const stem = word.slice(0, word.length - suffix.length);
  return stem.length >= region ? stem + instead : word;
}
