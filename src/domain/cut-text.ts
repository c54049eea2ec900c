/** The first characters of a text, without half of a sign at the end: others could not write it as UTF-8. */
export function cutText(text: string, mostCharacters: number): string {
  const cut = text.slice(0, mostCharacters);
  const isHalf = cut.length < text.length && /[\ud800-\udbff]$/.test(cut);
  return isHalf ? cut.slice(0, -1) : cut;
}
