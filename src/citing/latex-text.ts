const SPECIAL: Record<string, string> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
};

/** Characters that mean something to TeX, as text. */
export function escapeLatex(text: string): string {
  return text.replace(/[\\{}&%$#_~^<>]/g, (character) => SPECIAL[character] ?? character);
}

/**
 * Styles put titles into lower case: words with a capital that is not only that of the first word are
 * kept by braces.
 */
export function protectCase(title: string): string {
  return title
    .split(/(\s+)/)
    .map((word, index) => {
      const escaped = escapeLatex(word);
      const hasOwnCapital = /\p{Lu}/u.test(index === 0 ? word.replace(/^./su, '') : word);
      return hasOwnCapital ? `{${escaped}}` : escaped;
    })
    .join('');
}
