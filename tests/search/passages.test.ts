import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createPieceReader } from '../../src/search/passages.ts';

/** More than are kept. */
const MANY = 1_500;

describe('what a piece of text holds', () => {
  test('is the same once it is kept, and once it is read anew', () => {
    const readPiece = createPieceReader();
    const text = 'Hepatitis E in pregnant women.';
    const first = readPiece(text);
    assert.ok(first.has('hepatitise'));

    assert.deepEqual(readPiece(text), first);
    for (let number = 0; number < MANY; number++) readPiece(`Arm ${number}`);
    assert.deepEqual(readPiece(text), first);
    assert.deepEqual(readPiece(''), new Set(['']));
  });
});
