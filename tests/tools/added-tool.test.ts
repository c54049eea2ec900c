import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { renderTools } from '../../scripts/tool-pages.ts';
import { listSettings } from '../../src/config/settings.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { GROWS_CORPUS, READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { createTools } from '../../src/tools/tools.ts';
import { awaitEnd } from '../support/jobs/ended-job.ts';
import {
  type AnyJson,
  type LocalNcbi,
  type McpApp,
  openLocalNcbi,
  openMcpApp,
} from '../support/mcp/mcp-bench.ts';
import { runCommand } from '../support/processes/run-command.ts';

/** What a file of a short tool holds. */
const weigh = defineTool({
  name: 'corpus.weigh',
  kind: 'short',
  scope: 'read',
  title: 'Weigh a printed paper',
  description: 'Answers what a paper of so many pages weighs in print. Touches no corpus.',
  annotations: READS_CORPUS,
  limit: 7,
  input: z.object({
    pages: z.int().min(1).max(99).describe('With references.'),
    unit: z.enum(['g', 'kg']).default('g').describe('Of the answer.'),
    cover: z.object({ colours: z.array(z.string()).optional().describe('One a side.') }).prefault({}),
    folded: z.boolean().default(true),
  }),
  output: z.object({
    weight: z.number(),
    unit: z.string(),
    colours: z.array(z.string()),
    folded: z.boolean(),
  }),
  show: ({ weight, unit, folded }) => `${weight} ${unit}${folded ? '' : ', flat'}`,
  async run({ pages, unit, cover, folded }, _context: ToolContext<unknown>) {
    return { weight: pages * (unit === 'g' ? 5 : 0.005), unit, colours: cover.colours ?? [], folded };
  },
});

/** What a file of a long tool holds. */
const recount = defineTool({
  name: 'corpus.recount',
  kind: 'long',
  scope: 'sync',
  title: 'Count the corpus again',
  description: 'Counts up to the number it is given. Runs as a job: follow it with jobs.get.',
  annotations: GROWS_CORPUS,
  input: z.object({ up_to: z.int().min(1) }),
  output: z.object({ counted: z.int() }),
  async run({ up_to }, _context: ToolContext<unknown>) {
    return { counted: up_to };
  },
});

const ADDED = [weigh, recount];
const tools = createTools(ADDED);
const NAMES = ADDED.map(({ name }) => name);
const named = (listed: readonly { name: string }[]) => listed.filter(({ name }) => NAMES.includes(name));

describe('a tool that one line adds to the catalogue', () => {
  let local: LocalNcbi;
  before(async () => {
    local = await openLocalNcbi({}, 'PostgreSQL');
  });
  after(() => local[Symbol.asyncDispose]());

  describe('over HTTP and MCP', () => {
    let app: McpApp;
    before(async () => {
      app = await openMcpApp({ local, tools: ADDED });
    });
    after(() => app[Symbol.asyncDispose]());

    async function ask(path: string, body?: object): Promise<AnyJson> {
      const sent = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      const answer = await fetch(`${app.url}${path}`, body === undefined ? {} : sent);
      return JSON.parse(await answer.text());
    }

    test('is listed, described and answered over HTTP', async () => {
      const [first, second] = named((await ask('/v1/mcp/tools')).tools) as Record<string, unknown>[];
      assert.deepEqual([first?.name, second?.kind], ['corpus.weigh', 'long']);
      const answer = await ask('/v1/mcp/invoke', { tool: 'corpus.weigh', params: { pages: 3 } });
      assert.deepEqual(answer.result, { weight: 15, unit: 'g', colours: [], folded: true });
      const { paths, components } = await ask('/openapi.json');
      const { schema } = paths['/v1/mcp/invoke'].post.requestBody.content['application/json'];
      assert.ok(schema.oneOf.some(({ title }: { title: string }) => title === 'corpus.weigh'));
      assert.ok('CorpusWeighParams' in components.schemas && 'CorpusRecountResult' in components.schemas);
    });

    test('runs as a job, which jobs.list finds by its name', async () => {
      const refused = await ask('/v1/mcp/invoke', { tool: 'corpus.recount', params: { up_to: 4 } });
      assert.equal(refused.error_code, 'TOOL_REQUIRES_JOB');
      const { job_id } = await ask('/v1/jobs', { tool: 'corpus.recount', params: { up_to: 4 } });
      const wait = { tool: 'jobs.get', params: { job_id, wait_seconds: 45 } };
      const job = await awaitEnd(async () => (await ask('/v1/mcp/invoke', wait)).result);
      assert.deepEqual(job.result, { counted: 4 });
      const list = { tool: 'jobs.list', params: { tool: 'corpus.recount' } };
      assert.equal((await ask('/v1/mcp/invoke', list)).result.jobs[0].job_id, job_id);
    });

    test('is listed and answered over MCP, and told of as a job where it is long', async () => {
      await using client = await app.connect();
      const { tools: listed } = await client.listTools();
      assert.ok(['corpus_weigh', 'corpus_recount'].every((name) => listed.some((one) => one.name === name)));
      assert.match(client.getInstructions() ?? '', /corpus_recount run as jobs/);
      const answer = await client.callTool({ name: 'corpus_weigh', arguments: { pages: 2, unit: 'kg' } });
      assert.partialDeepStrictEqual(answer.structuredContent, { weight: 0.01, unit: 'kg' });
      const begun = await client.callTool({ name: 'corpus_recount', arguments: { up_to: 5 } });
      assert.match(String((begun.structuredContent as { next: unknown }).next), /jobs_get/);
    });
  });

  describe('on the command line', () => {
    const run = (...words: string[]) => runCommand(words, { env: local.home.env, tools });

    test('has a command, whose options and help follow from its schema', async () => {
      const { stdout } = await run('corpus', 'weigh', '--help');
      assert.match(stdout, /^Usage: bio-mcp corpus weigh \[options\] <pages>\n\nWeigh a printed paper\n/);
      assert.match(stdout, /pages +With references\. \(1 … 99\)/);
      assert.match(stdout, /--unit <unit> +Of the answer\. \(default: g\) \(choices: "g", "kg"\)/);
      assert.match(stdout, /--colours <colours\.\.\.> +One a side\./);
      assert.match(stdout, /--no-folded +Sets folded to false\./);
      assert.doesNotMatch(stdout, /--detach/);
      assert.match((await run('corpus', 'recount', '--help')).stdout, /--detach/);
      assert.match((await run('--help')).stdout, /corpus +weigh, recount/);
    });

    test('answers in its own words, and as JSON where that is asked for or it has none', async () => {
      assert.equal((await run('corpus', 'weigh', '3', '--no-folded')).stdout, '15 g, flat\n');
      const words = ['corpus', 'weigh', '3', '--colours', 'red', 'blue', '--json'];
      assert.deepEqual(JSON.parse((await run(...words)).stdout).colours, ['red', 'blue']);
      const invoked = await run('invoke', 'corpus.weigh', '--params', '{"pages": 1}');
      assert.equal(JSON.parse(invoked.stdout).weight, 5);
      assert.deepEqual(JSON.parse((await run('corpus', 'recount', '6')).stdout), { counted: 6 });
    });

    test('refuses words that its schema does not take', async () => {
      assert.equal((await run('corpus', 'weigh')).code, 2);
      assert.equal((await run('corpus', 'weigh', 'many')).code, 2);
      assert.equal((await run('corpus', 'weigh', '3', '--unit', 'lb')).code, 2);
      const { code, stderr } = await run('corpus', 'weigh', '100');
      assert.deepEqual([code, stderr], [2, 'bio-mcp: `pages` must be at most 99.\n']);
    });
  });

  test('has a setting for its limit, and a place in docs/tools.md', () => {
    const setting = listSettings(tools).find(({ name }) => name === 'BIO_MCP_TOOL_LIMIT_CORPUS_WEIGH');
    assert.equal(setting?.defaultValue, '7');
    const page = renderTools(createCatalogue(ADDED).describe(), () => ({ params: { pages: 3 }, result: {} }));
    assert.match(
      page,
      /## corpus\.weigh\n\nAnswers what a paper .*\n\n\| parameter[\s\S]*\| `pages` \| integer 1 … 99/,
    );
  });
});
