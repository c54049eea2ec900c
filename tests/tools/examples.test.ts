import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { readExample } from '../../scripts/tool-pages.ts';
import { parseParams } from '../../src/tools/params/parse-params.ts';
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

    test(`${tool.name} takes a blank for every param that need not be given, and means nothing by it`, () => {
      const { params } = readExample(tool.name);
      const { properties = {}, required = [] } = z.toJSONSchema(tool.input, { io: 'input' });
      const blanks = Object.keys(properties).filter(
        (name) => !required.includes(name) && !Object.hasOwn(params, name),
      );
      for (const blank of ['', null]) {
        const filled = { ...params, ...Object.fromEntries(blanks.map((name) => [name, blank])) };
        assert.deepEqual(parseParams(tool, filled), parseParams(tool, params));
      }
    });
  }
});
