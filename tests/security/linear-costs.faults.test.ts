import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { MOST_RATIO, measureRatio } from './cost-ratio.ts';
import { HOSTILE_CALLERS } from './hostile-callers.ts';
import { HOSTILE_RECORDS } from './hostile-records.ts';

const INPUTS = [...HOSTILE_RECORDS, ...HOSTILE_CALLERS];

test('docs/security.md names what each of them reads', () => {
  const page = readFileSync(`${import.meta.dirname}/../../docs/security.md`, 'utf8');
  const readers = new Set(INPUTS.map(({ name }) => name.replace(/:.*/s, '')));
  assert.deepEqual(
    [...readers].filter((reader) => !page.includes(`\`${reader}\``)),
    [],
  );
});

describe('four times the bytes take at most six times the CPU', () => {
  for (const input of INPUTS) {
    test(input.name, async () => {
      const ratio = await measureRatio(input);
      assert.ok(ratio < MOST_RATIO, `${ratio.toFixed(1)} times the CPU`);
    });
  }
});
