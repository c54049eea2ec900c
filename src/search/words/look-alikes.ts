/** Letters of Cyrillic that look as Latin ones do. */
const CYRILLIC = new Map(
  [...'АВЕКМНОРСТУХЅІЈӀаеорсухѕіјӏ'].map((letter, at) => [letter, 'ABEKMHOPCTYXSIJIaeopcyxsijl'.charAt(at)]),
);
/** Capitals of Greek that do, and omicron, which is no sign of anything. */
const GREEK = new Map([...'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο'].map((letter, at) => [letter, 'ABEZHIKMNOPTYXo'.charAt(at)]));
/** Those that end a name as its sign: "TNFΑ" in a title of capitals is TNF-alpha. */
const SIGNS = new Set('ΑΒΕΖΚ');
/** Most texts have none of these, which costs little to see. */
const MAY_LOOK_ALIKE = /[\u0391-\u03a7\u03bf\u0400-\u052f]/;
const ANY_CYRILLIC = /\p{Script=Cyrillic}/u;
const EACH_CYRILLIC = /\p{Script=Cyrillic}/gu;
const ANY_GREEK = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]/u;
const EACH_GREEK = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο]/gu;
const NAME = /[\p{L}\p{N}‐‑–−-]+/gu;
const WORD = /[\p{L}\p{N}]+/gu;
const LATIN = /[A-Za-z]/;
/** "ΒGal" is β-gal; "ΕGFR" and "Βcl-2" begin with a letter that only looks so. */
const CAPITALISED = /^[A-Z][a-z]/;
/** "В" and "В27", but not "РНК" */
const ONE_LETTER = /^[^\p{L}]*\p{L}[^\p{L}]*$/u;

/**
 * `text` with Latin letters where a keyboard or a scan left those of Cyrillic or Greek that look the same:
 * "СOVID-19", "HLA-В27", "ΙL-6". A word of Russian or Greek stays ("МРТ-3"), and so does a Greek sign.
 */
export function toLatinLetters(text: string): string {
  if (!MAY_LOOK_ALIKE.test(text)) return text;
  const cyrillic = ANY_CYRILLIC.test(text) ? text.replaceAll(NAME, readCyrillic) : text;
  return ANY_GREEK.test(cyrillic) ? cyrillic.replaceAll(WORD, readGreek) : cyrillic;
}

/** Behind a hyphen a word of Russian stays one: "HCV-РНК", "IgG-АТ". */
function readCyrillic(name: string): string {
  if (!ANY_CYRILLIC.test(name) || !LATIN.test(name)) return name;
  const latin = name.replaceAll(WORD, (piece) =>
    LATIN.test(piece) || ONE_LETTER.test(piece) ? toLatin(piece) : piece,
  );
  return ANY_CYRILLIC.test(latin) ? name : latin;
}

function toLatin(piece: string): string {
  return piece.replaceAll(EACH_CYRILLIC, (letter) => CYRILLIC.get(letter) ?? letter);
}

function readGreek(word: string): string {
  if (!LATIN.test(word) || !ANY_GREEK.test(word)) return word;
  return word.replaceAll(EACH_GREEK, (letter, at: number) => {
    const [before, after] = [word[at - 1] ?? '', word[at + 1] ?? ''];
    if (at === 0 && SIGNS.has(letter) && CAPITALISED.test(word.slice(1))) return letter;
    const isWithin = LATIN.test(after) || GREEK.has(after) || (LATIN.test(before) && !SIGNS.has(letter));
    return isWithin ? (GREEK.get(letter) ?? letter) : letter;
  });
}
