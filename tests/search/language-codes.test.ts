import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toLanguageKey } from '../../src/search/language-codes.ts';

const SAME: [code: string, ...texts: string[]][] = [
  ['eng', 'eng', 'English', 'en', 'ENG'],
  ['ger', 'ger', 'German', 'de', 'deu'],
  ['fre', 'fre', 'French', 'fr', 'fra'],
  ['chi', 'chi', 'Chinese', 'zh', 'zho'],
  ['gla', 'Scottish Gaelic', 'gd'],
  ['mul', 'Multiple languages'],
];
for (const [code, ...texts] of SAME) {
  test(`${texts.join(', ')} stand for NLM's ${code}`, () => {
    for (const text of texts) assert.equal(toLanguageKey(text), code);
  });
}

test('what is no language stays as it is, in the form that is compared', () => {
  for (const text of ['klingon', 'qqq', 'x', '']) assert.equal(toLanguageKey(text), text);
});
