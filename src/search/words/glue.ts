import type { Atom } from './atoms.ts';
import { isGreekName } from './fold-text.ts';
import { isInitial } from './genera.ts';
import { isNamedIsotope } from './isotopes.ts';
import { LETTERED_KINDS } from './name-lists.ts';
import { isPartingName } from './names-apart.ts';
import { isBeforeGreek, isCounted, isRoman, isRomanMember } from './numerals.ts';
import { isAminoAcid } from './other-names.ts';
import { isStopWord } from './stop-words.ts';

const HYPHENS = new Set(['-', '‐', '‑', '‒', '–', '−', '⁃', '_']);
const NUMBER = /^\d+$/;
/** "1", "l1", "2d6": what may follow a short name after a blank. */
const NUMBER_LIKE = /^(?=.{1,4}$)[a-z]?\d{1,3}(?:[a-z]\d{0,2})?$/;
/** Two signs at most, one of them a digit: what may follow any word ("vitamin D3", "type 2"). */
const SHORT_NUMBER = /^(?:\d{1,2}[a-z]?|[a-z]\d)$/;
/** "IL-17 A": members of a family are told apart by the first letters. */
const MEMBER = /^[a-f]$/;
/** A number before one of these tells the place in a molecule: "serum 25-OH-D" is no "serum 25". */
const IN_MOLECULE = /^(?:[-‐‑–−(](?:oh(?![a-z])|(?:di)?hydroxy)| (?:di)?hydroxyvitamin)/i;
const HYDROXY = /^(?:oh|(?:di)?hydroxy)$/;
/** "25-OH D", "25-hydroxy vitamin D". */
const VITAMIN_D = /^(?:vitamin|d[23]?)$/;
const HYDROXYVITAMIN = /^(?:di)?hydroxyvitamin$/;
const LONGEST_IN_MOLECULE = 20;
/**
 * What a letter and a number behind it end with: "vitamin D(3)", "prostaglandin F(2alpha)", "apolipoprotein
 * A-I"; but "saw H(2)O".
 */
const ENDS_NAME =
  /^(?:\(\d{1,2}(?:-(?:alpha|beta))?\)|-(?:\d{1,2}|I{1,3}|IV|V)(?![\p{L}\p{N}]))(?![\p{L}\p{N}-])/u;
const LONGEST_END = 11;
/** What a single letter stands before: "T cells", "X ray", "C fibres". */
const AFTER_LETTER = new RegExp(`^(?:${LETTERED_KINDS})$`);
/** A piece of a word that people write with a hyphen, with a blank or in one: "pre eclampsia", "anti TNF". */
const PREFIXES = new Set(
  'acetyl anti co extra inter intra meta methyl multi non peri post pre semi sub'.split(' '),
);
const AFTER_PREFIX = /^\p{L}{3,}$/u;
/** "anti CD20" */
const AFTER_ANTI = /^[a-z]{2,4}\d{1,3}[a-z]?$/;
/** What Greek letters stand before, by a blank as often as a hyphen: "beta 2 agonists", "17β estradiol". */
const AFTER_GREEK =
  /^(?:antitrypsin|antichymotrypsin|(?:micro|macro|lacto|hemo)?globulin|catenin|synuclein|actin|tubulin|lactams?|lactamases?|glucans?|amyloid|carotene|tocopherol|blockers?|agonists?|antagonists?|adrenergic|adrenoceptors?|o?estradiol|reductase|(?:feto|glyco)protein|hydroxylase|glucosidase|galactosidase|cells?|endorphin|arrestin|secretase|thalass?a?emia|linolenic|defensins?|subunits?|opioids?|globin|enolase|amylase|sma|smooth|ketoglutarate)$/;
const BEHIND_GREEK =
  /(?<![\p{L}\p{N}-])(?:\d{1,2}-)?(?:alpha|beta|gamma|delta|kappa|epsilon)(?:[- (]{0,2}\d{1,2})?$/iu;
const LONGEST_GREEK = 12;
/** Two words that as many write in one. */
const IN_ONE = new Set(
  (
    'follow up,health care,wild type,well being,cross over,data set,data sets,time point,time points,life style,' +
    'birth weight,body weight,life span,life spans,breast feeding,web site,web sites,knock out,knock down,work place,' +
    'down regulation,down regulated,up regulation,up regulated,child birth,vo2 max,sars cov,sars cov2,' +
    'hla dr,hla dq,hla dp,hb a,apo a,apo b,apo c,apo e'
  ).split(','),
);
const FIRST_IN_ONE = new Set([...IN_ONE].map((pair) => pair.split(' ', 1)[0]));
const MASS_NUMBER = /^\d{1,3}m?$/;
const ELEMENT = /^[A-Z][a-z]?$/;
const ISOTOPE = /^\d{1,3}m?[a-z]{1,2}$/;
const LONGEST_LABELLED = 10;
/** "-DR" of "HLA-A, -B and -DR" */
const LOCUS = /^d[rqp](?:[ab]\d)?$/;
/** "1691G" before ">A" */
const LONG_BASE = /^(?:\d{4,5}[acgt]|[acgt]\d{4,5})$/;
/** "CYP2C19" before "*2" */
const GENE = /^[a-z]{2,5}\d[a-z\d]{0,4}$/;
const STAR_ALLELE = /^\d{1,2}[a-z]?$/;
/** "p16" before "(INK4a)" */
const NAME_AND_NUMBER = /^[a-z]{1,5}\d{1,2}$/;
const OTHER_NAME = /^[a-z]{2,5}\d[a-z]?$|^[a-z]\d{2,4}[a-z]$/;
const BELOW_LINE = /^[a-z]{3,4}$/;
/** "5 mu-g", as `foldText` has it */
const UNIT_OF_MU = /^-(?:g|l|m|mol|M|A|V|s|W|Ci|U)(?!\p{L})/iu;
/** "Kv 1.3", "PM 2.5": a point is a piece of the name. */
const POINTED = new Set('pm kv nav cav kir'.split(' '));
/** "B.1.1.7", "BA.5" */
const LINEAGE = /^(?:B|P|AY|BA|BQ|XBB|JN|KP)$/;
/** "O157:H7" */
const [SEROGROUP, FLAGELLUM] = [/^o\d{1,3}$/, /^h\d{1,2}$/];
const LIPOPROTEIN = /^(?:lp|lipoprotein)$/;
const WORD_SIGN = /[\p{L}\p{N}]/u;
const LETTERS = /^\p{L}+$/u;
/** The names of Greek letters, and Roman numerals. */
const LONGEST_SIGN = 7;
const LONGEST_NUMBER = 4;
const [BLANK = 0, AT_LEAST, GREATER, OPENING, CLOSING, STAR, COLON, HYPHEN] = Array.from(' ≥>()*:-', (sign) =>
  sign.charCodeAt(0),
);
/** Letters of a name such as IL, COVID or TNF. */
export const SHORT_NAME = 5;
/** Letters that a word has to have so that a single letter behind it is a piece of its name. */
const LEAST_BEFORE_LETTER = 3;

/** How `atom` hangs together with `before`, both of `folded`. */
export function toGlue(folded: string, before: Atom, atom: Atom, hasCapitals: boolean): Atom['glue'] {
  const gap = atom.start - before.end;
  if (gap > 3) return null;
  if (gap > 1) return isJoinedByMore(folded, before, atom, gap) ? 'tight' : null;
  if (gap !== 1) return null;
  const sign = folded[before.end] ?? '';
  if (sign === ' ') return isNameOfBefore(folded, before, atom, hasCapitals) ? 'loose' : null;
  if (HYPHENS.has(sign)) return isRange(before, atom) ? null : 'tight';
  if (sign === '*') return isStarAllele(before, atom) ? 'tight' : null;
  if (sign === '/') return isGreekPair(before, atom) ? 'tight' : null;
  if (sign === ':') return SEROGROUP.test(before.text) && FLAGELLUM.test(atom.text) ? 'tight' : null;
  if (sign === '.') return isPointed(folded, before, atom) ? 'tight' : null;
  // "NF-kappa(B)", "CO(2)", "Ca(2+)": how PubMed wrote what stands above or below the line.
  if (sign === '(') return isInParentheses(before, atom) ? 'tight' : null;
  if (sign === '[' && HYDROXY.test(atom.text)) return 'tight';
  if (sign === ']' && HYDROXY.test(before.text) && before.glue === 'tight') return 'tight';
  if (sign === ')' && before.glue === 'tight' && folded[before.start - 1] === '(') return 'tight';
  return isIsotope(folded, before, atom) ? 'tight' : null;
}

/** "BCR::ABL1", a fusion of genes; "25-(OH)D"; "CYP2C19 *2" */
function isJoinedByMore(folded: string, before: Atom, atom: Atom, gap: number): boolean {
  // Most words are parted by a comma, a full stop or a closing bracket and a blank.
  const second = folded.charCodeAt(before.end + 1);
  if (second === BLANK)
    return folded.charCodeAt(before.end) === CLOSING && isHydroxyvitamin(folded, before, atom);
  const first = folded[before.end];
  if (first === ' ' && (second === AT_LEAST || second === GREATER)) {
    return (
      isCounted(before.text) &&
      NUMBER.test(atom.text) &&
      /^ (?:≥|>=) ?$/.test(folded.slice(before.end, atom.start))
    );
  }
  if (gap > 2) return false;
  if (first === ' ' && second === OPENING) return atom.text === 'a' && LIPOPROTEIN.test(before.text);
  if (first === ' ') return second === STAR && isStarAllele(before, atom);
  if (first === ':') return second === COLON;
  if (first === '-') return second === OPENING && HYDROXY.test(atom.text);
  return first === ')' && second === HYPHEN && isClosed(folded, before);
}

/** "25(OH) D" */
function isHydroxyvitamin(folded: string, before: Atom, atom: Atom): boolean {
  return HYDROXY.test(before.text) && isClosed(folded, before) && VITAMIN_D.test(atom.text);
}

/** "alpha(1)" before "-antitrypsin", "25(OH)" before "-vitamin D" */
function isClosed(folded: string, before: Atom): boolean {
  return before.glue === 'tight' && folded[before.start - 1] === '(';
}

/** "10-20"; but a marker is called CA 19-9. */
function isRange(before: Atom, atom: Atom): boolean {
  if (!NUMBER.test(before.text) || !NUMBER.test(atom.text)) return false;
  return before.glue === null || Number(before.text) < Number(atom.text);
}

function isStarAllele(before: Atom, atom: Atom): boolean {
  return GENE.test(before.text) && STAR_ALLELE.test(atom.text);
}

/** "gamma/delta T cells" */
function isGreekPair(before: Atom, atom: Atom): boolean {
  return (
    (before.text === 'gamma' && atom.text === 'delta') || (before.text === 'alpha' && atom.text === 'beta')
  );
}

/** "Nav1.7", "PM2.5", "Na(v)1.7", "PM(2.5)" */
function isPointed(folded: string, before: Atom, atom: Atom): boolean {
  if (!/^\d{1,2}$/.test(atom.text)) return false;
  if (NAME_AND_NUMBER.test(before.text) || LINEAGE.test(before.asWritten)) return true;
  if (before.glue === 'tight' && folded[before.start - 1] === '.') return true;
  if (before.glue === null || !/^\d{1,2}$/.test(before.text)) return false;
  return before.glue === 'loose' || /[()]/.test(folded[before.start - 1] ?? '');
}

/** "CO(2)", "V(max)", "Fe(III)", "p16(INK4a)", "KRAS(G12C)", "Val(158)Met" */
function isInParentheses(before: Atom, atom: Atom): boolean {
  if (/^\d{3}$/.test(atom.text)) return isAminoAcid(before.text);
  if (before.text === 'lipoprotein') return atom.text === 'a';
  if (before.text.length > SHORT_NAME) return false;
  if (before.text.length === 1 && BELOW_LINE.test(atom.text)) return true;
  return atom.text.length <= 2 || isRoman(atom.text) || OTHER_NAME.test(atom.text);
}

/** "(99m)Tc", "[18F]FDG": the label in brackets belongs to what follows. */
function isIsotope(folded: string, before: Atom, atom: Atom): boolean {
  if (WORD_SIGN.test(folded[before.start - 2] ?? '')) return false;
  const brackets = `${folded[before.start - 1]}${folded[before.end]}`;
  if (brackets === '()') return MASS_NUMBER.test(before.text) && ELEMENT.test(atom.asWritten);
  return brackets === '[]' && ISOTOPE.test(before.text) && atom.text.length <= LONGEST_LABELLED;
}

/**
 * Whether a letter that ends there belongs to what follows: "human T cells", "naive T-cells", "saw
 * H(2)O", "resistant E. coli", "lung IkappaB".
 */
function isFirstOfName(folded: string, end: number): boolean {
  const sign = folded[end] ?? '';
  if (WORD_SIGN.test(sign) || isInitial(folded, end)) return true;
  if ((HYPHENS.has(sign) || sign === '(') && ENDS_NAME.test(folded.slice(end, end + LONGEST_END)))
    return false;
  if (HYPHENS.has(sign) || sign === '(') return WORD_SIGN.test(folded[end + 1] ?? '');
  return sign === ' ' && AFTER_LETTER.test(folded.slice(end + 1, end + 12).split(/[^A-Za-z]/, 1)[0] ?? '');
}

/** What `isNameOfBefore` asks of a word first, so that most pairs of words cost no more. */
export interface PairSigns {
  /** May be one name with a word behind it, whatever that is. */
  leads: boolean;
  /** May end a name: a number, a numeral, a letter, the name of a Greek one. */
  isSign: boolean;
  isStopWord: boolean;
  /** See `isPartingName`. */
  partsName: boolean;
  isNumber: boolean;
  /** May be the first of two words that as many write in one. */
  isHalf: boolean;
  /** Stands behind a single letter, or behind a Greek one, in one name. */
  isAfterLetter: boolean;
  isAfterGreek: boolean;
}

export function toPairSigns(text: string): PairSigns {
  return {
    leads:
      text.length === 1 || isGreekName(text) || PREFIXES.has(text) || FIRST_IN_ONE.has(text) || mayLead(text),
    isSign:
      text.length === 1 ||
      isGreekName(text) ||
      isRoman(text) ||
      NUMBER_LIKE.test(text) ||
      LOCUS.test(text) ||
      LONG_BASE.test(text),
    isStopWord: isStopWord(text),
    partsName: isPartingName(text),
    isNumber: isNumber(text),
    isHalf: FIRST_IN_ONE.has(text),
    isAfterLetter: AFTER_LETTER.test(text),
    isAfterGreek: AFTER_GREEK.test(text),
  };
}

function mayLead(text: string): boolean {
  return isCounted(text) || isNumber(text) || HYDROXY.test(text);
}

function isNameOfBefore(folded: string, before: Atom, atom: Atom, hasCapitals: boolean): boolean {
  if (!before.word.leads && (!atom.word.isSign || before.word.isStopWord)) return false;
  const { text, asWritten, end } = atom;
  if (before.text.length === 1 && atom.word.isAfterLetter) return LETTERS.test(before.text);
  if (PREFIXES.has(before.text) && AFTER_PREFIX.test(text) && !atom.word.isStopWord) return true;
  if (before.text === 'anti' && AFTER_ANTI.test(text)) return true;
  if (atom.word.isAfterGreek) return isBehindGreek(folded, before.end);
  if (before.word.isHalf && IN_ONE.has(`${before.text} ${text}`)) return true;
  if (isRomanMember(text, before.text)) return true;
  if (before.word.isNumber && HYDROXYVITAMIN.test(text)) return true;
  if (before.text === '25' && text === 'oh') return true;
  if (before.glue !== null && HYDROXY.test(before.text)) return VITAMIN_D.test(text);
  if (before.glue !== null && before.word.isNumber && MEMBER.test(text)) {
    return (!hasCapitals || asWritten !== text) && !isFirstOfName(folded, end);
  }
  // Numbers, numerals, single letters and names of Greek ones are short.
  if (text.length > LONGEST_SIGN || before.word.isStopWord) return false;
  if (isGreekName(text) && !isRoman(text)) {
    if (text === 'mu' && UNIT_OF_MU.test(folded.slice(end, end + 6))) return false;
    if (isGreekPair(before, atom)) return true;
    const isShort = before.text.length <= SHORT_NAME;
    return (isShort || isBeforeGreek(before.text)) && !isGreekName(before.text);
  }
  if (text.length > LONGEST_NUMBER || !LETTERS.test(before.text)) return false;
  if (!isSignOfName(folded, before, atom, hasCapitals)) return false;
  return !IN_MOLECULE.test(folded.slice(end, end + LONGEST_IN_MOLECULE));
}

/** "alpha-1" and "17-beta", but not "IFN-beta". */
function isBehindGreek(folded: string, end: number): boolean {
  return BEHIND_GREEK.test(folded.slice(Math.max(0, end - LONGEST_GREEK), end));
}

/** Whether a short word behind a word of letters is a number, a numeral or a letter of its name. */
function isSignOfName(folded: string, before: Atom, atom: Atom, hasCapitals: boolean): boolean {
  const { text, asWritten, end } = atom;
  const isShort = before.text.length <= SHORT_NAME;
  if (NUMBER_LIKE.test(text) && (isShort || SHORT_NUMBER.test(text))) {
    return POINTED.has(before.text) || !isDecimal(folded, end);
  }
  if (before.text.length < LEAST_BEFORE_LETTER) return false;
  if (MASS_NUMBER.test(text)) return isNamedIsotope(before.text, text);
  if (isRoman(text)) return true;
  if (text.length !== 1 || !LETTERS.test(text) || isFirstOfName(folded, end)) return false;
  return asWritten !== 'a' || !hasCapitals;
}

/** "Cytotoxic T" before "cells". */
export function isNameBeforeCells(folded: string, before: Atom, letter: Atom, after: Atom): boolean {
  if (letter.text.length !== 1 || letter.glue !== null || letter.start - before.end !== 1) return false;
  if (!AFTER_LETTER.test(after.text)) return false;
  if (folded[before.end] !== ' ' || before.word.isStopWord || !LETTERS.test(letter.text)) return false;
  return before.text.length >= LEAST_BEFORE_LETTER && LETTERS.test(before.text);
}

/** Most words are none, which their first sign tells. */
function isNumber(text: string): boolean {
  const first = text.charCodeAt(0);
  return first >= 48 && first <= 57 && NUMBER.test(text);
}

function isDecimal(folded: string, end: number): boolean {
  return folded[end] === '.' && /\d/.test(folded[end + 1] ?? '');
}
