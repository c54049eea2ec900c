import { BEHIND, COUNTED, LETTERED_KINDS, MEASURED, toOne } from './name-lists.ts';
import { isStopWord } from './stop-words.ts';

const GREEK = '(?:alpha|beta|gamma|delta|epsilon)';
const ROMAN = '(?:i{1,3}|iv|vi{0,3}|ix|x)';
const NUMBER = `(?:\\d{1,2}|${ROMAN})(?:[a-c]\\d?)?`;
/** "B" of "stage IIIA/B"; neither "C-reactive" nor "B. cereus". */
const LETTER = '[a-c](?![-‐‑–−][a-z]{2}|\\. ?(?-i:[a-z]{3}))';
/** What parts the numbers of a list, and which of it means all between. */
const PARTING = '(?:,? ?(?:[/,]|\\b(?:and|or)\\b) ?| ?(?<to>[-‐‑–]|\\b(?:to|through)\\b) ?)';
/** "types 1 and 2", "grade III/IV", "stage I-III", "stage IIIA/B"; no "type 1B and B cells" */
const STAGES = new RegExp(
  `\\b((?:sero|geno|sub)?type|grade|stage|phase|class|category|score|status)(?:s|es)?[ -](${NUMBER})((?:${PARTING.replace('?<to>', '?:')}(?:${NUMBER}|${LETTER})\\b)+)(?!\\d|[.]\\d|%|[ -](?:${LETTERED_KINDS})\\b)`,
  'gi',
);
/** Few words begin with a digit or such a letter, and few of these stand behind one of the kinds. */
const MAY_HOLD_STAGES =
  /[ -][\divxIVX](?<=(?:ype|rade|tage|hase|lass|gory|core|atus|YPE|RADE|TAGE|HASE|LASS|GORY|CORE|ATUS)(?:e?s|E?S)?(?: of)?[ -].)/;
const EACH_STAGE = new RegExp(`${PARTING}(?<number>${NUMBER}|${LETTER})(?![a-z\\d])`, 'gi');
/** "BRCA1/2", "CDK 4/6", "TGF-beta1/2", "HIV-1 and -2", "CYP1A1/2" */
const NAMED = new RegExp(
  `(?<![\\p{L}\\p{N}])((?:[A-Za-z]{2,5}-)?[A-Za-z]{2,20}(?:-?${GREEK})?|[A-Z]{3,5}\\d{1,2}[A-Z])([ -]?)(\\d{1,3})((?: ?/ ?-?\\d{1,3}|(?:,|,? (?:and|or)) -\\d{1,3})+)(?![\\p{L}\\p{N}%:]|[.]\\d)`,
  'gu',
);
const EACH_DIGITS = /-?(\d{1,3})/g;
/** After a blank only a name of so few letters is one: "CDK 4/6", not "acuity 20/40". */
const LONGEST_BEFORE_BLANK = 5;
/** "cytokeratin 5/6", "Toll-like receptors 7/9" */
const NUMBERED =
  /^(?:(?:cyto)?keratin|caspase|cathepsin|claudin|connexin|interleukin|metalloproteinase|receptor|chromosome|genotype|serotype)s?$/i;
/** "IFN-alpha/beta", "ER-alpha/-beta", "PI3K-alpha/delta" */
const LETTERED = new RegExp(
  `(?<![\\p{L}\\p{N}])([A-Za-z]{2,5}\\d?[A-Z]?-)(${GREEK})/-?(${GREEK})(?![\\p{L}\\p{N}])`,
  'giu',
);
/** "pT2a/b" */
const TUMOR = /(?<![\p{L}\p{N}])([pcy]{0,2}T[1-4])([a-d])\/([a-d])(?![\p{L}\p{N}])/gu;
/** "C57BL/6J", "C57Bl/6", "C57/BL6", "C57BL/6NCrl", "BALB/c", "BALB/cJ" */
const STRAIN_C57 = /\bC57[-/ ]?BL[-/ ]?(6|10)(?:\/?([JN][a-z]{0,6}))?\b/gi;
const STRAIN_BALB = /\b[Bb](?:alb|ALB)[-/ ]{0,2}[Cc]((?:[A-Z][a-z]{0,2}){1,3})?\b/g;
/** "a Gleason score of 7", "a performance status of 0"; no "HIV status of IV drug users" */
const GRADED = /\b(score|grade|status)s? of (?=\d|(?!IV drug)[IVX]{1,3}\b)/gi;
/** "n-3 PUFAs" */
const OMEGA = /\bn[-–−]([369])(?= (?:long|poly|very|fatty|LC|PUFA|EFA|FA))/giu;
const PD_L1 = /\b(PD-?)(?:\((L)\)-?1|1\/-?(L)-?1)\b/gi;
/** "HLA-A*02:01", "HLA-A0201", "DRB1*04:01"; what stands behind the second field names no other protein. */
const ALLELE =
  /(?<![\p{L}\p{N}])(?:HLA[- ]?([ABC]|D[RQP][AB]\d?)\*?|([ABC]|D[RQP][AB]\d?)\*)(\d{2})(?::?(\d{2,3})(?::\d{2,3}){0,2}[A-Z]?)?(?![\p{L}\p{N}])/giu;
interface Way {
  /** Of which a text has to hold one, which costs least to see; none: any text may. */
  signs: readonly string[];
  /** What most of those texts fail at little cost. */
  mayHold: RegExp;
  write(text: string): string;
}

/** What `spellOut` writes otherwise. */
const WAYS: readonly Way[] = [
  {
    signs: ['emoglobin', 'EMOGLOBIN'],
    mayHold: /emoglobin[ -]A/i,
    write: (text) => text.replaceAll(/\bha?emoglobin[ -]A\(?1\)?c\b/gi, 'HbA1c'),
  },
  { signs: [], mayHold: /\b[Nn][-–−][369] /, write: (text) => text.replaceAll(OMEGA, 'omega-$1') },
  {
    signs: ['F508', 'f508'],
    mayHold: /F508/i,
    write: (text) => text.replaceAll(/\bdelta[- ]?F508\b/gi, 'F508del'),
  },
  {
    signs: ['GLP', 'glp', 'Glp'],
    mayHold: /GLP/i,
    write: (text) => text.replaceAll(/\bGLP-?1-?RA(?=s?\b)/gi, 'GLP-1 RA'),
  },
  {
    signs: [],
    mayHold: MAY_HOLD_STAGES,
    write: (text) => text.replaceAll(GRADED, '$1 ').replaceAll(STAGES, spellStages),
  },
  {
    signs: ['/', ' -'],
    mayHold: /\d ?\/ ?-?\d|(?:,|and|or) -\d/,
    write: (text) => text.replaceAll(NAMED, spellNamed),
  },
  {
    signs: ['/'],
    mayHold: /\/-?(?:alpha|beta|gamma|delta|epsilon)/i,
    write: (text) => text.replaceAll(LETTERED, '$1$2 $1$3'),
  },
  { signs: ['/'], mayHold: /T[1-4][a-d]\//, write: (text) => text.replaceAll(TUMOR, '$1$2 $1$3') },
  {
    signs: ['/', '(L)', '(l)'],
    mayHold: /\/-?L-?1|\(L\)/i,
    write: (text) => text.replaceAll(PD_L1, 'PD-1 PD-L1'),
  },
  {
    signs: ['C57', 'c57'],
    mayHold: /C57[-/ ]?BL/i,
    write: (text) => text.replaceAll(STRAIN_C57, (_, line: string, of = '') => `C57BL${line}${of}`),
  },
  {
    signs: ['BALB', 'Balb', 'balb'],
    mayHold: /BALB/i,
    write: (text) => text.replaceAll(STRAIN_BALB, (_, of = '') => `BALBc${of}`),
  },
  {
    signs: ['HLA', 'hla', 'Hla', '*'],
    mayHold: /HLA|[A-D\d]\*\d/i,
    write: (text) => text.replaceAll(ALLELE, spellAllele),
  },
];

/**
 * `folded` with each name of a list in full, so that "BRCA1/2" is found by both, with alleles of HLA in one
 * spelling, and few names more.
 */
export function spellOut(folded: string): string {
  let text = folded;
  for (const { signs, mayHold, write } of WAYS)
    if (holdsAny(text, signs) && mayHold.test(text)) text = write(text);
  return text;
}

function holdsAny(text: string, signs: readonly string[]): boolean {
  if (signs.length === 0) return true;
  for (const sign of signs) if (text.includes(sign)) return true;
  return false;
}

function spellStages(
  written: string,
  name: string,
  first: string,
  others: string,
  at: number,
  text: string,
): string {
  const numbers = [first];
  let tail = '';
  for (const { index, groups: { to, number = '' } = {} } of others.matchAll(EACH_STAGE)) {
    const last = numbers.at(-1) ?? '';
    const whole = number.length > 1 || /[\divx]/i.test(number) ? number : toMember(last, number);
    if (whole === null) {
      // "grade 2 or a"
      tail = others.slice(index);
      break;
    }
    const most = SCALE.test(name) ? MOST_OF_SCALE : MOST_BETWEEN;
    const between = to === undefined ? [] : toBetween(last, whole, most);
    // "grade 3-1", "phase III and 12 controls"
    if (between === null || /^\d/.test(whole) !== /^\d/.test(first)) return written;
    numbers.push(...between, whole);
  }
  const end = at + written.length - tail.length;
  const behind = text.slice(end, end + BEHIND);
  // "type 2 and 15 patients", but "type 1 and 2 patients"
  const isCounted = COUNTED.test(behind) && JOINED.test(others) && !areNext(numbers);
  // "stage 1-3 months later", but "phase 1/2"
  const isMeasured = MEASURED.test(behind) && !others.includes('/');
  // Each once: "grade 1-2, 2-3".
  return isCounted || isMeasured || numbers.length === 1
    ? written
    : [...new Set(numbers)].map((number) => `${name} ${number}`).join(' ') + tail;
}

/** "IIIB" for the B behind "IIIA"; `null`: it is none such. A small "a" behind it is the article. */
function toMember(last: string, letter: string): string | null {
  const before = last.at(-1) ?? '';
  const isMember = /[a-c]/i.test(before) && letter !== 'a' && /[a-c]/.test(before) === /[a-c]/.test(letter);
  return isMember ? last.slice(0, -1) + letter : null;
}

const JOINED = /,|and|or/i;

function areNext(numbers: readonly string[]): boolean {
  const counts = numbers.map(toCount);
  return counts.every((count, at) => at === 0 || count === null || count === (counts[at - 1] ?? 0) + 1);
}

const NUMERALS = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii', 'viii', 'ix', 'x'];

/** No stage, type or class has more: what a text is written out to stays a few times as long. */
const MOST_BETWEEN = 10;
/** "a pain score of 0-10" is a scale, and names none. */
const SCALE = /^(?:score|status)$/i;
const MOST_OF_SCALE = 6;

/** What lies between two numbers or numerals, not these; `null`: they do not rise, or too far. */
function toBetween(from: string, to: string, longest = MOST_BETWEEN): string[] | null {
  const [least, most] = [toCount(from), toCount(to)];
  if (least === null || most === null) return [...toMembersBetween(from, to), ...toStagesBetween(from, to)];
  if (least >= most || most - least > longest) return null;
  return Array.from({ length: most - least - 1 }, (_, at) => `${least + at + 1}`);
}

const MEMBER = /[a-c]\d?$/i;

/** "III" between "IIB" and "IVA". */
function toStagesBetween(from: string, to: string): string[] {
  const [least, most] = [from, to].map((stage) => toCount(stage.replace(MEMBER, '')) ?? 0);
  const isBetween = least !== undefined && most !== undefined && least > 0 && most - least <= MOST_BETWEEN;
  return isBetween ? (toBetween(`${least}`, `${most}`) ?? []) : [];
}

/** "IIIB" between "IIIA" and "IIIC"; what lies between "IB" and "IIA" nobody says. */
function toMembersBetween(from: string, to: string): string[] {
  const stage = from.slice(0, -1);
  const isBetween =
    /a$/i.test(from) && /c$/i.test(to) && stage.toLowerCase() === to.slice(0, -1).toLowerCase();
  return isBetween ? [stage + (from.endsWith('A') ? 'B' : 'b')] : [];
}

/** `null` where a letter stands behind it: "IIIa". */
function toCount(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  const at = NUMERALS.indexOf(text.toLowerCase());
  return at < 0 ? null : at + 1;
}

function spellNamed(written: string, name: string, sign: string, first: string, others: string): string {
  if (isStopWord(name.toLowerCase())) return written;
  const one = NUMBERED.test(name) ? toOne(name) : name;
  if (sign === ' ' && (name.length > LONGEST_BEFORE_BLANK || others.length > 6) && !NUMBERED.test(name))
    return written;
  return `${one}${sign}${first}${others.replaceAll(EACH_DIGITS, ` ${one}${sign}$1`)}`;
}

/** With its group, by which the serotype is called: HLA-A2. */
function spellAllele(_: string, called = '', starred = '', group = '', protein = ''): string {
  const locus = called || starred;
  const serotype = locus.length === 1 ? group.replace(/^0/, '') : group;
  const whole = protein === '' ? '' : `HLA-${locus}${group}${protein} `;
  return `${whole}HLA-${locus}${serotype}`;
}
