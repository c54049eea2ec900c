import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toJournalName } from '../../src/citing/journal-name.ts';
import { findLanguageName, findLanguageTag } from '../../src/citing/language.ts';
import { escapeLatex, protectCase } from '../../src/citing/latex-text.ts';
import { expandPages, findPageSpan, isArticleNumber } from '../../src/citing/pages.ts';

test('shortened ranges get both ends in full', () => {
  const expected: [given: string, full: string][] = [
    ['1400-3', '1400-1403'],
    ['e247-346', 'e247-e346'],
    ['e4-5', 'e4-e5'],
    ['e33–e41', 'e33-e41'],
    ['S66-81', 'S66-S81'],
    ['268S-298S', '268S-298S'],
    ['231-39', '231-239'],
    ['167-70, 173, 176-9', '167-170, 173, 176-179'],
    ['919-23; discussion 923-4', '919-923; discussion 923-924'],
    ['77-95, viii', '77-95, viii'],
    ['99-101', '99-101'],
    ['e0180707', 'e0180707'],
  ];
  for (const [given, full] of expected) assert.equal(expandPages(given), full);
});

test('the first range is where a work begins and ends', () => {
  assert.deepEqual(findPageSpan('167-170, 173, 176-179'), { first: '167', last: '170' });
  assert.deepEqual(findPageSpan('CD004290'), { first: 'CD004290', last: null });
  assert.equal(findPageSpan('[34457 words; 185 paragraphs]'), null);
  assert.equal(isArticleNumber('e0180707'), true);
  assert.equal(isArticleNumber('135'), false);
});

describe('journals', () => {
  const expected: [nlm: string, name: string][] = [
    ['The New England journal of medicine', 'The New England Journal of Medicine'],
    ['The spine journal : official journal of the North American Spine Society', 'The Spine Journal'],
    ['Nursing management (Harrow, London, England : 1994)', 'Nursing Management'],
    ['Ying yong sheng tai xue bao = The journal of applied ecology', 'Ying Yong Sheng Tai Xue Bao'],
    ['eLife', 'eLife'],
    [
      'Revista da Sociedade Brasileira de Medicina Tropical',
      'Revista da Sociedade Brasileira de Medicina Tropical',
    ],
    ['Nature', 'Nature'],
  ];
  for (const [nlm, name] of expected) test(nlm, () => assert.equal(toJournalName(nlm), name));
});

test("NLM's language codes have names and tags, those of no language have none", () => {
  assert.deepEqual(['eng', 'chi', 'ger', 'rus', 'dut'].map(findLanguageTag), ['en', 'zh', 'de', 'ru', 'nl']);
  assert.deepEqual(['eng', 'chi', 'fre', 'jpn'].map(findLanguageName), [
    'English',
    'Chinese',
    'French',
    'Japanese',
  ]);
  assert.deepEqual(['und', 'mul', '', 'xyz1'].map(findLanguageTag), [null, null, null, null]);
});

test('only words with a capital of their own are kept from lower case', () => {
  assert.equal(
    protectCase('Role of mTOR and the Golgi apparatus'),
    'Role of {mTOR} and the {Golgi} apparatus',
  );
  assert.equal(protectCase('MicroRNA in yeast'), '{MicroRNA} in yeast');
  assert.equal(escapeLatex('a_b'), 'a\\_b');
});
