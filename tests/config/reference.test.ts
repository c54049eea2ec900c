import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { REFERENCES } from '../../scripts/reference.ts';
import { listSettings } from '../../src/config/settings.ts';
import { ERROR_CODES } from '../../src/errors/bio-mcp-error.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');

describe('the generated documents', () => {
  for (const [path, render] of Object.entries(REFERENCES)) {
    test(`${path} is what the code says`, () => assert.equal(read(path), render()));
  }

  test('every setting stands in both documents by its name', () => {
    for (const { name } of listSettings(TOOLS)) {
      assert.match(read('docs/configuration.md'), new RegExp(`^\\| \`${name}\` \\|`, 'm'));
      assert.match(read('.env.example'), new RegExp(`^#${name}=`, 'm'));
    }
  });

  test('every setting is used: its value has a place in `Config`', () => {
    const files = globSync('src/config/**/*.ts', { cwd: ROOT }).map(read);
    const lines = files.flatMap((text) => text.split('\n'));
    const unused = listSettings([]).filter(({ name }) => {
      const declared = new RegExp(`^\\s*${name}:`);
      return !lines.some((line) => new RegExp(`\\b${name}\\b`).test(line) && !declared.test(line));
    });
    assert.deepEqual(
      unused.map(({ name }) => name),
      [],
    );
  });

  test('every error code stands in docs/errors.md with its status', () => {
    for (const [code, { httpStatus }] of Object.entries(ERROR_CODES)) {
      assert.match(read('docs/errors.md'), new RegExp(`^\\| \`${code}\` \\| ${httpStatus} \\|`, 'm'));
    }
  });
});
