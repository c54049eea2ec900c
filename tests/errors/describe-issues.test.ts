import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { describeIssues, REPORTING } from '../../src/errors/describe-issues.ts';

const words = { noun: 'parameter', knownNames: ['one', 'two'] };

function describeFault(schema: z.ZodType, given: unknown): string {
  const { error } = schema.safeParse(given, REPORTING);
  assert.ok(error !== undefined);
  return describeIssues(error.issues, words);
}

describe('what is wrong', () => {
  test('a wrong type is told by its name, or in the words of the schema, whatever they begin with', () => {
    const schema = z.object({ one: z.string(), two: z.string({ error: 'has to be a word' }) });
    assert.equal(
      describeFault(schema, { one: 1, two: 2 }),
      '`one` must be a string; `two` has to be a word.',
    );
    const nested = z.object({ one: z.union([z.string(), z.array(z.string())]) });
    assert.equal(describeFault(nested, { one: 1 }), '`one` must be a string or a list.');
  });

  test('of a union each form is told, in its own words where it has some', () => {
    const one = z.union([z.int(), z.boolean(), z.string({ error: 'has to be a word' })]);
    assert.equal(
      describeFault(z.object({ one }), { one: [] }),
      '`one` must be a number or true or false, or has to be a word.',
    );
    const two = z.union([z.string().min(3), z.string().regex(/^\d+$/, { error: 'must be digits' })]);
    assert.equal(
      describeFault(z.object({ two }), { two: 'a' }),
      '`two` must have at least 3 characters, or must be digits.',
    );
  });

  test('what is missing is required, whatever the schema says of its type', () => {
    const schema = z.object({ one: z.string(), two: z.string({ error: 'has to be a word' }) });
    assert.equal(describeFault(schema, {}), '`one` is required; `two` is required.');
  });
});
