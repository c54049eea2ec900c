import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSecret } from '../../src/domain/settings/secret.ts';

describe('a secret', () => {
  test('is read once for all who were refused by the same, and again for who was refused by the next', async () => {
    let reads = 0;
    const secret = createSecret('s0', async () => {
      reads += 1;
      return `s${reads}`;
    });
    assert.deepEqual(await Promise.all(['s0', 's0', 's0'].map((used) => secret.renew(used))), [
      true,
      true,
      true,
    ]);
    assert.deepEqual([secret.value, reads], ['s1', 1]);
    assert.equal(await secret.renew('s0'), true);
    assert.equal(reads, 1);
    assert.equal(await secret.renew('s1'), true);
    assert.deepEqual([secret.value, reads], ['s2', 2]);
  });

  test('stays what it is where it is the same, cannot be read, or lies in the environment', async () => {
    const same = createSecret('s', async () => 's');
    const unreadable = createSecret('s', () => Promise.reject(new Error('gone')));
    for (const secret of [same, unreadable, createSecret('s')]) {
      assert.equal(await secret.renew('s'), false);
      assert.equal(secret.value, 's');
    }
  });
});
