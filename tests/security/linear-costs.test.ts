import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MOST_RATIO, measureRatio } from './cost-ratio.ts';
import { HOSTILE_RECORDS } from './hostile-records.ts';

describe('four times the bytes take at most six times the CPU', () => {
  for (const input of [...HOSTILE_RECORDS]) {
    test(input.name, async () => {
      const ratio = await measureRatio(input);
      assert.ok(ratio < MOST_RATIO, `${ratio.toFixed(1)} times the CPU`);
    });
  }
});
