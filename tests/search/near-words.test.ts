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

  test('is found by one edit anywhere behind the first letter, and by two or three in a long word', () => {
    const names = new Map(
      ['asthma', 'metformin', 'trastuzumab', 'hypercholesterolemia'].map((name) => [name, 1]),
    );
    for (const name of names.keys()) {
      for (let at = 1; at < name.length; at++) {
        const [start, rest] = [name.slice(0, at), name.slice(at)];
        const swapped = `${start}${rest.slice(1, 2)}${rest.slice(0, 1)}${rest.slice(2)}`;
        const others = [`${start}q${rest}`, `${start}q${rest.slice(1)}`, `${start}${rest.slice(1)}`, swapped];
        for (const other of others.filter((word) => word !== name && word.length > 4))
          assert.equal(chooseNearWord(other, names), name, other);
      }
    }
    assert.equal(chooseNearWord('metqformqn', names), 'metformin');
    assert.equal(chooseNearWord('hyperqqqlesterolemia', names), 'hypercholesterolemia');
    assert.equal(chooseNearWord('hyperqqqqesterolemia', names), null);
    assert.equal(chooseNearWord('bsthma', names), 'asthma'); // the first letter alone
    assert.equal(chooseNearWord('betformim', names), null);
  });
});
