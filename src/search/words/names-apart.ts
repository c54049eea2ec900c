import type { Atom } from './atoms.ts';
import { isStopWord } from './stop-words.ts';

/** Of these "type" tells a number: "HPV type 16"; what has type 2 diabetes ("CKD") is of no type. */
export const TYPED_SHORT =
  'HPV|HSV|HIV|HTLV|HHV|HBV|HCV|HEV|DENV|AAV|H?PIV|BVDV|BTV|FMDV|EHV|BHV|PCV|PRRSV|MODY|MEN|NF|SMA|' +
  'VEGFR|FGFR|TNFR|BMPR|SSTR|TGFBR|COX|PDE';
/** Of one list. */
const MOST_TYPES = 20;
const TYPED = new RegExp(
  `^(?:${TYPED_SHORT}|(?:para)?influenza|collagen|hepatitis|toxin|neurotoxin|virus|adenovirus|poliovirus|receptor|phosphodiesterase|deiodinase)$`,
);
/** By the last three words of a name in full, the short one that has its letter or number as well. */
export const SHORT_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'tumor necrosis factor': 'TNF',
    'tumour necrosis factor': 'TNF',
    'transforming growth factor': 'TGF',
    'fibroblast growth factor': 'FGF',
    'endothelial growth factor': 'VEGF',
    'like growth factor': 'IGF',
    'hypoxia inducible factor': 'HIF',
    'heat shock protein': 'HSP',
    'insulin receptor substrate': 'IRS',
    'proliferator activated receptor': 'PPAR',
    'toll like receptor': 'TLR',
    'glucagon like peptide': 'GLP',
    'monocyte chemoattractant protein': 'MCP',
    'monocyte chemotactic protein': 'MCP',
    'bone morphogenetic protein': 'BMP',
    'intercellular adhesion molecule': 'ICAM',
    'glycogen synthase kinase': 'GSK',
    'cyclin dependent kinase': 'CDK',
  }),
);
const LAST_OF_NAME = new Set([...SHORT_NAMES.keys()].map((name) => name.split(' ').at(-1)));
/** "IL" of "interleukin (IL)-10" */
const SHORT = /^[A-Z][A-Za-z]*[A-Z]s?$|^[A-Z]{2,6}$/;
const LETTERS = /^\p{L}{2,}$/u;
const SHORT_NUMBER = /^\d{1,2}[a-f]?$/;
/** "(95% CI) 12.5", "(BMI) 25 kg" */
const NO_NAME = /^(?:[.,]\d|%| ?(?:%|[-–] ?\d|±|mg|kg|g|ml|years?|patients?|cases?)\b)/;
/** Behind "677C" or "C677" */
const BASE_BEHIND = /^(?: ?(?:>|→|->) ?|\/)([acgt])(?![\p{L}\p{N}])/iu;
const BASES = /^(?:\d{2,5})?[acgt](?:\d{2,5})?$/;
const [GREATER, ARROW, CLOSING, SLASH] = ['>', '→', ')', '/'].map((sign) => sign.charCodeAt(0));
const NUMBER_AND_BASE = /^(\d{2,5})([acgt])$/;
const BASE_AND_NUMBER = /^([acgt])(\d{2,5})$/;

/**
 * Names that end with the sign at `at` in `atoms`, of which something parts it: "interleukin-10" and "IL-10"
 * of "interleukin (IL)-10", "HPV 16" of "HPV type 16", "C677T" of "677C>T".
 */
export function findNamesApart(folded: string, atoms: readonly Atom[], at: number): string[] {
  const [base, before, atom] = [atoms[at - 2], atoms[at - 1], atoms[at]];
  if (atom === undefined) return [];
  const substitution = mayBeBase(atom.text) ? findSubstitution(folded, before, atom) : null;
  if (substitution !== null) return [substitution];
  if (before === undefined) return [];
  if (TYPES.has(before.text)) return findTyped(atoms, at);
  // "Gleason score 3+4" is 7.
  if (GRADES.has(before.text)) return folded[atom.end] === '+' ? [] : findGraded(atoms, at);
  if (LAST_OF_NAME.has(before.text)) return findShort(folded, atoms, at);
  if (atom.text === 'b' && before.text === 'kappa' && base?.text === 'factor') return ['NF-kappaB'];
  return base === undefined || folded[before.end] !== ')'
    ? []
    : findCalled(folded, [base, before, atom], atoms[at + 1]);
}

/**
 * Whether `findNamesApart` may find something where the sign `atom` stands behind `before`: seldom, and costs
 * little to see.
 */
export function mayBeApart(folded: string, before: Atom | undefined, { text, end }: Atom): boolean {
  const behind = folded.charCodeAt(end);
  const isArrow = behind === GREATER || behind === ARROW || behind === SLASH;
  if ((isArrow || folded.charCodeAt(end + 1) === GREATER) && mayBeBase(text)) return true;
  return before !== undefined && (folded.charCodeAt(before.end) === CLOSING || before.word.partsName);
}

/** A name in full, of which a short one has the letter or number, and its place in `atoms`. */
export interface LongName {
  short: string;
  from: number;
  to: number;
}

/** "tumor necrosis factor-alpha", "nuclear factor-kappa B", that end or go on with the sign at `at`. */
export function findLongName(folded: string, atoms: readonly Atom[], at: number): LongName | null {
  const before = atoms[at - 1]?.text ?? '';
  if (before !== 'kappa' && !LAST_OF_NAME.has(before)) return null;
  const [short] = findNamesApart(folded, atoms, at);
  if (short === undefined) return null;
  const goesOn = short.endsWith(`-${atoms[at + 1]?.text}`) && !short.endsWith(`-${atoms[at]?.asWritten}`);
  return { short, from: at - 3, to: at + (goesOn ? 2 : 1) };
}

/** What `mayBeApart` asks of the word before a sign. */
export function isPartingName(text: string): boolean {
  return TYPES.has(text) || text === 'kappa' || GRADES.has(text) || LAST_OF_NAME.has(text);
}

/** "c", "677c", "c677" */
function mayBeBase(text: string): boolean {
  return BASES.test(text);
}

function findSubstitution(
  folded: string,
  before: Atom | undefined,
  { text, start, end }: Atom,
): string | null {
  const isSingle = text.length === 1 && before !== undefined && before.end === start - 1;
  const joined = isSingle && folded[before.end] === ' ' ? `${before.text}${text}` : text;
  const [, base, number] = BASE_AND_NUMBER.exec(joined) ?? swap(NUMBER_AND_BASE.exec(joined));
  if (base === undefined) return null;
  const [, second] = BASE_BEHIND.exec(folded.slice(end, end + 6)) ?? [];
  return second === undefined ? null : `${base}${number}${second}`;
}

function swap(found: RegExpExecArray | null): (string | undefined)[] {
  return found === null ? [] : [found[0], found[2], found[1]];
}

const TYPES = new Set(['type', 'serotype', 'genotype']);
/** What a type stands before as well as behind: "type I collagen", "type 1 receptor". */
const BEHIND_TYPE = new Set(['collagen', 'receptor']);
/** What is graded, and by what word: "NYHA class III" is NYHA III, and "stage 5 CKD" CKD 5. */
const GRADED =
  /^(?:NYHA|ASA|Gleason|Child-Pugh|Pugh|CKD|ECOG|Killip|Fontaine|Rutherford|FIGO|Fitzpatrick|MHC|HLA)$/;
const GRADES = new Set(['class', 'grade', 'score', 'stage', 'status']);
const BEFORE_GRADE = new Set(['functional', 'performance', 'physical']);
const DIABETES = new Set(['diabetes', 'diabetic', 'diabetics']);

/**
 * "NYHA III" of "NYHA functional class III", each of "NYHA class II class III", from a list, and "MHC I" of
 * "class I MHC".
 */
function findGraded(atoms: readonly Atom[], at: number): string[] {
  let place = toFirstOfList(atoms, at);
  if (BEFORE_GRADE.has(atoms[place]?.text ?? '')) place--;
  const both = [atoms[place]?.asWritten ?? '', atoms[at + 1]?.asWritten ?? ''];
  return both
    .filter((graded) => GRADED.test(graded))
    .map((graded) => `${graded === 'Pugh' ? 'Child-Pugh' : graded} ${atoms[at]?.asWritten}`);
}

/** The place of what stands before the first of "type 16 type 18", of which that at `at` is one. */
function toFirstOfList(atoms: readonly Atom[], at: number): number {
  const kind = atoms[at - 1]?.text;
  const least = at - 2 * MOST_TYPES;
  let place = at - 2;
  while (place > least && atoms[place]?.word.isSign === true && atoms[place - 1]?.text === kind) place -= 2;
  return place;
}

/** Each of "HPV type 16 type 18", from "HPV types 16 and 18"; "collagen I" of "type I collagen". */
function findTyped(atoms: readonly Atom[], at: number): string[] {
  const next = atoms[at + 1]?.text ?? '';
  if (DIABETES.has(next)) return [];
  const sign = atoms[at]?.asWritten ?? '';
  const base = atoms[toFirstOfList(atoms, at)]?.asWritten ?? '';
  const behind = BEHIND_TYPE.has(next) ? [`${next} ${sign}`] : [];
  return TYPED.test(base) ? [`${base} ${sign}`, ...behind] : behind;
}

/** "TNF-alpha" of "tumor necrosis factor-alpha"; with what is behind it "TGF-beta1" and "HIF-1alpha". */
function findShort(folded: string, atoms: readonly Atom[], at: number): string[] {
  const [atom, next] = [atoms[at], atoms[at + 1]];
  const words = atoms.slice(Math.max(0, at - 3), at).map(({ text }) => text);
  const short = SHORT_NAMES.get(words.join(' '));
  const isNear = atom !== undefined && atom.start - (atoms[at - 1]?.end ?? 0) === 1;
  if (short === undefined || !isNear) return [];
  if (/^\d/.test(atom.text) && NO_NAME.test(folded.slice(atom.end, atom.end + 12))) return [];
  return goOn(`${short}-${atom.asWritten}`, atom, next);
}

/** "TGF-beta1" for "TGF-beta" before 1, and beside "HIF-1" before alpha "HIF-1alpha". */
function goOn(name: string, sign: Atom, next: Atom | undefined): string[] {
  if (next === undefined || next.glue === null) return [name];
  if (/^\d$/.test(next.text)) return [`${name}-${next.text}`];
  return /^\d/.test(sign.text) && isGreekLetter(next.text) ? [`${name}-${next.text}`, name] : [name];
}

/** Of those that stand behind a number in names of proteins. */
function isGreekLetter(text: string): boolean {
  return text === 'alpha' || text === 'beta' || text === 'gamma' || text === 'delta';
}

function findCalled(
  folded: string,
  [base, short, atom]: readonly [Atom, Atom, Atom],
  next: Atom | undefined,
): string[] {
  const isCalled =
    folded.startsWith(' (', base.end) && short.start === base.end + 2 && SHORT.test(short.asWritten);
  if (!isCalled || !LETTERS.test(base.text) || isStopWord(base.text)) return [];
  const sign = folded.slice(short.end + 1, atom.start);
  if (sign !== '-' && sign !== ' ' && sign !== '') return [];
  const isNumber = SHORT_NUMBER.test(atom.text);
  if (sign === ' ' && !isNumber) return [];
  if (isNumber && NO_NAME.test(folded.slice(atom.end, atom.end + 12))) return [];
  const one = short.asWritten.replace(/s$/, '');
  return [base.asWritten, one].flatMap((name) =>
    goOn(`${name}${sign === '' ? ' ' : sign}${atom.asWritten}`, atom, next),
  );
}

export const SUSPENDED =
  /(?<![\p{L}\p{N}-])(\p{L}{1,12})-,? (?:and|or|and\/or|to|versus|vs\.?) (\p{L}{1,20})(?:-(\p{L}{3,20})|(?=[^\p{L}-]|$))/gu;
const SHORTEST_REST = 3;
const PREFIX =
  /^(?:pre|post|peri|ante|intra|inter|extra|trans|hypo|hyper|micro|macro|sub|supra|mono|bi|multi|uni|under|over|up|down|anti|pro|endo|exo|homo|hetero|iso|inner|outer|normo|eu(?=thyr)|cis)/i;

const GOING_ON = /^(?:and|or|to|vs|ver)\b|^ver/;
const [MOST_BEFORE, MOST_BEHIND] = [14, 54];

/** Names that end behind another one: "T-cell" of "T- and B-cells", "prenatal" of "pre- and postnatal". */
export function findSuspended(folded: string): string[] {
  const names: string[] = [];
  for (let at = folded.indexOf('- '); at !== -1; at = folded.indexOf('- ', at + 2)) {
    if (!GOING_ON.test(folded.slice(at + 2, at + 6))) continue;
    const from = Math.max(0, at - MOST_BEFORE);
    const [, first = '', other = '', end] =
      folded
        .slice(from, at + MOST_BEHIND)
        .matchAll(SUSPENDED)
        .next().value ?? [];
    const name =
      first === '' || !folded.startsWith(first, at - first.length) ? null : toWhole(first, other, end);
    if (name !== null) names.push(name);
  }
  return names;
}

/** What the groups of `SUSPENDED` say; `null`: nothing. */
export function toWhole(first: string, other: string, end: string | undefined): string | null {
  if (end !== undefined) return `${first}-${end}`;
  const [prefix = ''] = PREFIX.exec(other) ?? [];
  const rest = other.slice(prefix.length);
  return prefix === '' || rest.length < SHORTEST_REST || !PREFIX.test(first) ? null : first + rest;
}
