import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { readExample } from '../../scripts/tool-pages.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const TOOLS_DIR = `${import.meta.dirname}/../../src/tools`;
const catalogue = createCatalogue(TOOLS);

for (const {
  name,
  kind,
  scope,
  title,
  description,
  annotations,
  input_schema,
  output_schema,
} of catalogue.describe()) {
  describe(`the tool ${name}`, () => {
    test('stands in the file of its name', () => {
      assert.match(name, /^[a-z]+(\.[a-z]+)*$/);
      assert.ok(existsSync(`${TOOLS_DIR}/${name.replaceAll('.', '-')}.ts`));
    });

    test('is described for someone who must choose among tools', () => {
      assert.match(title, /^[A-Z].{4,58}[^.]$/);
      assert.match(description, /^[A-Z].*\.$/s);
      assert.ok(description.length >= 40 && description.length <= 600, `${description.length} characters`);
    });

    test('says what to call next where it starts a job or takes the id of a checkpoint', () => {
      if (kind === 'long') assert.match(description, /Runs as a job: follow it with jobs\.get\b/);
      const isOfCheckpoints =
        name.startsWith('corpus.checkpoint.') && (input_schema.required ?? []).length > 0;
      if (isOfCheckpoints && !name.endsWith('.create')) {
        assert.match(description, /Ids come from corpus\.checkpoint\.list\b/);
      }
    });

    test('annotates in full what its scope says', () => {
      const hints = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];
      assert.deepEqual(Object.keys(annotations).sort(), hints.sort());
      assert.equal(annotations.readOnlyHint, scope === 'read');
      if (annotations.readOnlyHint) assert.equal(annotations.destructiveHint, false);
      if (kind === 'long') assert.notEqual(scope, 'read');
    });

    test('refuses parameters it does not know, at every depth', () => {
      for (const object of listObjects(input_schema)) assert.equal(object.additionalProperties, false);
    });

    test('names its parameters and fields in snake_case', () => {
      for (const object of [...listObjects(input_schema), ...listObjects(output_schema)]) {
        for (const key of Object.keys(object.properties ?? {})) assert.match(key, /^[a-z][a-z0-9_]*$/);
      }
    });

    test('has schemas that fit into an agent’s context', () => {
      assert.ok(JSON.stringify(input_schema).length <= 6000);
      assert.ok(JSON.stringify(output_schema).length <= 16_000);
    });

    test('says what an answered call changes exactly where it is short and writes', () => {
      const changed = catalogue.get(name).changes(readExample(name).result);
      assert.equal(changed.length > 0, kind === 'short' && !annotations.readOnlyHint);
    });

    test('waits by a parameter of its own, where it waits', () => {
      const { waitParam, input } = catalogue.get(name);
      if (waitParam !== undefined) assert.ok(Object.hasOwn(input.shape, waitParam));
    });

    test('has aliases that stand for its own parameters and hide none', () => {
      const tool = catalogue.get(name);
      const parameters = Object.keys(tool.input.shape);
      for (const [alias, target] of Object.entries(tool.aliases)) {
        assert.ok(parameters.includes(target), `${alias} stands for ${target}`);
        assert.ok(!parameters.includes(alias), `${alias} is a parameter itself`);
      }
    });
  });
}

describe('the catalogue', () => {
  test('holds every tool that has a file', () => {
    const defining = globSync('*.ts', { cwd: TOOLS_DIR }).filter((file) =>
      /\bdefineTool\(\{/.test(readFileSync(`${TOOLS_DIR}/${file}`, 'utf8')),
    );
    const listed = TOOLS.map(({ name }) => `${name.replaceAll('.', '-')}.ts`);
    assert.deepEqual(listed.sort(), defining.sort());
  });

  test('refuses an unknown name and tells the nearest', () => {
    assert.throws(
      () => catalogue.get('rag.serch'),
      (error) =>
        error instanceof BioMcpError && error.code === 'TOOL_NOT_FOUND' && /rag\.search\?/.test(error.hint),
    );
  });

  test('refuses a name like no other and tells all there are', () => {
    assert.throws(
      () => catalogue.get('toString'),
      (error) => error instanceof BioMcpError && /There are ping, /.test(error.hint),
    );
  });

  test('takes no two tools of one name', () => {
    assert.throws(() => createCatalogue([...TOOLS, ...TOOLS]), TypeError);
  });
});

interface SchemaObject {
  properties?: Record<string, unknown>;
  additionalProperties?: unknown;
}

/** Every schema of an object with fixed properties, however deep. */
function listObjects(schema: unknown): SchemaObject[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inner = Object.values(schema).flatMap(listObjects);
  return 'properties' in schema && 'type' in schema && schema.type === 'object'
    ? [schema as SchemaObject, ...inner]
    : inner;
}
