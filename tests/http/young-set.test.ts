import assert from 'node:assert/strict';
import { test } from 'node:test';
import { YoungSet } from '../../src/http/young-set.ts';

test('a set holds what was added and not deleted, in whatever order both come', () => {
  const members = Array.from({ length: 50 }, (_, id) => ({ id, place: -1 }));
  const set = new YoungSet<(typeof members)[number]>();
  const expected = new Set<(typeof members)[number]>();
  for (let step = 0; step < 2_000; step += 1) {
    const member = members[(step * 7 + (step % 13) * 31) % members.length];
    assert.ok(member);
    if (expected.has(member)) {
      set.delete(member);
      expected.delete(member);
    } else {
      set.add(member);
      expected.add(member);
    }
    assert.equal(set.size, expected.size);
    assert.deepEqual(new Set(set.list()), expected);
  }
});

test('what was deleted, or never added, is deleted again without harm', () => {
  const set = new YoungSet<{ place: number }>();
  const [one, other] = [{ place: -1 }, { place: -1 }];
  set.add(one);
  set.delete(other);
  set.delete(one);
  set.add(other);
  set.delete(one);
  assert.deepEqual(set.list(), [other]);
});
