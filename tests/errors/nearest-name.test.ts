import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findNearestName } from '../../src/errors/nearest-name.ts';

const NAMES = ['query', 'top_k', 'search_mode', 'filters'];

describe('the nearest name', () => {
  const cases: [given: string, found: string | null][] = [
    ['querry', 'query'],
    ['QUERY', 'query'],
    ['topk', 'top_k'],
    ['searchMode', 'search_mode'],
    ['filter', 'filters'],
    ['limit', null],
    ['', null],
    ['x'.repeat(100_000), null],
  ];
  for (const [given, found] of cases) {
    test(`of ${given.slice(0, 20) || 'nothing'} is ${found}`, () =>
      assert.equal(findNearestName(given, NAMES), found));
  }
});
