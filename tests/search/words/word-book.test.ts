import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WordBook } from '../../../src/search/words/word-book.ts';
import { openSeededRandom } from '../../support/seeded-random.ts';

const RUN = /[\p{L}\p{N}]+/gu;
/** Letters and digits of all kinds, signs that are none, pairs of code units and halves of such. */
const PIECES = [
  ...'aZ09 -/(.’',
  ...[
    'tnfalpha',
    'brafv600e',
    'interferon',
    'alfa',
    'Cells',
    '10mg',
    'x'.repeat(101),
    'İ',
    'K',
    'é',
    'e\u0301',
  ],
  ...['𝛼', '😀', '型糖', '٣', 'Ⅲ', '₂', '\ud800', '\udc00', '\ud835', '\ufffd', 'ß', '\u00ad', '\n'],
];

describe('the book of words', () => {
  test('finds the runs that the rule of letters and digits finds', (t) => {
    const random = openSeededRandom(t);
    const book = new WordBook();
    for (let round = 0; round < 3_000; round++) {
      const text = drawText(random);
      const expected = [...text.matchAll(RUN)].map(({ 0: run, index }) => ({
        run,
        index,
        end: index + run.length,
      }));

      assert.deepEqual(listRuns(book, text), expected, JSON.stringify(text));
    }
  });

  test('reads a word that it knows as one that it sees for the first time', (t) => {
    const random = openSeededRandom(t);
    const book = new WordBook();
    for (let round = 0; round < 300; round++) {
      const text = drawText(random);
      assert.deepEqual(listReadings(book, text), listReadings(new WordBook(), text), JSON.stringify(text));
    }
  });

  test('ends where the text ends, also where a pair of code units was cut', () => {
    const cut = 'a text that is long enough to be a slice \u{1d6fc} of another one'.slice(2, 42);
    assert.deepEqual(listRuns(new WordBook(), cut).at(-1), { run: 'slice', index: 33, end: 38 });
  });

  test('reads words as well once it has met more than it remembers', () => {
    const book = new WordBook();
    // More words than it has room for, then longer ones than it has room for.
    const words = Array.from({ length: 60_000 }, (_, at) => `w${at}`);
    const long = Array.from({ length: 12_000 }, (_, at) => `${'ab'.repeat(40)}${at}`);
    for (const word of [...words, ...long, ...words.slice(0, 100), ...long.slice(-100)]) {
      assert.equal(listReadings(book, word)[0]?.lower, word);
    }
  });
});

function drawText(random: () => number): string {
  const length = Math.floor(random() * 30);
  return Array.from({ length }, () => PIECES[Math.floor(random() * PIECES.length)]).join('');
}

function listRuns(book: WordBook, text: string) {
  const runs: { run: string; index: number; end: number }[] = [];
  book.open(text);
  while (book.next()) {
    runs.push({ run: book.asWritten(book.read()), index: book.start, end: book.end });
  }
  return runs;
}

function listReadings(book: WordBook, text: string) {
  const readings: ReturnType<WordBook['read']>[] = [];
  book.open(text);
  while (book.next()) readings.push(book.read());
  return readings;
}
