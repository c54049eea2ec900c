import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { toCanonicalJson } from '../../src/domain/canonical-json.ts';

test('canonical JSON equals that of the reference package for any JSON value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      assert.equal(toCanonicalJson(value), canonicalize(value));
    }),
  );
});

test('names are sorted by UTF-16 units at every depth, and undefined members are left out', () => {
  const value = { '\u{1f600}': 1, '\ufb33': 2, b: { d: [{ z: 1, a: undefined }], c: '€\u0007' }, a: 1e21 };
  assert.equal(
    toCanonicalJson(value),
    '{"a":1e+21,"b":{"c":"€\\u0007","d":[{"z":1}]},"\u{1f600}":1,"\ufb33":2}',
  );
});
