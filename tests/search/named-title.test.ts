import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasTitleKey, toTitleKey } from '../../src/search/named-title.ts';

const TITLES = [
  'Tea, and sleep.',
  '"Tea" -- and sleep?',
  'Tea and sleep in Δ9-users',
  'Tea ½ and sleep',
  'Ⅷ: Tea and sleep',
  'ﬁne tea',
  'fine tea',
  '...',
  '',
];

describe('the key of a title', () => {
  test('is told of every pair of titles as by the keys themselves', () => {
    for (const asked of TITLES) {
      const key = toTitleKey(asked);
      const alike = TITLES.filter((title) => hasTitleKey(title, key));
      assert.deepEqual(
        alike,
        TITLES.filter((title) => toTitleKey(title) === key),
        asked,
      );
    }
    assert.ok(hasTitleKey('ﬁne tea', toTitleKey('Fine tea')));
  });
});
