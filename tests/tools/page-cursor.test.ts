import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { z } from 'zod';
import { parseCursor, toCursor } from '../../src/tools/page-cursor.ts';

const place = z.object({ at: z.int() });
const LIST = 'papers';

/** As `toCursor` makes one, of any text. */
function forge(text: string): string {
  const check = createHash('sha256').update(`${LIST}\n${text}`).digest('hex').slice(0, 12);
  return Buffer.from(`${check}${text}`).toString('base64url');
}

test('a cursor leads to its place in its own list', () => {
  assert.deepEqual(parseCursor(LIST, toCursor(LIST, { at: 7 }), place), { at: 7 });
  assert.deepEqual(parseCursor(LIST, forge('{"at":7}'), place), { at: 7 });
});

test('whatever is no cursor of a list is refused as the caller’s fault', () => {
  const others = [
    toCursor('jobs', { at: 7 }),
    toCursor(LIST, { at: 'x' }),
    forge(''),
    forge('{"at":7'),
    'x',
    '%',
  ];
  for (const cursor of others)
    assert.throws(() => parseCursor(LIST, cursor, place), { code: 'VALIDATION' }, cursor);
});
