import type { Atom } from './atoms.ts';
import { isGreekName } from './fold-text.ts';

const ROMAN = new Map(
  Object.entries({ ii: '2', iii: '3', iv: '4', vi: '6', vii: '7', viii: '8', ix: '9', xi: '11', xii: '12' }),
);
const ROMAN_LETTERS = new Map(Object.entries({ i: '1', v: '5', x: '10' }));
/** "IIIA", "IA1" */
const ROMAN_MEMBER = /^(i{1,3}|iv|v)([a-c]\d?)$/;
/** After one of these, I, V and X are numbers as well. */
const COUNTED = new Set(
  (
    'type grade stage phase class group level category degree factor complex collagen angiotensin bipolar topoisomerase ' +
    'hiv htlv hsv dsm igf igfbp icam mhc hla cpt dpp'
  ).split(' '),
);
/** Written out as often as not, and one name with the number or the Greek letter behind it. */
const BEFORE_NUMBER = new Map(Object.entries({ interleukin: 'il', microrna: 'mir', mirna: 'mir' }));
const BEFORE_GREEK = new Map(Object.entries({ interferon: 'ifn' }));

/**
 * What `atom` is called in a compound: a Roman numeral by its number, and before a number "interleukin" by
 * its short name.
 */
export function toCompoundPiece(
  { text }: Pick<Atom, 'text'>,
  before: Pick<Atom, 'text'> | undefined,
  after: Pick<Atom, 'text'> | undefined,
  behind: Pick<Atom, 'text'> | undefined,
): string {
  const short = after === undefined ? undefined : toShortName(text, after.text, behind?.text ?? '');
  if (short !== undefined) return short;
  return before === undefined ? text : (toNumber(text, before.text) ?? text);
}

export function isRoman(text: string): boolean {
  return ROMAN.has(text);
}

/** Whether what is behind `text` may be a Roman numeral of one letter. */
export function isCounted(text: string): boolean {
  return COUNTED.has(text);
}

/** "IIIA" behind what is counted with Roman numerals. */
export function isRomanMember(text: string, before: string): boolean {
  return COUNTED.has(before) && ROMAN_MEMBER.test(text);
}

/** Written out, a name of which a Greek letter is a part: "interferon gamma". */
export function isBeforeGreek(text: string): boolean {
  return BEFORE_GREEK.has(text);
}

/** Before a letter and a number: "prostaglandin E2" and "prostaglandin E(2)" are PGE2. */
const ICOSANOIDS = new Map(Object.entries({ prostaglandin: 'pg', thromboxane: 'tx', leukotriene: 'lt' }));
const LETTER_AND_NUMBER = /^[a-j]\d$/;

function toShortName(text: string, after: string, behind: string): string | undefined {
  const icosanoid = ICOSANOIDS.get(text);
  if (icosanoid !== undefined)
    return LETTER_AND_NUMBER.test(after) || LETTER_AND_NUMBER.test(after + behind) ? icosanoid : undefined;
  if (/^\d/.test(after)) return BEFORE_NUMBER.get(text) ?? toShortImmunoglobulin(text, after);
  if (after.length === 1) return toShortImmunoglobulin(text, after);
  return isGreekName(after) ? BEFORE_GREEK.get(text) : undefined;
}

/** "immunoglobulin G" is IgG. */
function toShortImmunoglobulin(text: string, after: string): string {
  return text === 'immunoglobulin' && /^[agmed]\d?$/.test(after) ? 'ig' : text;
}

function toNumber(text: string, before: string): string | undefined {
  if (!COUNTED.has(before)) return ROMAN.get(text);
  const [, numeral, letter = ''] = ROMAN_MEMBER.exec(text) ?? [text, text];
  const number = ROMAN.get(numeral ?? '') ?? ROMAN_LETTERS.get(numeral ?? '');
  return number === undefined ? undefined : number + letter;
}
