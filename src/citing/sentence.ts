/** Ends with exactly one mark: a full stop unless the text brings its own. */
export function toSentence(text: string): string {
  return /[.?!]["'”’)\]]*$/.test(text) ? text : `${text}.`;
}

export function joinSentences(pieces: readonly (string | null)[]): string {
  return pieces.filter((piece) => piece !== null && piece !== '').join(' ');
}
