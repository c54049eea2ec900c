import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toTraceId } from '../../src/domain/traceparent.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('trace ids', () => {
  for (const given of [`00-${ID}-00f067aa0ba902b7-01`, `cc-${ID}-00f067aa0ba902b7-01-later-fields`]) {
    test(`${given} is taken over`, () => assert.equal(toTraceId(given), ID));
  }

  const refused = [
    undefined,
    '',
    'nonsense',
    `ff-${ID}-00f067aa0ba902b7-01`,
    `00-${ID}-00f067aa0ba902b7-01-more`,
    `00-${ID.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${ID}-${'0'.repeat(16)}-01`,
  ];
  for (const given of refused) {
    test(`${given ?? 'no header'} gets a new one`, () => {
      const id = toTraceId(given);
      assert.match(id, /^[0-9a-f]{32}$/);
      assert.notEqual(id, ID);
    });
  }
});
