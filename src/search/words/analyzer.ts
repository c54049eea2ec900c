/**
 * The way in which words of texts and questions are read. An index keeps the number of the one that
 * made it and is asked in that one's way; whoever changes what a word becomes raises this number, so
 * that people are told to make their index anew. 1: runs of letters and digits, by their stem. 2:
 * `toPassageWords` and `toAskedWords`. 3: the same, with more spellings and plurals, lists of names and
 * alleles. 4: texts hold each name of their lists ("hepatitis A and B"); questions are read as by 3. 5: texts
 * hold beside each name what others call it ("V66M" of "Val66Met"), and more lists; what 4 has, 5 has too.
 */
export const ANALYZER = 5;
/** Of indexes that were made before the number was kept. */
export const FIRST_ANALYZER = 1;
/** An index of it is asked by its words and by today's, which are those of what came in since. */
export const SECOND_ANALYZER = 2;
/** What to tell whoever asks an index of another analyzer than `ANALYZER`, which goes on answering. */
export const EARLIER_INDEX =
  'The index was made by an earlier release, which reads words otherwise: corpus.reindex makes it anew.';
