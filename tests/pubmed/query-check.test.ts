import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkTerm } from '../../src/pubmed/queries/query-check.ts';

describe('a query in the language of PubMed', () => {
  const accepted = [
    'cancer',
    '"heart attack"[ti] AND (aspirin OR "acetylsalicylic acid")',
    'CAR-T [tiab] NOT review[pt]',
    'NOT b',
    '2020:2024[dp]',
    'smith j[au] AND 2020/01/01:2020/12/31[crdt]',
    '("2026/01/01"[Date - Create] : "3000"[Date - Create])',
    'glioma[MeSH Terms:noexp] AND "rat brain"[tiab:~3]',
    '"Ann Pancreat Cancer"[Journal:__jid101724278]',
    'ORAL health AND android',
    'β-catenin[tiab] AND neoplas*',
    '"an [odd] (phrase"[ti]',
    '1:100[UID]',
    "O'Brien[au]",
  ];
  for (const term of accepted) test(`accepts ${term}`, () => assert.equal(checkTerm(term), term));

  const refused: [term: string, reason: RegExp][] = [
    ['', /must not be empty/],
    [' \n\t ', /must not be empty/],
    ['"heart attack', /quotation mark without its pair/],
    ['a AND ""', /nothing between them/],
    ['(a OR b', /never closed/],
    ['a OR b)', /never opened/],
    ['a) AND (b', /never opened/],
    ['a AND ()', /parentheses with nothing/],
    ['cancer[titel]', /unknown field \[titel\]; did you mean \[titl?e?\]\?$/],
    ['cancer[xyzzy]', /unknown field \[xyzzy\]; fields are written like/],
    ['cancer[]', /unknown field \[\]/],
    ['cancer[ti', /square bracket/],
    ['cancer ti]', /square bracket/],
    ['[ti]', /no word before it/],
    ['AND cancer', /begins with an operator/],
    ['a (OR b)', /begins with an operator/],
    ['cancer OR', /ends with an operator/],
    ['(cancer NOT) x', /ends with an operator/],
    ['a AND OR b', /two operators/],
    ['***', /no word/],
  ];
  for (const [term, reason] of refused) {
    test(`refuses ${JSON.stringify(term)}`, () => {
      assert.throws(() => checkTerm(term), { code: 'VALIDATION', hint: reason });
      assert.throws(() => checkTerm(term), { hint: /^`term` / });
    });
  }

  test('comes back with white space collapsed, as the name of a watermark', () => {
    assert.equal(checkTerm('  a\n AND\t\tb '), 'a AND b');
  });
});
