import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { expandPages, type Locator, shortenPages, toLocator, writePages } from '../../src/citing/pages.ts';

const onPaper = (pages: string) => toLocator(pages, { isElectronic: false });

test('shortened ranges get both ends in full', () => {
  const expected: [given: string, full: string][] = [
    ['1400-3', '1400-1403'],
    ['e247-346', 'e247-e346'],
    ['e4-5', 'e4-e5'],
    ['e33–e41', 'e33-e41'],
    ['S66-81', 'S66-S81'],
    ['268S-298S', '268S-298S'],
    ['268S-98S', '268S-298S'],
    ['231-39', '231-239'],
    ['304- 10', '304-310'],
    ['345.e1-6', '345.e1-345.e6'],
    ['167-70, 173, 176-9', '167-170, 173, 176-179'],
    ['919-23; discussion 923-4', '919-923; discussion 923-924'],
    ['77-95, viii', '77-95, viii'],
    ['99-101', '99-101'],
    ['2-14', '2-14'],
    ['e0180707', 'e0180707'],
    // The end would lie before the beginning: whatever it is, it was not shortened.
    ['157-6', '157-6'],
    ['1073-80.e1-3', '1073-1080.e1-e3'],
    ['123-30.e4', '123-130.e4'],
    ['S34-6.e1-4', 'S34-S36.e1-e4'],
    ['iv-ix', 'iv-ix'],
    ['e00221-20', 'e00221-20'],
    // Pieces of a page in front of the last point are the same at both ends.
    ['11.10.1-11.10.33', '11.10.1-11.10.33'],
    ['11.10.1-33', '11.10.1-11.10.33'],
    ['12—5', '12-15'],
    ['123‑5', '123-125'],
    ['p. 12-5', '12-15'],
    ['Pp 12-5.', '12-15'],
    ['123--5', '123-125'],
    // A page's own letter is none of its mark.
    ['p12-5', 'p12-p15'],
    // Three pieces and more are one number, and so is a publisher's item identifier.
    ['20-1-20-9', '20-1-20-9'],
    ['bcr-2018-227654', 'bcr-2018-227654'],
    ['S0006-3495(20)30001-2', 'S0006-3495(20)30001-2'],
    ['e2018-1234', 'e2018-1234'],
  ];
  for (const [given, full] of expected) assert.equal(expandPages(given), full);
});

test('a range is shortened as NLM does', () => {
  const expected: [full: string, short: string][] = [
    ['175-184', '175-84'],
    ['1073-1080.e1-e3', '1073-80.e1-3'],
    ['123-130.e4', '123-30.e4'],
    ['123-123.e4', '123-123.e4'],
    ['e247-e346', 'e247-346'],
    ['99-101', '99-101'],
    ['268S-298S', '268S-298S'],
    ['S1-T63', 'S1-T63'],
    ['11.10.1-11.10.33', '11.10.1-11.10.33'],
    ['1-4; discussion 9-9', '1-4; discussion 9'],
  ];
  for (const [full, short] of expected) assert.equal(shortenPages(full), short);
});

describe('where a work stands', () => {
  const pages: [given: string, first: string, last: string | null][] = [
    ['e247-346', 'e247', 'e346'],
    ['E463-7', 'E463', 'E467'],
    ['S1-S63', 'S1', 'S63'],
    ['918e-919e', '918e', '919e'],
    ['iv-ix', 'iv', 'ix'],
    ['135', '135', null],
    ['viii', 'viii', null],
    ['S12', 'S12', null],
    ['12S', '12S', null],
    ['XI-XIV', 'XI', 'XIV'],
    ['5.2.1-5.2.10', '5.2.1', '5.2.10'],
    ['100-100', '100', null],
  ];
  for (const [given, first, last] of pages) {
    test(`${given}: pages`, () => {
      const { text, ...place } = onPaper(given);
      assert.deepEqual(place, { kind: 'pages', first, last });
      assert.equal(text, last === null ? first : `${first}-${last}`);
    });
  }

  const numbers = [
    'e00221-20',
    'e01816-18',
    'e0012-21',
    'AAC.01683-16',
    '271678X241310729',
    '1010428317695530',
    '136101',
    'e0180707',
    'CD004290',
    'CD004290.pub3',
    'STROKEAHA120030965',
    'Doc01',
    '157-6',
    'e2020-12',
    'e2018-1234',
    'ENEURO.0123-20.2020',
    'bcr-2018-227654',
    '1471-2105-7-10',
    'S0006-3495(20)30001-2',
    'S0140-6736(20)30001-X',
    '17-0123',
    '19-00123',
  ];
  for (const number of numbers) {
    test(`${number}: a number of the work's own`, () => {
      assert.deepEqual(onPaper(number), { kind: 'number', text: number });
    });
  }

  const others = [
    '167-170, 173, 176-179',
    '919-923; discussion 923-924',
    '77-95, viii',
    'xii-xiv, 1-20',
    '1073-1080.e1-e3',
    '[34457 words; 185 paragraphs]',
    'F1000 Faculty Rev-123',
  ];
  for (const text of others) {
    test(`${text}: as it is`, () => assert.deepEqual(onPaper(text), { kind: 'other', text }));
  }

  test('a number alone is a page on paper and the work itself where there never was paper', () => {
    assert.equal(onPaper('14646').kind, 'pages');
    const electronic: Locator = toLocator('14646', { isElectronic: true });
    assert.deepEqual(electronic, { kind: 'number', text: '14646' });
    assert.equal(toLocator('14-46', { isElectronic: true }).kind, 'pages');
  });
});

test('the dash of a range is the style’s, a hyphen stays one', () => {
  const expected: [given: string, written: string][] = [
    ['123-5', '123–125'],
    ['268S-98S', '268S–298S'],
    ['123bis-130', '123bis–130'],
    ['i-xii, 1-120', 'i–xii, 1–120'],
    ['1073-80.e1-3', '1073–1080.e1–e3'],
    ['1-4; discussion 14-6', '1–4; discussion 14–16'],
    ['F1000 Faculty Rev-123', 'F1000 Faculty Rev-123'],
    ['e00221-20', 'e00221-20'],
    ['S0006-3495(20)30001-2', 'S0006-3495(20)30001-2'],
  ];
  for (const [given, written] of expected) assert.equal(writePages(onPaper(given), '–'), written);
});
