import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { listMcpTools } from '../../src/mcp/tool-list.ts';
import { createToolNames } from '../../src/mcp/tool-names.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { TOOLS } from '../../src/tools/tools.ts';

const NAMES = TOOLS.map(({ name }) => name);
const catalogue = createCatalogue(TOOLS);
/** Every client pays for the list with each conversation. */
const MOST_BYTES_A_TOOL = 1_450;

function list(naming: 'underscore' | 'dotted') {
  return listMcpTools(catalogue, createToolNames(NAMES, naming));
}

/** Every string anywhere in it. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsOf);
}

describe('the list of tools over MCP', () => {
  test(`is at most ${MOST_BYTES_A_TOOL} bytes of compact JSON a tool, on average`, () => {
    for (const naming of ['underscore', 'dotted'] as const) {
      const bytes = Buffer.byteLength(JSON.stringify({ tools: list(naming) }));
      const average = Math.round(bytes / TOOLS.length);
      assert.ok(average <= MOST_BYTES_A_TOOL, `${average} bytes a tool with ${naming} names`);
    }
  });

  test('holds every tool of the catalogue with its title and its hints, in its order', () => {
    const tools = list('dotted');
    assert.deepEqual(
      tools.map(({ name, title, annotations }) => ({ name, title, annotations })),
      TOOLS.map(({ name, title, annotations }) => ({ name, title, annotations })),
    );
  });

  test('has no dot in any name, also where a description of a tool or of a field names another tool', () => {
    for (const tool of list('underscore')) {
      assert.match(tool.name, /^[a-z_]{1,64}$/);
      for (const text of textsOf(tool)) {
        for (const dotted of NAMES.filter((one) => one.includes('.'))) {
          assert.ok(!text.includes(dotted), `${tool.name} tells of ${dotted}: ${text}`);
        }
      }
    }
  });

  test('shows dotted names, and tells of dotted names, where the setting asks for it', () => {
    const search = list('dotted').find(({ name }) => name === 'pubmed.search');
    assert.match(search?.description ?? '', /rag\.search/);
  });

  test('says the parameters of a tool as the catalogue does, but for what goes without saying', () => {
    const [full] = catalogue.describe().filter(({ name }) => name === 'rag.search');
    const slim = list('dotted').find(({ name }) => name === 'rag.search')?.inputSchema;
    assert.deepEqual(Object.keys(slim?.properties ?? {}), Object.keys(full?.input_schema.properties ?? {}));
    assert.equal(slim?.additionalProperties, false);
    assert.deepEqual(slim?.required, ['query']);
    const { checkpoint_id } = { ...slim?.properties };
    assert.partialDeepStrictEqual(checkpoint_id, { type: 'string', format: 'uuid' });
    assert.ok(!JSON.stringify(checkpoint_id).includes('pattern'));
  });

  test('names only the top-level fields of what pubmed.get and rag.get answer', () => {
    const document = list('dotted').find(({ name }) => name === 'rag.get')?.outputSchema;
    const { mesh } = { ...(document?.properties as Record<string, unknown>) };
    assert.deepEqual(mesh, { type: 'array' });
  });
});

describe('the names of tools over MCP', () => {
  const names = createToolNames(NAMES, 'underscore');

  test('are found in both forms, and in no other', () => {
    assert.equal(names.find('pubmed.sync.incremental'), 'pubmed.sync.incremental');
    assert.equal(names.find('pubmed_sync_incremental'), 'pubmed.sync.incremental');
    assert.equal(names.find('pubmed_sync.incremental'), null);
    assert.equal(names.find('Pubmed_Sync'), null);
  });

  test('are rewritten in a text whole, and nothing that only looks like them is', () => {
    assert.equal(
      names.rename('Call pubmed.sync.incremental, then pubmed.sync; see ping and example.rag.search.org.'),
      'Call pubmed_sync_incremental, then pubmed_sync; see ping and example.rag.search.org.',
    );
  });

  test('are taken in both forms where a parameter names a tool', () => {
    assert.deepEqual(names.toParams({ tool: 'pubmed_sync', limit: 3 }), { tool: 'pubmed.sync', limit: 3 });
    assert.deepEqual(names.toParams({ tool: 'pubmed.sync' }), { tool: 'pubmed.sync' });
    assert.deepEqual(names.toParams({ tool: 'pubmed_snyc' }), { tool: 'pubmed_snyc' });
    assert.deepEqual(names.toParams({ tool: 7 }), { tool: 7 });
  });

  test('may not collide', () => {
    assert.throws(() => createToolNames(['a.b', 'a_b'], 'dotted'), /one name in underscores/);
  });
});
