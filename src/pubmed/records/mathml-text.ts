import { toSubscript, toSuperscript } from './raised-text.ts';

/** MathML elements whose children have places; in all others the children simply follow each other. */
const LAYOUTS: Record<string, (children: string[]) => string> = {
  msub: ([base = '', sub = '']) => base + toSubscript(sub, base),
  msup: ([base = '', sup = '']) => base + toSuperscript(sup, base),
  msubsup: ([base = '', sub = '', sup = '']) => attachScripts(base, [sub, sup]),
  mover: ([base = '', over = '']) => base + toAccent(over, base, ABOVE),
  munder: ([base = '', under = '']) => base + toAccent(under, base, BELOW),
  munderover: ([base = '', under = '', over = '']) => attachScripts(base, [under, over]),
  mfrac: ([over = '', under = '']) => `${toOperand(over)}/${toOperand(under)}`,
  msqrt: (children) => `√${toOperand(children.join(''))}`,
  mroot: ([base = '', index = '']) => `${toSuperscript(index, '')}√${toOperand(base)}`,
  mmultiscripts: composeMultiscripts,
  mtable: (rows) => rows.join('; '),
  mtr: (cells) => cells.join(' '),
  // The first child is for reading; the others say the same to machines.
  semantics: ([presentation = '']) => presentation,
  annotation: () => '',
  'annotation-xml': () => '',
  mphantom: () => '',
  mspace: () => ' ',
  mprescripts: () => PRESCRIPTS,
  none: () => '',
};

/** Their text is what they are; white space around it is layout. */
const TOKENS = new Set(['mi', 'mn', 'mo', 'mtext', 'ms']);
const LAYOUT = ' \t\n\r';
/** Function application, invisible times, separator and plus: nothing to see. */
const INVISIBLE = /[\u2061-\u2064]/g;
/** Marks the place of `mprescripts` among its siblings; no XML text can hold it. */
const PRESCRIPTS = '\u0000';
const ABOVE: Record<string, string> = {
  '.': '\u0307',
  '˙': '\u0307',
  '¨': '\u0308',
  '¯': '\u0304',
  '‾': '\u0304',
  '-': '\u0304',
  '^': '\u0302',
  ˆ: '\u0302',
  '~': '\u0303',
  '˜': '\u0303',
  '→': '\u20d7',
};
const BELOW: Record<string, string> = { _: '\u0332', '¯': '\u0331' };
const COMPOUND = /[\s+\-−±=<>≤≥/·×∗*]/;

export function isMathToken(name: string): boolean {
  return TOKENS.has(name);
}

export function isMathLayout(name: string): boolean {
  return Object.hasOwn(LAYOUTS, name);
}

/** What stands between the tags of a token. */
export function toTokenText(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && LAYOUT.includes(text.charAt(from))) from += 1;
  while (to > from && LAYOUT.includes(text.charAt(to - 1))) to -= 1;
  return text.slice(from, to).replace(INVISIBLE, '');
}

/** A layout element as one line, in the order in which a person reads it aloud. */
export function composeMath(name: string, children: string[]): string {
  return LAYOUTS[name]?.(children) ?? children.join('');
}

/** Base, then pairs of sub- and superscript; those behind `mprescripts` stand in front of the base. */
function composeMultiscripts([base = '', ...scripts]: string[]): string {
  const divide = scripts.indexOf(PRESCRIPTS);
  const after = divide < 0 ? scripts : scripts.slice(0, divide);
  const before = divide < 0 ? [] : scripts.slice(divide + 1);
  return attachScripts(attachScripts('', before) + base, after);
}

function attachScripts(base: string, scripts: string[]): string {
  const pieces = [base];
  let last = base;
  for (const [at, script] of scripts.entries()) {
    const piece = at % 2 === 0 ? toSubscript(script, last) : toSuperscript(script, last);
    pieces.push(piece);
    if (piece !== '') last = piece;
  }
  return pieces.join('');
}

/** One character takes its accent; over more than one, the sign follows. */
function toAccent(sign: string, base: string, accents: Record<string, string>): string {
  const isOne = base.length <= 2 && Array.from(base).length === 1;
  const accent = isOne ? accents[sign] : undefined;
  return accent ?? (Object.hasOwn(accents, sign) ? sign : toSuperscript(sign, base));
}

function toOperand(text: string): string {
  return COMPOUND.test(text) ? `(${text})` : text;
}
