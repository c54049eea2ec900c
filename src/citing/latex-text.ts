import { toRaisedRun } from './latex-raised.ts';
import { findLatex } from './latex-table.ts';
import { createCapitalTest } from './own-capitals.ts';

const EAST_ASIAN = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const FULL_WIDTH = /^[\uff01-\uff65]$/u;

/**
 * Text as TeX's source: what means something to TeX, and what classic BibTeX and pdflatex have no letter for.
 * Full-width signs stay beside letters that pdflatex has not either: "题目（一）".
 */
export function escapeLatex(text: string): string {
  const isEastAsian = EAST_ASIAN.test(text);
  const write = (run: string) => (isEastAsian && FULL_WIDTH.test(run) ? run : escapeRun(run));
  return splitRuns(text).map(write).join('');
}

/**
 * Styles put titles into lower case: words with a capital of their own are kept by braces. `abstract`: of the
 * same work, which tells proper nouns.
 */
export function protectCase(title: string, abstract: string | null): string {
  const isOwn = createCapitalTest(title, abstract);
  return title
    .split(/(\s+)/)
    .map((word, at) => (at % 2 === 0 && isOwn(at / 2) ? protectWord(word) : escapeLatex(word)))
    .join('');
}

/**
 * In braces, so that BibTeX leaves it alone. A backslash right behind the brace would make a "special
 * character" of all of it, which is put into lower case after all: an empty group keeps them apart.
 */
export function protectWord(word: string): string {
  const escaped = escapeLatex(word);
  return escaped.startsWith('\\') ? `{{}${escaped}}` : `{${escaped}}`;
}

/**
 * A letter with its marks is one; raised or lowered characters that follow each other are one run: one
 * exponent.
 */
function splitRuns(text: string): string[] {
  return text.normalize('NFC').match(/[⁰¹²³⁴-⁻⁼⁽⁾ⁿⁱᴬ-ᵡᶜᶠᶿʰ-ʸˡˢˣ]+|[₀-₎ₐ-ₜᵢ-ᵪⱼ]+|\P{M}\p{M}*|\p{M}/gu) ?? [];
}

function escapeRun(run: string): string {
  return toRaisedRun(run) ?? findLatex(run) ?? escapeCompatible(run);
}

/** "ﬀ", "𝑥" and "⅛" are other forms of characters that TeX has. */
function escapeCompatible(run: string): string {
  const plain = run.normalize('NFKC');
  return plain === run ? run : escapeLatex(plain);
}
