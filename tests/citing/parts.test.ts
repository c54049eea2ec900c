import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toJournalName } from '../../src/citing/journal-name.ts';
import { findLanguageName, findLanguageTag } from '../../src/citing/language.ts';

describe('journals', () => {
  const expected: [nlm: string, name: string][] = [
    ['The New England journal of medicine', 'The New England Journal of Medicine'],
    ['The spine journal : official journal of the North American Spine Society', 'The Spine Journal'],
    ['Nursing management (Harrow, London, England : 1994)', 'Nursing Management'],
    ['Ying yong sheng tai xue bao = The journal of applied ecology', 'Ying Yong Sheng Tai Xue Bao'],
    ['eLife', 'eLife'],
    ['npj vaccines', 'npj Vaccines'],
    ['Otolaryngology--head and neck surgery', 'Otolaryngology--Head and Neck Surgery'],
    ['Journal of pediatric hematology/oncology', 'Journal of Pediatric Hematology/Oncology'],
    ['Journal of X-ray science and technology', 'Journal of X-Ray Science and Technology'],
    ['Zhong nan da xue xue bao. Yi xue ban', 'Zhong Nan Da Xue Xue Bao. Yi Xue Ban'],
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
