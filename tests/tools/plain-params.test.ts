import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { findPlainInvocation, invocation } from '../../src/http/invocation.ts';
import { arePlain } from '../../src/tools/params/plain-params.ts';
import { readParams } from '../../src/tools/params/read-params.ts';
import { TOOLS } from '../../src/tools/tools.ts';

/** What callers write: right, blank, in other forms and of other kinds. */
const value = fc.oneof(
  fc.string(),
  fc.constantFrom('', ' ', '7', 'PMID: 7', 'true', 'hybrid', '2024', '[1]', '{}', 'bibtex', null, [], {}),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.array(fc.constantFrom('7', 7, 'a'), { maxLength: 2 }),
);

describe('parameters that are plain', () => {
  for (const tool of TOOLS) {
    const names = [...Object.keys(tool.input.shape), ...Object.keys(tool.aliases), 'filters', 'other'];

    test(`of ${tool.name} are the very ones that reading them gives`, () => {
      fc.assert(
        fc.property(fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 3 }), (params) => {
          fc.pre(arePlain(tool.input, params));
          assert.deepEqual({ ...readParams(tool, params) }, { ...params });
        }),
        { numRuns: 300, maxSkipsPerRun: 1_000 },
      );
    });
  }

  test('what no object is, is not plain', () => {
    const [tool] = TOOLS;
    assert.ok(tool);
    for (const odd of [[], ['a'], 'text', 7, null, undefined]) assert.equal(arePlain(tool.input, odd), false);
  });
});

describe('a body that is plain', () => {
  const part = fc.oneof(fc.string(), fc.constantFrom('a'.repeat(100), 'a'.repeat(101), '', null, 7, [], {}));
  const body = fc.record(
    { tool: part, params: part, idempotency_key: part, other: part },
    { requiredKeys: [] },
  );

  test('is the very one that its schema makes of it', () => {
    fc.assert(
      fc.property(fc.oneof(body, part), (given) => {
        const plain = findPlainInvocation(given);
        if (plain !== null) assert.deepEqual(plain, invocation.parse(given));
      }),
      { numRuns: 2_000 },
    );
    assert.deepEqual(findPlainInvocation({ tool: 'ping' }), { tool: 'ping', params: {} });
    assert.equal(findPlainInvocation({ tool: 'ping', params: {}, idempotency_key: 'k' }), null);
    assert.equal(findPlainInvocation({ tool: 'ping', other: 1 }), null);
  });
});
