/** Ends with exactly one mark: a full stop unless the text brings its own, or one that goes on. */
export function toSentence(text: string): string {
  return /[.?!…]["'”’»)\]]*$/.test(text) ? text : `${text.replace(/[,;:]$/, '')}.`;
}

export function joinSentences(pieces: readonly (string | null)[]): string {
  return pieces.filter((piece) => piece !== null && piece !== '').join(' ');
}
