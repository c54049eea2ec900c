/** Ends with exactly one mark: a full stop unless the text brings its own. */
export function toSentence(text: string): string {
  return /[.?!]["'”’)\]]*$/.test(text) ? text : `${text}.`;
}

export function joinSentences(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' ');
}
