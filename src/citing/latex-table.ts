/**
 * Characters that mean something to TeX, as text. Where there are several commands, here and below, the one
 * that readers of BibTeX decode.
 */
const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  // BibTeX counts a brace behind a backslash too, so one alone would end the field.
  '{': '{$\\lbrace$}',
  '}': '{$\\rbrace$}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '{$<$}',
  '>': '{$>$}',
  '|': '{$|$}',
};

/** Combining marks and TeX's accents; a letter's name as an accent needs braces around what it stands on. */
const ACCENTS: Readonly<Record<string, string>> = {
  '\u0300': '`',
  '\u0301': "'",
  '\u0302': '^',
  '\u0303': '~',
  '\u0304': '=',
  '\u0306': 'u',
  '\u0307': '.',
  '\u0308': '"',
  '\u030a': 'r',
  '\u030b': 'H',
  '\u030c': 'v',
  '\u0323': 'd',
  // A comma below as a cedilla: readers of BibTeX do not know `\textcommabelow` and would lose the letter.
  '\u0326': 'c',
  '\u0327': 'c',
  '\u0328': 'k',
  '\u0331': 'b',
};

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  ȷ: 'j',
  đ: 'dj',
  Đ: 'DJ',
  ð: 'dh',
  Ð: 'DH',
  þ: 'th',
  Þ: 'TH',
};

const GREEK = new Map(
  (
    'αalpha ⍺alpha βbeta γgamma δdelta εepsilon ϵepsilon ζzeta ηeta θtheta ϑvartheta ιiota κkappa λlambda μmu µmu νnu ξxi πpi ρrho ' +
    'ςvarsigma σsigma τtau υupsilon φphi ϕphi χchi ψpsi ωomega ΓGamma ΔDelta ∆Delta ΘTheta ΛLambda ΞXi ΠPi ΣSigma ' +
    'ΥUpsilon ΦPhi ΨPsi ΩOmega ΩOmega'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)]),
);
/** Greek capitals and omicron that look like Latin letters have no command of their own. */
const LATIN_LOOKING = new Map(
  [...'ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOοoΡPΤTΧX']
    .join('')
    .match(/../gu)
    ?.map((two) => [...two] as [string, string]),
);

const MATH = new Map(
  (
    '±pm ×times ÷div ≤leq ≥geq ⩽leq ⩾geq ≦leq ≧geq ≠neq ≈approx ≅cong ≃simeq ∼sim ≡equiv ∝propto ∞infty −- ∗ast ∙bullet ·cdot ⋅cdot ' +
    '→rightarrow ←leftarrow ↔leftrightarrow ↑uparrow ↓downarrow ⇒Rightarrow ⇌rightleftharpoons ∂partial ∑sum ∏prod √surd ∫int ' +
    '∈in ∉notin ∩cap ∪cup ⊂subset ⊆subseteq ∧wedge ∨vee ¬lnot ∀forall ∃exists ∅emptyset ⊥perp ∥parallel ∠angle ∇nabla ℓell ≪ll ≫gg ' +
    '○circ △bigtriangleup ⊕oplus ⊗otimes ★star'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)]),
);

/** What has a name or a form in text. Marks without a width of their own say nothing to TeX. */
const TEXT: Readonly<Record<string, string>> = {
  '–': '--',
  '—': '---',
  '‒': '--',
  '―': '---',
  '‐': '-',
  '‑': '-',
  '‘': '`',
  '’': "'",
  ʼ: "'",
  '‚': '{\\quotesinglbase}',
  '“': '``',
  '”': "''",
  '„': '{\\quotedblbase}',
  '′': "{$'$}",
  '″': "{$''$}",
  '…': '{\\ldots}',
  '•': '{\\textbullet}',
  '°': '{\\textdegree}',
  '®': '{\\textregistered}',
  '™': '{\\texttrademark}',
  '©': '{\\textcopyright}',
  '†': '{\\dag}',
  '‡': '{\\textdaggerdbl}',
  '§': '{\\textsection}',
  '¶': '{\\textparagraph}',
  '£': '{\\textsterling}',
  '€': '{\\texteuro}',
  '¥': '{\\textyen}',
  '¢': '{\\textcent}',
  '‰': '{\\textperthousand}',
  '¿': '{\\textquestiondown}',
  '¡': '{\\textexclamdown}',
  ª: '{\\textordfeminine}',
  º: '{\\textordmasculine}',
  '½': '{$\\frac{1}{2}$}',
  '¼': '{$\\frac{1}{4}$}',
  '¾': '{$\\frac{3}{4}$}',
  '⅓': '{$\\frac{1}{3}$}',
  '⅔': '{$\\frac{2}{3}$}',
  '\u00a0': '~',
  '\u202f': '~',
  '\u2009': '{\\,}',
  '\u200a': '{\\,}',
  '\u2002': ' ',
  '\u2003': ' ',
  '\u3000': ' ',
  '\u2004': ' ',
  '\u2005': ' ',
  '\u00ad': '{\\-}',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\u200e': '',
  '\u200f': '',
  '\u2060': '',
  '\u202a': '',
  '\u202b': '',
  '\u202c': '',
  '\u202d': '',
  '\u202e': '',
  '\u2066': '',
  '\u2067': '',
  '\u2068': '',
  '\u2069': '',
  '\ufeff': '',
  '⁄': '/',
};

/**
 * TeX's own form of one character, a letter with its accents for one; `null` where it needs none or has none.
 */
export function findLatex(character: string): string | null {
  const known = SPECIAL[character] ?? TEXT[character];
  if (known !== undefined) return known;
  const letter = LETTERS[character];
  if (letter !== undefined) return `{\\${letter}}`;
  const math = findMath(character);
  return math === null ? findAccented(character) : `{$${math}$}`;
}

/** The same for use between two `$`. */
export function findMath(character: string): string | null {
  const name = GREEK.get(character) ?? MATH.get(character);
  if (name !== undefined) return name === '-' ? '-' : `\\${name}`;
  return LATIN_LOOKING.get(character) ?? null;
}

function findAccented(character: string): string | null {
  const [base = '', ...marks] = character.normalize('NFD');
  const greek = marks.length === 0 ? null : findMath(base);
  if (greek !== null) return `{$${greek}$}`;
  if (marks.length === 0 || !/^[A-Za-z]$/.test(base)) return null;
  let text = base;
  for (const mark of marks) {
    const accent = ACCENTS[mark];
    if (accent === undefined) return null;
    text = text.length > 1 || /^[A-Za-z]/.test(accent) ? `\\${accent}{${text}}` : `\\${accent}${text}`;
  }
  return `{${text}}`;
}
