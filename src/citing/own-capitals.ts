/** A word as a title writes it, with the signs around it. */
interface TitleWord {
  text: string;
  /** The first of a title, or behind its colon: a capital there is that of the sentence. */
  isFirst: boolean;
}

/** Of so many words a title tells whether it is written "Like This One". */
const LEAST_WORDS = 3;
const MOST_CAPITALS = 0.8;
/** "of", "with" and "from" are small in such a title, too. */
const LEAST_LETTERS = 5;
const SMALL_WORDS = new Set(
  'about above across after against along amid among around before behind below beneath beside between beyond despite down during except from inside into like near onto over past since than that through throughout till toward towards under until upon using versus when where which while with within without'.split(
    ' ',
  ),
);
/** One letter behind them is a name's own; elsewhere "A" is the article. */
const NAMED_BY_LETTER =
  /^(?:hepatitis|vitamins?|types?|influenza|groups?|class|classes|proteins?|factors?|grades?|phases?|stages?|adenosine|coenzyme)$/iu;

/**
 * Tells of each word of a title whether a capital in it is its own: acronyms, names of genes, proper nouns.
 * In a title that is written "Like This One" a capital at the begin of a word says nothing; there the
 * abstract tells, which writes proper nouns with one in the midst of a sentence.
 */
export function createCapitalTest(title: string, abstract: string | null): (at: number) => boolean {
  const words = toWords(title);
  const isLikeThis = isInTitleCase(words);
  return (at) => {
    const word = words[at];
    if (word === undefined || !/\p{Lu}/u.test(word.text)) return false;
    const letters = word.text.replaceAll(/^[^\p{L}\p{N}]+|(?<=[\p{L}\p{N}])[^\p{L}\p{N}]+$/gu, '');
    if (!isPlain(letters)) return !(word.isFirst && /^\P{Lu}*\p{Lu}\P{Lu}*$/u.test(letters) && at === 0);
    if (word.isFirst) return false;
    if (!isLikeThis) return true;
    if (letters.length === 1) return letters !== 'A' || NAMED_BY_LETTER.test(words[at - 1]?.text ?? '');
    return isGenus(words[at + 1]?.text ?? '') || isProper(letters, abstract);
  };
}

/** Split at white space, as the caller splits them. */
function toWords(title: string): TitleWord[] {
  const texts = title.split(/\s+/);
  return texts.map((text, at) => ({ text, isFirst: at === 0 || (texts[at - 1] ?? '').endsWith(':') }));
}

/** No capital but at its begin, or at the begins of the pieces that hyphens join; and no digit. */
function isPlain(letters: string): boolean {
  const pieces = letters.replace(/['’]s$/u, '').split(/[-‐‑–/]/u);
  return pieces.every((piece) => /^(?:\p{Lu}?(?:\p{Ll}\p{M}*)+|\p{Lu})$/u.test(piece)) && pieces[0] !== '';
}

function isInTitleCase(words: readonly TitleWord[]): boolean {
  const telling = words
    .filter(({ isFirst }) => !isFirst)
    .map(({ text }) => text.replaceAll(/[^\p{L}'’-]/gu, ''))
    .filter((text) => text.length >= LEAST_LETTERS && isPlain(text));
  const capitals = telling.filter((text) => /^\p{Lu}/u.test(text)).length;
  return telling.length >= LEAST_WORDS && capitals >= MOST_CAPITALS * telling.length;
}

/** "Prunus tenella": what stays small in such a title and is no "with". */
function isGenus(next: string): boolean {
  return /^\p{Ll}{4,}[^\p{L}]*$/u.test(next) && !SMALL_WORDS.has(next);
}

/** In the midst of a sentence of the abstract with a capital, and nowhere without. */
function isProper(letters: string, abstract: string | null): boolean {
  const name = letters.replace(/['’]s$/u, '');
  if (abstract === null || !/^[\p{L}\p{M}-]{1,60}$/u.test(name)) return false;
  const small = name.charAt(0).toLowerCase() + name.slice(1);
  const isInMidst = new RegExp(`[\\p{Ll}\\d,)] \\(?${name}(?![\\p{L}\\p{M}])`, 'u').test(abstract);
  return isInMidst && !new RegExp(`(?<![\\p{L}-])${small}(?![\\p{L}\\p{M}])`, 'u').test(abstract);
}
