import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutText } from '../../src/domain/cut-text.ts';

test('a text is cut before a sign of two halves, and one that fits stays as it is', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 5].map((most) => cutText('a😀b', most)),
    ['a', 'a', 'a😀', 'a😀b', 'a😀b'],
  );
});
