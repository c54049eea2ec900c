import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { defineTool, runTool } from '../../src/tools/define-tool.ts';
import { parseParams } from '../../src/tools/params/parse-params.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const search = defineTool({
  name: 'test.search',
  kind: 'short',
  scope: 'read',
  title: 'Search',
  description: 'Searches.',
  annotations: READS_CORPUS,
  aliases: { q: 'term' },
  input: z.object({
    term: z.string().trim().min(2),
    limit: z.int().min(1).max(50).default(10),
    mode: z.enum(['hybrid', 'bm25']).default('hybrid'),
    pmids: z.array(z.union([z.string(), z.number()])).default([]),
    filters: z.strictObject({ journals: z.array(z.string()).optional() }).default({}),
  }),
  output: z.object({ found: z.number() }),
  async run({ limit }, { services }: ToolContext<{ factor: number }>) {
    return { found: limit * services.factor };
  },
});

function contextWith(signal = new AbortController().signal): ToolContext<{ factor: number }> {
  return { services: { factor: 2 }, signal, traceId: '0'.repeat(32), logger: silentLogger(), surface: 'cli' };
}

function refusalOf(params: unknown): string {
  try {
    parseParams(search, params);
  } catch (error) {
    assert.ok(error instanceof BioMcpError);
    assert.equal(error.code, 'VALIDATION');
    return error.hint;
  }
  throw new assert.AssertionError({ message: 'the parameters were accepted' });
}

const KNOWN = 'there are term, limit, mode, pmids, filters, q';

describe('parameters', () => {
  test('defaults are filled and aliases resolved', () => {
    const params = parseParams(search, { q: ' glioma ' });
    assert.deepEqual(params, { term: 'glioma', limit: 10, mode: 'hybrid', pmids: [], filters: {} });
  });

  for (const blank of ['', ' ', null]) {
    const shown = JSON.stringify(blank);
    test(`${shown} stands for a parameter that is not given, also inside another`, () => {
      const given = { term: 'ab', limit: blank, mode: blank, pmids: blank, filters: { journals: blank } };
      assert.deepEqual(parseParams(search, given), parseParams(search, { term: 'ab' }));
      assert.deepEqual(
        parseParams(search, { term: 'ab', filters: blank }),
        parseParams(search, { term: 'ab' }),
      );
    });

    test(`${shown} is refused where a parameter is required, and for one that there is not`, () => {
      assert.match(refusalOf({ term: blank }), /^`term` must /);
      assert.match(refusalOf({ term: 'ab', limt: blank }), /^Unknown parameter `limt`/);
      assert.match(refusalOf({ term: 'ab', filters: { x: blank } }), /^Unknown parameter `x` in `filters`/);
    });
  }

  const refusals: [what: string, params: unknown, sentence: string][] = [
    ['a missing one', {}, '`term` is required.'],
    ['no parameters at all', null, '`term` is required.'],
    ['one of the wrong type', { term: 7 }, '`term` must be a string.'],
    ['one that is too short', { term: ' a ' }, '`term` must have at least 2 characters.'],
    ['one that is too large', { term: 'ab', limit: 51 }, '`limit` must be at most 50.'],
    ['one that is not whole', { term: 'ab', limit: 1.5 }, '`limit` must be a whole number.'],
    ['one outside its list', { term: 'ab', mode: 'x' }, '`mode` must be one of hybrid, bm25.'],
    [
      'one with a near name',
      { term: 'ab', limt: 5 },
      `Unknown parameter \`limt\` (did you mean \`limit\`?); ${KNOWN}.`,
    ],
    ['one inside a list', { term: 'ab', pmids: ['1', null] }, '`pmids[1]` must be a string or a number.'],
    [
      'an unknown one inside another',
      { term: 'ab', filters: { x: 1 } },
      'Unknown parameter `x` in `filters`; in `filters` there are journals.',
    ],
    [
      'a near name inside another',
      { term: 'ab', filters: { journal: 'Gut' } },
      'Unknown parameter `journal` in `filters` (did you mean `journals`?); in `filters` there are journals.',
    ],
    [
      'a name inside another that stands beside it',
      { term: 'ab', filters: { limit: 5 } },
      'Unknown parameter `limit` in `filters` (it stands beside `filters`); in `filters` there are journals.',
    ],
    [
      'a name near to one inside another',
      { term: 'ab', journl: 'Gut' },
      `Unknown parameter \`journl\` (did you mean \`filters.journals\`?); ${KNOWN}.`,
    ],
    [
      'another word for a name',
      { term: 'ab', max_results: 5 },
      `Unknown parameter \`max_results\` (did you mean \`limit\`?); ${KNOWN}.`,
    ],
    [
      'a choice that is misspelt',
      { term: 'ab', mode: 'hybird' },
      '`mode` must be one of hybrid, bm25 (did you mean hybrid?).',
    ],
    [
      'a filter that is given twice',
      { term: 'ab', journals: ['Gut'], filters: { journals: ['Cell'] } },
      '`journals` stands for `filters.journals`, which is given twice: leave one of them out.',
    ],
    ['a NUL character', { term: 'a\0b' }, '`term` holds a NUL character.'],
    ['half a surrogate pair', { term: 'a\ud800' }, '`term` holds half of a surrogate pair.'],
    ['a list', [], 'The parameters must be a JSON object, such as {"query": "glioma"}.'],
    [
      'an alias beside its name',
      { term: 'ab', q: 'cd' },
      '`q` stands for `term`, which is given twice: leave one of them out.',
    ],
  ];
  for (const [what, params, sentence] of refusals) {
    test(`${what} is refused in a sentence that names it`, () => assert.equal(refusalOf(params), sentence));
  }

  test('all that is wrong is told at once', () => {
    assert.equal(
      refusalOf({ limit: 0, zzzzzzzz: 1 }),
      [
        '`term` is required; `limit` must be at least 1; unknown parameter `zzzzzzzz`; there are ',
        'term, limit, mode, pmids, filters, q.',
      ].join(''),
    );
  });

  test('of a hundred thousand unknown parameters the first are named, cut, and the others counted', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, at) => [`p${at}`, at]));
    const sentence = refusalOf({ term: 'ab', ['z'.repeat(1_000_000)]: 1, ...many });
    assert.match(sentence, /^Unknown parameter `z{60}…`; .*`p3`; and 99996 more; there are term, .*, q\.$/);
    assert.ok(sentence.length < 1_000, `${sentence.length} characters`);
  });

  test('of many wrong items the first are named; a list that no tool takes is refused unread', () => {
    const wrong = refusalOf({ term: 'ab', pmids: Array.from({ length: 10_000 }, () => null) });
    assert.match(
      wrong,
      /^`pmids\[0\]` must be .*`pmids\[11\]` must be a string or a number; and 9988 more\.$/,
    );
    const long = Array.from({ length: 10_001 }, () => null);
    assert.equal(refusalOf({ term: 'ab', pmids: long }), '`pmids` must have at most 10000 items.');
    assert.equal(
      refusalOf({ term: 'ab', filters: { x: long } }),
      '`filters.x` must have at most 10000 items.',
    );
  });

  test('a parameter called __proto__ is unknown like any other', () => {
    assert.match(
      refusalOf(JSON.parse('{"term":"ab","__proto__":{"limit":1}}')),
      /^Unknown parameter `__proto__`/,
    );
  });
});

describe('running a tool', () => {
  test('the answer comes back checked', async () => {
    assert.deepEqual(await runTool(search, { term: 'ab', limit: 4 }, contextWith()), { found: 8 });
  });

  test('an answer against the output schema is our failure, not the caller’s', async () => {
    const context = { ...contextWith(), services: { factor: Number.NaN } };
    await assert.rejects(runTool(search, { term: 'ab' }, context), (error: unknown) => {
      assert.ok(error instanceof Error && !(error instanceof BioMcpError));
      assert.match(error.message, /^test\.search answered against its output schema/);
      return true;
    });
  });

  test('a call that nobody waits for is not started', async () => {
    await assert.rejects(runTool(search, { term: 'ab' }, contextWith(AbortSignal.abort())), {
      name: 'AbortError',
    });
  });
});
