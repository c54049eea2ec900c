/** Lucene's English stop words (`EnglishAnalyzer.ENGLISH_STOP_WORDS_SET`). */
const STOP_WORDS = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these they this ' +
    'to was will with'
  ).split(' '),
);

/** `word` in lower case. They stand in the index and are left out of questions. */
export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word);
}
