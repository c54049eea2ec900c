import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createTurns } from '../../src/domain/concurrency/turns.ts';

describe('turns', () => {
  test('no more work than the number, and the others in the order of asking', async () => {
    const turns = createTurns(2);
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const begun: number[] = [];
    const works = ends.map(({ promise }, at) =>
      turns.use(() => {
        begun.push(at);
        return promise;
      }),
    );
    assert.deepEqual(begun, [0, 1]);

    ends[1]?.resolve();
    await works[1];
    assert.deepEqual(begun, [0, 1, 2]);

    for (const { resolve } of ends) resolve();
    await Promise.all(works);
    assert.deepEqual(begun, [0, 1, 2, 3]);
  });

  test('a failure is the caller’s alone, thrown at once or later', async () => {
    const turns = createTurns(1);
    const sync = turns.use(() => {
      throw new Error('at once');
    });
    const later = turns.use(async () => {
      throw new Error('later');
    });
    const last = turns.use(async () => 'done');
    await assert.rejects(sync, /at once/);
    await assert.rejects(later, /later/);
    assert.equal(await last, 'done');
  });
});
