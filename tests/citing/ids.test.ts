import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CITATION_STYLES } from '../../src/citing/citation-style.ts';
import { cite, valuesOf, writeArticle } from './written-record.ts';

const location = (doi: string, valid = 'Y') =>
  `<ELocationID EIdType="doi" ValidYN="${valid}">${doi}</ELocationID>`;
const own = (doi: string) => `<ArticleId IdType="doi">${doi}</ArticleId>`;

describe('DOIs', () => {
  const expected: [why: string, given: { place?: string; ids?: string }, doi: string | undefined][] = [
    ['of the list of ids', { ids: own('10.1234/a') }, '10.1234/a'],
    ['in its location alone', { place: location('10.1234/a') }, '10.1234/a'],
    ['in its location, beside what is none', { place: location('10.1234/a'), ids: own('none') }, '10.1234/a'],
    ['the second, where the first is none', { ids: own('S0006-1') + own('10.1234/a') }, '10.1234/a'],
    ['the first of two', { ids: own('10.1234/a') + own('10.1234/b') }, '10.1234/a'],
    // ValidYN: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#elocationid
    ['the valid one of two', { place: location('10.1234/b', 'N') + location('10.1234/a') }, '10.1234/a'],
    [
      'the valid one, where the list has the other',
      { place: location('10.1234/b', 'N') + location('10.1234/a'), ids: own('10.1234/b') },
      '10.1234/a',
    ],
    ['of a prefix in parts', { ids: own('10.1000.10/a') }, '10.1000.10/a'],
    [
      'with signs',
      { ids: own('10.1002/(SICI)1(2000)15:1&lt;114::A&gt;3.0.CO;2-4') },
      '10.1002/(SICI)1(2000)15:1<114::A>3.0.CO;2-4',
    ],
    ['escaped twice', { ids: own('10.1002/1:1&amp;lt;2::A&amp;gt;3.0') }, '10.1002/1:1<2::A>3.0'],
    ['as an address', { ids: own('https://doi.org/10.1234/A%2Fb') }, '10.1234/A/b'],
    ['with a blank in it: none', { ids: own('10.1234/a b') }, undefined],
    ['no number at all: none', { ids: own('none') }, undefined],
  ];
  for (const [why, given, doi] of expected) {
    test(why, () => {
      const bytes = writeArticle(given);
      assert.equal(JSON.parse(cite(bytes, 'csl-json')).DOI, doi);
      assert.deepEqual(valuesOf(cite(bytes, 'ris'), 'DO'), doi === undefined ? [] : [doi]);
      assert.deepEqual(valuesOf(cite(bytes, 'nbib'), 'AID'), doi === undefined ? [] : [`${doi} [doi]`]);
      for (const style of CITATION_STYLES) assert.doesNotMatch(cite(bytes, style), /null|undefined/, style);
    });
  }

  test('one that ends in a full stop brings that of its sentence', () => {
    const bytes = writeArticle({ ids: own('10.1234/a.') });
    assert.match(cite(bytes, 'vancouver'), / doi: 10\.1234\/a\. PMID/);
    assert.match(cite(bytes, 'nbib'), / doi: 10\.1234\/a\.$/);
  });
});

test('an id of PubMed Central has its letters and no version', () => {
  for (const sent of ['PMC123', 'PMC123.2', '123', 'pmc123']) {
    const bytes = writeArticle({ ids: `<ArticleId IdType="pmc">${sent}</ArticleId>` });
    assert.match(cite(bytes, 'vancouver'), /; PMCID: PMC123\.$/, sent);
    assert.deepEqual(valuesOf(cite(bytes, 'nbib'), 'PMC'), ['PMC123']);
  }
});
