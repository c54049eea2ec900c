import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPairs } from '../../src/search/pairs.ts';
import { toPassageWords } from '../../src/search/words/passage-words.ts';

const count = (question: string, text: string) =>
  readPairs(question)(toPassageWords('', { section: null, text }));

test('a name of a list counts as neighbours as one that stands there in full does', () => {
  for (const [question, inFull, list] of [
    ['hepatitis B', 'A hepatitis B case.', 'Hepatitis A and B.'],
    ['IL-10', 'IL-10 rose.', 'IL-6 and -10 rose.'],
  ] as const) {
    assert.equal(count(question, inFull), 0.5, inFull);
    assert.equal(count(question, list), 0.5, list);
    assert.equal(count(question, 'The liver.'), 0);
  }
});

test('another name for a word with its Greek letter is no two neighbours', () => {
  assert.equal(count('interferon-γ', 'Interferon gamma rose.'), 0.5);
  assert.equal(count('interferon-γ', 'IFN-γ rose.'), 0);
});
