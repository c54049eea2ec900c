/** Letters that no decomposition takes apart. */
const WHOLE = new Map(
  Object.entries({ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i', ħ: 'h' }),
);

/**
 * The form in which names of people and groups are compared: lower case, without accents, apostrophes and
 * full stops, every other sign a blank: "Müller-Schmidt" and "muller schmidt", "O’Brien" and "obrien" are
 * one.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[\p{M}'’`´ʼ.]/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłıħ]/gu, (letter) => WHOLE.get(letter) ?? letter)
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
