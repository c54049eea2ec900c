import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { warmIndex } from '../../src/compose/warm-index.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const GIBIBYTE = 1_024 ** 3;
const { signal } = new AbortController();

describe('bringing the index into memory', () => {
  for (const [gibibytes, times] of [
    [1.9, 0],
    [2, 1],
  ] as const) {
    test(`with ${gibibytes} GiB free happens ${times} times`, async () => {
      let warmed = 0;
      const index = {
        async warm() {
          warmed += 1;
        },
      };
      const { logger } = recordingLogger();
      await warmIndex({ index, logger, availableMemory: () => gibibytes * GIBIBYTE }, { signal });
      assert.equal(warmed, times);
    });
  }

  test('that fails is a warning, and nothing where the process ends', async () => {
    const { lines, logger } = recordingLogger();
    const index = { warm: () => Promise.reject(new Error('the index is damaged')) };
    const needs = { index, logger, availableMemory: () => 8 * GIBIBYTE };
    await warmIndex(needs, { signal });
    assert.deepEqual(
      lines.map(({ level, msg }) => [level, msg]),
      [['warn', 'the index could not be brought into memory: the first searches take longer']],
    );
    await warmIndex(needs, { signal: AbortSignal.abort() });
    assert.equal(lines.length, 1);
  });
});
