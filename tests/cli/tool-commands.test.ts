import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import { Command } from 'commander';
import type { CommandInputs } from '../../src/cli/commands/command-inputs.ts';
import { addToolCommands } from '../../src/cli/commands/tool-commands.ts';
import { listFields } from '../../src/cli/commands/tool-fields.ts';
import { parseCommandLine } from '../../src/cli/program.ts';
import { UsageError } from '../../src/cli/reported-error.ts';
import { createCatalogue } from '../../src/tools/catalogue.ts';
import { TOOLS } from '../../src/tools/tools.ts';

type Call = [tool: string, params: object, options?: { json?: boolean; detach?: boolean }];

/** The call that a line of words comes to. */
async function parse(...argv: string[]): Promise<Call | undefined> {
  let call: Call | undefined;
  const inputs = {
    catalogue: createCatalogue(TOOLS),
    async callTool(tool: string, params: object, { json = false, detach = false }) {
      call = [tool, params, { ...(json ? { json } : {}), ...(detach ? { detach } : {}) }];
    },
  } as unknown as CommandInputs; // the commands of tools take no more than these
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const add = (program: Parameters<typeof addToolCommands>[0]) => addToolCommands(program, inputs);
  await parseCommandLine(argv, { version: '0.0.0', stdout, stderr, addCommands: add });
  return call;
}

const LINES: [line: string, call: Call][] = [
  ['ping', ['ping', {}]],
  ['load a.xml b.xml --detach', ['pubmed.load', { source: ['a.xml', 'b.xml'] }, { detach: true }]],
  ['sync two words --limit 5', ['pubmed.sync', { term: 'two words', limit: 5 }]],
  [
    'sync x --incremental --since 2026-01-01',
    ['pubmed.sync.incremental', { term: 'x', since: '2026-01-01' }],
  ],
  ['status --json', ['corpus.status', {}, { json: true }]],
  ['get pmid:7 --checkpoint c', ['rag.get', { doc_id: 'pmid:7', checkpoint_id: 'c' }]],
  ['search a question -k 3', ['rag.search', { query: 'a question', top_k: 3 }]],
  [
    'search x -m bm25 --alpha 0.2 --by-quality --checkpoint c --no-return-chunks',
    [
      'rag.search',
      {
        query: 'x',
        search_mode: 'bm25',
        alpha: 0.2,
        rerank_by_quality: true,
        return_chunks: false,
        checkpoint_id: 'c',
      },
    ],
  ],
  [
    'search x --from 2020 --to 2021 --journal A B --mesh M --type T --language eng --with-retracted',
    [
      'rag.search',
      {
        query: 'x',
        filters: {
          date_from: '2020',
          date_to: '2021',
          journals: ['A', 'B'],
          mesh: ['M'],
          publication_types: ['T'],
          languages: ['eng'],
          exclude_retracted: false,
        },
      },
    ],
  ],
  [
    'pubmed search x y -n 9 --offset 2 --sort date --from 2020 --to 2021 --date-type mdat --has-abstract',
    [
      'pubmed.search',
      {
        term: 'x y',
        limit: 9,
        offset: 2,
        sort: 'date',
        date_from: '2020',
        date_to: '2021',
        date_type: 'mdat',
        has_abstract: true,
      },
    ],
  ],
  [
    'pubmed search x --journal A --author B C --mesh M --type T --language L',
    [
      'pubmed.search',
      {
        term: 'x',
        journals: ['A'],
        authors: ['B', 'C'],
        mesh: ['M'],
        publication_types: ['T'],
        languages: ['L'],
      },
    ],
  ],
  ['pubmed get 1 2 --refresh', ['pubmed.get', { pmids: ['1', '2'], refresh: true }]],
  ['pubmed related 1 -r cited_by -n 2', ['pubmed.related', { pmid: '1', relation: 'cited_by', limit: 2 }]],
  ['pubmed cite 1 -s apa', ['pubmed.cite', { pmids: ['1'], style: 'apa' }]],
  [
    'checkpoint create my name -d why -q first second --parent p',
    [
      'corpus.checkpoint.create',
      {
        name: 'my name',
        description: 'why',
        primary_queries: ['first', 'second'],
        parent_checkpoint_id: 'p',
      },
    ],
  ],
  ['checkpoint list -n 2 --cursor c', ['corpus.checkpoint.list', { limit: 2, cursor: 'c' }]],
  ['checkpoint get i', ['corpus.checkpoint.get', { checkpoint_id: 'i' }]],
  ['checkpoint diff a', ['corpus.checkpoint.diff', { from: 'a' }]],
  ['checkpoint diff a b -n 3', ['corpus.checkpoint.diff', { from: 'a', to: 'b', limit: 3 }]],
  ['checkpoint delete i', ['corpus.checkpoint.delete', { checkpoint_id: 'i' }]],
  ['jobs get i -w 5', ['jobs.get', { job_id: 'i', wait_seconds: 5 }]],
  ['jobs list --tool pubmed.sync --state failed', ['jobs.list', { tool: 'pubmed.sync', state: 'failed' }]],
];

describe('the commands of the tools', () => {
  for (const [line, [tool, params, options = {}]] of LINES) {
    test(`bio-mcp ${line}`, async () => {
      assert.deepEqual(await parse(...line.split(' ')), [tool, params, options]);
    });
  }

  for (const line of [
    'pubmed cite',
    'pubmed cite 1 -s mla',
    'search x -k many',
    'search x --detach',
    'reindex --detach',
    'sync x --refresh',
  ]) {
    test(`bio-mcp ${line} is wrong usage`, () => assert.rejects(parse(...line.split(' ')), UsageError));
  }

  for (const tool of TOOLS) {
    test(`what ${tool.name} says of its command names its own parameters`, () => {
      const { flags = {}, bare = [], text } = tool.command;
      const names = listFields(tool).map(({ path }) => path.join('.'));
      for (const name of [...Object.keys(flags), ...bare, ...(text === undefined ? [] : [text])]) {
        assert.ok(names.includes(name), name);
      }
    });
  }

  test('where one is asked for, the others have their names and what they are about, and no options', () => {
    const list = (asked: string) => {
      const program = new Command();
      const inputs = { catalogue: createCatalogue(TOOLS) } as CommandInputs; // enough until one is run
      addToolCommands(program, inputs, { asked });
      return program.commands.flatMap((one) => (one.commands.length > 0 ? one.commands : [one]));
    };
    const [all, some, none] = [list(''), list('load'), list('no such command')];
    const toHelp = (command: Command) => [command.name(), command.description()];
    assert.deepEqual(some.map(toHelp), all.map(toHelp));
    const countOptions = (command: Command) => command.options.length;
    assert.deepEqual(none.map(countOptions), all.map(countOptions));
    const loads = (commands: Command[]) => commands.find((command) => command.name() === 'load');
    assert.equal(loads(some)?.options.length, loads(all)?.options.length);
    assert.deepEqual(some.filter((command) => command.options.length > 0).map(toHelp), [
      toHelp(loads(some) ?? new Command()),
    ]);
  });
});
