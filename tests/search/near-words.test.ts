import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseNearWord } from '../../src/search/names/near-words.ts';

const CORPUS = new Map(
  Object.entries({
    trastuzumab: 3,
    pertuzumab: 9,
    metformin: 2,
    asthma: 7,
    perception: 5,
    tumor: 4,
    tumors: 1,
  }),
);

describe('the word that a misspelt one means', () => {
  for (const [word, near] of [
    ['trastuzumba', 'trastuzumab'],
    ['Trastuzmab', 'trastuzumab'],
    ['metfromin', 'metformin'],
    ['astma', 'asthma'],
    ['tumro', 'tumor'],
    ['Herceptin', null],
    ['Tagrisso', null],
    ['asthmatic', null],
    ['metformin', null],
  ] as const) {
    test(`${word} is ${near ?? 'none of them'}`, () => assert.equal(chooseNearWord(word, CORPUS), near));
  }

  test('is the most frequent of those that are as near', () => {
    assert.equal(
      chooseNearWord(
        'tumob',
        new Map([
          ['tumor', 1],
          ['tumos', 5],
        ]),
      ),
      'tumos',
    );
  });
});
