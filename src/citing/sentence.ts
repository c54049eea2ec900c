/**
 * Ends with exactly one mark: a full stop unless the text brings its own, or one that goes on. What stands in
 * brackets ends no sentence, as NLM has it: "[Was ist neu?]." and "A case (Smith et al.)."
 */
export function toSentence(text: string): string {
  return /[.?!…]["'”’»]*$/.test(text) ? text : `${text.replace(/[,;:]$/, '')}.`;
}

export function joinSentences(pieces: readonly (string | null)[]): string {
  return pieces.filter((piece) => piece !== null && piece !== '').join(' ');
}
