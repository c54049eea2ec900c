/**
 * WordPiece needs about one piece for so many letters of biomedical English; longer words count as
 * several.
 */
const LETTERS_A_TOKEN = 7;

/**
 * The length of `text.slice(start, end)` in tokens, independent of any embedder so that passages never
 * move when it is changed: each run of letters and digits counts one for every seven characters begun,
 * any other visible character one.
 */
export function countTokens(text: string, start = 0, end = text.length): number {
  let tokens = 0;
  let run = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (isWordCode(code)) {
      if (run % LETTERS_A_TOKEN === 0) tokens++;
      run++;
    } else {
      run = 0;
      if (code > 32 && code !== 0xa0) tokens++;
    }
  }
  return tokens;
}

/**
 * Above ASCII everything but general punctuation and CJK counts as a letter; a CJK character is a
 * token by itself.
 */
function isWordCode(code: number): boolean {
  if (code < 128)
    return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
  return code >= 0xc0 && (code < 0x2000 || code > 0x20ff) && code < 0x3000;
}
