/** HTML's marks of letters, each with its combining one: "uuml" is "u" with a diaeresis. */
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301',
  caron: '\u030c',
  cedil: '\u0327',
  circ: '\u0302',
  grave: '\u0300',
  ring: '\u030a',
  tilde: '\u0303',
  uml: '\u0308',
};
const LETTER_WITH_MARK = /^([A-Za-z])(acute|caron|cedil|circ|grave|ring|tilde|uml)$/;
const GREEK = new Map(
  'alphaα betaβ gammaγ deltaδ epsilonε zetaζ etaη thetaθ iotaι kappaκ lambdaλ muμ nuν xiξ omicronο piπ rhoρ sigmafς sigmaσ tauτ upsilonυ phiφ chiχ psiψ omegaω'
    .split(' ')
    .map((pair) => [pair.slice(0, -1), pair.slice(-1)]),
);
/**
 * The other names of HTML 4 that prose has, each with its character
 * (https://www.w3.org/TR/html401/sgml/entities.html).
 */
const SIGNS = new Map(
  (
    'copy© reg® trade™ deg° plusmn± times× divide÷ micro\u00b5 middot· minus− le≤ ge≥ ne≠ equiv≡ asymp≈ sim∼ infin∞ larr← uarr↑ rarr→ ' +
    'darr↓ harr↔ part∂ sum∑ prod∏ radic√ ndash– mdash— lsquo‘ rsquo’ sbquo‚ ldquo“ rdquo” bdquo„ laquo« raquo» hellip… bull• dagger† ' +
    'Dagger‡ permil‰ prime′ Prime″ euro€ pound£ yen¥ cent¢ sect§ para¶ iexcl¡ iquest¿ szligß aeligæ AEligÆ oeligœ OEligŒ oslashø OslashØ ' +
    'ethð ETHÐ thornþ THORNÞ frac12½ frac14¼ frac34¾ sup1¹ sup2² sup3³ ordfª ordmº lsaquo‹ rsaquo› thinsp\u2009 ensp\u2002 emsp\u2003'
  )
    .split(/ /)
    .map((pair) => [pair.slice(0, -1), pair.slice(-1)]),
);
/** XML's own five and the blank, which publishers write in any case. */
const COMMON: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

const ENTITY = /&(?:([a-z]{2,8}\d{0,2})|#(\d{1,7})|#x([\da-f]{1,6}));/gi;
const LAST_CODE_POINT = 0x10ffff;
/** What is no character by its number is one of Windows' in every browser. */
const WINDOWS = new TextDecoder('windows-1252');
const CONTROLS = /[\u0080-\u009f]/g;

/**
 * Entities that a publisher escaped, as characters: those of HTML 4, by name or number. Others are text and
 * stay.
 */
export function decodeEscapedEntities(text: string): string {
  return text.replace(ENTITY, (whole, name?: string, decimal?: string, hex?: string) => {
    if (name !== undefined) return findNamed(name) ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const isCharacter = code >= 0x20 && code <= LAST_CODE_POINT && !(code >= 0xd800 && code <= 0xdfff);
    return isCharacter ? replaceControls(String.fromCodePoint(code)) : whole;
  });
}

/** U+0096 for an en dash: Windows' numbers of characters, taken for Unicode's (HTML, 13.2.5.80). */
export function replaceControls(text: string): string {
  return text.replace(CONTROLS, (control) => WINDOWS.decode(Uint8Array.of(control.charCodeAt(0))));
}

function findNamed(name: string): string | null {
  const known = COMMON[name.toLowerCase()] ?? SIGNS.get(name) ?? GREEK.get(name);
  if (known !== undefined) return known;
  const [, letter, mark = ''] = LETTER_WITH_MARK.exec(name) ?? [];
  if (letter !== undefined) {
    const composed = `${letter}${MARKS[mark] ?? ''}`.normalize('NFC');
    return composed.length === 1 ? composed : null;
  }
  const small = name.charAt(0).toLowerCase() + name.slice(1);
  return small === name ? null : (GREEK.get(small)?.toUpperCase() ?? null);
}
