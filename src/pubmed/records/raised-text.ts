/**
 * Each character whose raised form is in Unicode under a compatibility mapping, so that NFKC leads
 * back to it.
 */
const RAISED = toTable(
  '0123456789+=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVWβγδθφχ',
  '⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂᵝᵞᵟᶿᵠᵡ',
);
const LOWERED = toTable('0123456789+=()aehijklmnoprstuvxβγρφχ', '₀₁₂₃₄₅₆₇₈₉₊₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ');
/** Every stroke that upstream uses as a minus sign. */
for (const minus of ['-', '−', '–', '‐', '‑']) {
  RAISED.set(minus, '⁻');
  LOWERED.set(minus, '₋');
}
/** These stand raised by themselves; `∘` in a superscript is the degree sign. */
for (const sign of ['®', '™', '©', '*', '†', '‡', '′', '″', '°', ' ']) RAISED.set(sign, sign);
RAISED.set('∘', '°');
LOWERED.set(' ', ' ');

const STARTS_AS_NUMBER = /^[+\-−–]?\d/;

/**
 * A superscript as text: in Unicode where every character of it has a raised form (`10<sup>-6</sup>` →
 * 10⁻⁶), else as it stands (`PrP<sup>Sc</sup>` → PrPSc). Only where that would make another number of two,
 * a `^` keeps them apart (`10<sup>5.5</sup>` → 10^5.5). `before` is the text in front of it, or at least
 * its last character.
 */
export function toSuperscript(inner: string, before: string): string {
  return translate(inner, RAISED) ?? keepApart(inner, before, '^');
}

/** As `toSuperscript`, with `_` to keep numbers apart. */
export function toSubscript(inner: string, before: string): string {
  return translate(inner, LOWERED) ?? keepApart(inner, before, '_');
}

function translate(text: string, table: Map<string, string>): string | null {
  let result = '';
  for (const character of text) {
    const translated = table.get(character);
    if (translated === undefined) return null;
    result += translated;
  }
  return result;
}

function keepApart(inner: string, before: string, mark: string): string {
  return STARTS_AS_NUMBER.test(inner) && isDigit(before.at(-1)) ? `${mark}${inner}` : inner;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= '0' && character <= '9';
}

function toTable(plain: string, translated: string): Map<string, string> {
  const targets = Array.from(translated);
  return new Map(Array.from(plain, (character, at) => [character, targets[at] ?? character]));
}
