/** Words that stay small inside a title, of the languages in which journals are named most. */
const SMALL_WORDS = new Set(
  (
    'a an and as at by for from in of on or the to with & ' +
    'da das de del della den der des di die do du e el en et für i il la las le les los na och og on och und van voor y'
  ).split(' '),
);

/** Series whose name is written small wherever it stands. */
const OWN_SMALL = new Set(['npj']);
const NONE: ReadonlySet<string> = new Set();
/** Syllables of Chinese titles ("xue bao", "za zhi"), among which "da" is a word like any other. */
const PINYIN = /\b(?:xue|zhi|bao)\b/i;

/**
 * NLM writes titles in sentence case and adds what tells them apart: "The spine journal : official journal of
 * …", "Acta oncologica (Stockholm, Sweden)", "… = The journal of applied ecology". A bibliography has the
 * name alone, in title case; words with a capital of their own ("eLife") stay as they are.
 */
export function toJournalName(title: string): string {
  const name = withoutRemark(title).split(/ (?:[:=]) /, 1)[0] ?? title;
  const small = PINYIN.test(name) ? NONE : SMALL_WORDS;
  return name
    .split(' ')
    .map((word, index) => toTitleCase(word, { isFirst: index === 0, small }))
    .join(' ');
}

/** Without what stands in parentheses at the end. */
function withoutRemark(title: string): string {
  const open = title.endsWith(')') ? title.lastIndexOf('(') : -1;
  return open < 0 || title.indexOf(')', open) < title.length - 1 ? title : title.slice(0, open).trimEnd();
}

/** Each piece of "computer-aided" and "hematology/oncology" begins with a capital. */
function toTitleCase(
  word: string,
  { isFirst, small }: { isFirst: boolean; small: ReadonlySet<string> },
): string {
  return word
    .split(/([-/]+)/)
    .map((piece, index) => {
      const isSmall = OWN_SMALL.has(piece) || (small.has(piece) && !(isFirst && index === 0));
      return isSmall || /\p{Lu}/u.test(piece) ? piece : capitalize(piece);
    })
    .join('');
}

function capitalize(piece: string): string {
  return piece.replace(
    /^(\P{L}*)(\p{Ll})/u,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  );
}
