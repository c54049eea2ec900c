import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BioMcpError, ERROR_CODES, type ErrorCode } from '../../src/errors/bio-mcp-error.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];

test('a failure of which nothing more is known takes the words of its code', () => {
  const error = new BioMcpError('DB_UNAVAILABLE', null, { message: 'connect ECONNREFUSED' });

  assert.equal(error.hint, ERROR_CODES.DB_UNAVAILABLE.hint);
  assert.equal(error.remedy, ERROR_CODES.DB_UNAVAILABLE.remedy);
  assert.equal(error.message, 'connect ECONNREFUSED');
});

test('a failure whose cause is known tells its own remedy', () => {
  const error = new BioMcpError('DB_UNAVAILABLE', 'The database does not exist: create it.');

  assert.equal(error.hint, 'The database does not exist: create it.');
  assert.equal(error.remedy, error.hint);
});

test('what speaks for itself has a remedy, and says to try again only where that may help', () => {
  for (const code of codes) {
    const { concerns, hint, remedy, retryable } = ERROR_CODES[code];
    if (concerns !== null || hint !== null) assert.ok(remedy, `${code} needs a remedy`);
    if (hint !== null && !retryable) assert.doesNotMatch(hint, /try again|send .* again/, code);
  }
});
