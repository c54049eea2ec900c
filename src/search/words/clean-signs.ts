/** By name, what HTML writes for signs that words and names have; of accented letters the letter alone. */
const ENTITIES = new Map(
  Object.entries({
    ...{ nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" },
    ...{ ndash: '-', minus: '-', hyphen: '-', dash: '-', mdash: '—', shy: '', zwnj: '', zwj: '' },
    ...{ lsquo: "'", rsquo: "'", ldquo: '"', rdquo: '"', prime: "'", micro: 'µ', szlig: 'ß', aelig: 'æ' },
    ...{ oelig: 'œ', oslash: 'ø', aring: 'å', deg: '°', plusmn: '±', times: '×', hellip: '…' },
    ...{ sup2: '²', sup3: '³', le: '≤', ge: '≥', middot: '·' },
  }),
);
const GREEK_NAMES =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega';
for (const [at, name] of GREEK_NAMES.split(' ').entries())
  ENTITIES.set(name, 'αβγδεζηθικλμνξοπρστυφχψω'.charAt(at));
const ACCENTED = /^([a-z])(?:acute|grave|circ|uml|tilde|cedil|caron)$/i;
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}\d?));/gi;
/** Zero-width signs, marks of direction and the soft hyphen: nobody sees them. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/gu;
const ASCII = /^[\0-\x7f]*$/;
const LAST_SIGN = 0x10ffff;
const WIDE = /\s\s+|[\t\n\r\f\v]/g;

/** `text` with signs for what HTML names, without invisible ones, and with one blank for white space. */
export function cleanSigns(text: string): string {
  const decoded = text.includes('&') ? text.replaceAll(ENTITY, toSign) : text;
  const visible = ASCII.test(decoded) ? decoded : decoded.replaceAll(INVISIBLE, '');
  return visible.replaceAll(WIDE, ' ');
}

function toSign(written: string, decimal?: string, hex?: string, name?: string): string {
  if (name === undefined) {
    const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
    const sign = code > 0 && code <= LAST_SIGN ? String.fromCodePoint(code) : ' ';
    return sign.isWellFormed() ? sign : ' ';
  }
  return ENTITIES.get(name.toLowerCase()) ?? ACCENTED.exec(name)?.[1] ?? written;
}
