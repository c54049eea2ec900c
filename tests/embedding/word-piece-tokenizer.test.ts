import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { parseStaticVectors } from '../../src/embedding/static-vectors.ts';
import { WordPieceTokenizer } from '../../src/embedding/word-piece-tokenizer.ts';
import { createWordPieceTrie } from '../../src/embedding/word-piece-trie.ts';
import awkwardTexts from '../fixtures/word-piece/awkward-texts.json' with { type: 'json' };

describe('with the vocabulary of BERT', () => {
  let tokenizer: WordPieceTokenizer;
  let vocabulary: readonly string[];

  before(async () => {
    const file = await readFile(new URL('../../src/embedding/static-vectors.bin', import.meta.url));
    ({ vocabulary } = parseStaticVectors(file));
    tokenizer = createTokenizer(vocabulary);
  });

  for (const { text, ids } of awkwardTexts) {
    test(`reads ${JSON.stringify(text.slice(0, 40))} as the original tokenizer does`, () => {
      assert.deepEqual(read(tokenizer, text), ids);
    });
  }

  test('cuts an unknown word into its longest known pieces', () => {
    const pieces = read(tokenizer, 'polarography').map((id) => vocabulary[id]);

    assert.deepEqual(pieces, ['polar', '##ography']);
  });

  test('forgets the last text when it reads the next', () => {
    const once = read(tokenizer, 'insulin');
    read(tokenizer, 'a much longer text about something else '.repeat(2000));

    assert.deepEqual(read(tokenizer, 'insulin'), once);
  });

  test('reads a word that it knows as one that it sees for the first time, of more than it remembers', () => {
    const used = createTokenizer(vocabulary);
    const words = Array.from({ length: 40_000 }, (_, at) => `w${at}-neuro${at % 100}é`);
    for (const word of words) read(used, word);
    for (const { text } of awkwardTexts) read(used, text);
    const fresh = createTokenizer(vocabulary);

    for (const word of [...words.slice(0, 200), ...words.slice(-200)]) {
      assert.deepEqual(read(used, word), read(fresh, word), word);
      assert.deepEqual(read(used, word), read(fresh, word), word);
    }
    for (const { text, ids } of awkwardTexts) assert.deepEqual(read(used, text), ids, text);
  });

  test('takes a lone surrogate for nothing', () => {
    assert.deepEqual(read(tokenizer, 'insu\ud800lin'), read(tokenizer, 'insulin'));
    assert.deepEqual(read(tokenizer, 'insulin\ud835'), read(tokenizer, 'insulin'));
  });
});

describe('with a vocabulary of its own', () => {
  const vocabulary = ['[UNK]', 'a', '##a', 'ab', '##bc', '#', '##'];
  const tokenizer = createTokenizer(vocabulary);
  const pieces = (text: string): (string | undefined)[] => read(tokenizer, text).map((id) => vocabulary[id]);

  test('makes one [UNK] of a word whose end no piece fits', () => {
    assert.deepEqual(pieces('a abd a'), ['a', '[UNK]', 'a']);
  });

  test('prefers the longest piece even where a shorter one would let the word end well', () => {
    assert.deepEqual(pieces('abc'), ['[UNK]']);
    assert.deepEqual(pieces('aabc'), ['a', '##a', '##bc']);
  });

  test('reads number signs in a text as signs, not as a continuation', () => {
    assert.deepEqual(pieces('##a'), ['#', '#', 'a']);
  });
});

function createTokenizer(vocabulary: readonly string[]): WordPieceTokenizer {
  return new WordPieceTokenizer(createWordPieceTrie(vocabulary, (bytes) => new ArrayBuffer(bytes)));
}

function read(tokenizer: WordPieceTokenizer, text: string): number[] {
  return [...tokenizer.ids.subarray(0, tokenizer.read(text))];
}
