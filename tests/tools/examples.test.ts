import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readExample } from '../../scripts/tool-pages.ts';
import { parseParams } from '../../src/tools/define-tool.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const FOLDER = `${import.meta.dirname}/../../docs/tool-examples`;

describe('the worked examples of docs/tools.md', () => {
  test('are there for every tool and for nothing else', () => {
    const named = readdirSync(FOLDER).map((file) => file.replace(/\.json$/, ''));
    assert.deepEqual(named.sort(), TOOLS.map(({ name }) => name).sort());
  });

  for (const tool of TOOLS) {
    test(`${tool.name} takes the params and could give the answer that is shown`, () => {
      const { params, result } = readExample(tool.name);
      parseParams(tool, params);
      const parsed = tool.output.safeParse(result);
      assert.ok(parsed.success, parsed.error?.message);
    });
  }
});
