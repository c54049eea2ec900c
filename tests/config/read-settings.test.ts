import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseConfig } from '../../src/config/config.ts';
import { listSettings } from '../../src/config/settings.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { machine } from '../support/config/problems-of.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (pattern: string, isWanted: (file: string) => boolean) =>
  globSync(pattern, { cwd: ROOT })
    .filter(isWanted)
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');

describe('a setting', () => {
  test('is read where the rooms of config/ make something of it', () => {
    const text = read('src/config/**/*.ts', () => true);
    const fixed = listSettings([]).map(({ name }) => name);
    assert.ok(fixed.length > 50, `${fixed.length} settings`);
    const countOf = (name: string) => text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
    assert.deepEqual(
      fixed.filter((name) => countOf(name) < 2),
      [],
    );
  });

  test('comes to fields that somebody outside config/ reads', () => {
    const text = read('src/**/*.{ts,tsx}', (file) => !file.startsWith('src/config/'));
    const config = parseConfig({}, machine, TOOLS);
    const { settings: _, secretSources: __, ...rooms } = config;
    const { toolLimits: ___, ...fields } = rooms as typeof rooms & { toolLimits?: unknown };
    const names = new Set(listNames(fields));
    assert.ok(names.size > 50, `${names.size} fields`);
    assert.deepEqual(
      [...names].filter((name) => !new RegExp(`\\b${name}\\b`).test(text)),
      [],
    );
  });
});

function listNames(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...listNames(inner)]);
}
