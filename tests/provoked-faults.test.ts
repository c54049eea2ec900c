import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { PROVOKED_FAULTS } from './support/provoked-faults/provoked-faults.ts';

const ROOT = join(import.meta.dirname, '..');

describe('the table of provoked faults', () => {
  test('names tests that are there, each fault of a stage once', () => {
    const names = new Map<string, ReadonlySet<string>>();
    for (const { stage, faults } of PROVOKED_FAULTS) {
      for (const { fault, test } of faults) {
        const known = names.get(test.file) ?? listTests(test.file);
        names.set(test.file, known);
        assert.ok(known.has(test.name), `${stage}, ${fault}: ${test.file} has no test "${test.name}"`);
      }
      const once = new Set(faults.map(({ fault }) => fault));
      assert.equal(once.size, faults.length, `${stage} names a fault twice`);
    }
  });

  test('does not take a word in passing for a test', () => {
    assert.ok(!listTests('tests/provoked-faults.test.ts').has('a full disk'));
    assert.ok(listTests('tests/provoked-faults.test.ts').has('does not take a word in passing for a test'));
  });
});

/** The names as they stand between their quotes. */
function listTests(file: string): ReadonlySet<string> {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const calls = source.matchAll(/\b(?:test|it)\(\s*(['"`])(.+?)\1\s*[,)]/g);
  return new Set([...calls].map(([, , name = '']) => name));
}
