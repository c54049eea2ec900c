import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import { walkPrompt } from '../support/mcp/mcp-assistant.ts';
import { type AnyJson, firstText, type McpApp, openMcpApp, WOMBATS } from '../support/mcp/mcp-bench.ts';

describe('what a client reads and asks for by name', () => {
  let app: McpApp;
  let client: Client & AsyncDisposable;
  let checkpointId: string;
  before(async () => {
    app = await openMcpApp();
    client = await app.connect();
    await client.callTool({ name: 'pubmed_get', arguments: { pmids: [...WOMBATS, '7'] } });
    const made = await client.callTool({ name: 'corpus_checkpoint_create', arguments: { name: 'Spring' } });
    checkpointId = (made.structuredContent as AnyJson).checkpoint_id;
  });
  after(async () => {
    await client.close();
    await app[Symbol.asyncDispose]();
  });

  async function read(uri: string): Promise<AnyJson> {
    const { contents } = await client.readResource({ uri });
    const [only] = contents;
    assert.equal(only?.uri, uri);
    assert.equal(only?.mimeType, 'application/json');
    return JSON.parse(only !== undefined && 'text' in only ? only.text : '');
  }

  test('every resource that is listed can be read', async () => {
    const { resources } = await client.listResources();
    assert.deepEqual(
      resources.map(({ uri }) => uri),
      [
        'bio-mcp://corpus/status',
        'bio-mcp://corpus/checkpoints',
        'bio-mcp://sync/recent',
        'bio-mcp://system/health',
      ],
    );
    assert.equal((await read('bio-mcp://corpus/status')).documents, 4);
    assert.equal((await read('bio-mcp://corpus/checkpoints')).checkpoints[0].checkpoint_id, checkpointId);
    assert.deepEqual(Object.keys(await read('bio-mcp://sync/recent')), ['last_syncs', 'watermarks']);
    const { state, version, database } = await read('bio-mcp://system/health');
    assert.deepEqual([state, version, database], ['ok', '0.0.0', { state: 'ok', reason: null }]);
  });

  test('a paper is read by its PMID', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    assert.deepEqual(
      resourceTemplates.map(({ uriTemplate }) => uriTemplate),
      ['bio-mcp://paper/{pmid}'],
    );
    assert.equal((await read('bio-mcp://paper/7')).title, 'Of quokkas.');
  });

  const nowhere: [uri: string, advice: RegExp][] = [
    ['bio-mcp://paper/8', /does not hold pmid:8; pubmed_get \{"pmids": \["8"\]\} brings it in\.$/],
    ['bio-mcp://paper/x', /read by its PMID: bio-mcp:\/\/paper\/\d+\.$/],
    ['bio-mcp://paper/007', /read by its PMID/],
    ['bio-mcp://corpus/state', /Did you mean bio-mcp:\/\/corpus\/status\?$/],
    ['file:///etc/passwd', /There are bio-mcp:\/\/corpus\/status, .*paper\/\{pmid\}\.$/],
  ];
  for (const [uri, advice] of nowhere) {
    test(`there is nothing at ${uri}, and the answer says what to do`, async () => {
      await assert.rejects(client.readResource({ uri }), (error: AnyJson) => {
        assert.equal(error.code, -32_602);
        assert.match(error.message, advice);
        assert.deepEqual(error.data, { uri });
        return true;
      });
    });
  }

  test('PMIDs are completed to those that the corpus holds', async () => {
    const complete = async (value: string) => {
      const ref = { type: 'ref/resource', uri: 'bio-mcp://paper/{pmid}' } as const;
      return (await client.complete({ ref, argument: { name: 'pmid', value } })).completion.values;
    };
    assert.deepEqual(await complete('5000'), WOMBATS);
    assert.deepEqual(await complete(''), [...WOMBATS, '7']);
    assert.deepEqual(await complete('7'), ['7']);
    assert.deepEqual(await complete('9'), []);
    assert.deepEqual(await complete("7' or 1=1"), []);
  });

  test('a template and a prompt that there are not cannot be completed', async () => {
    const argument = { name: 'pmid', value: '' };
    const refs = [
      { type: 'ref/resource', uri: 'bio-mcp://nothing/{pmid}' },
      { type: 'ref/prompt', name: 'nothing' },
    ] as const;
    for (const ref of refs)
      await assert.rejects(client.complete({ ref, argument }), /no such prompt or resource/);
  });

  test('prompts are written with their arguments, in the names that the list of tools shows', async () => {
    const { prompts } = await client.listPrompts();
    assert.deepEqual(
      prompts.map(({ name, arguments: all = [] }) => [
        name,
        all.filter((one) => one.required).map((one) => one.name),
      ]),
      [
        ['literature_review', ['question']],
        ['due_diligence_brief', ['subject']],
        ['what_changed', ['checkpoint_id']],
      ],
    );
    const { tools } = await client.listTools();
    const names = tools.map(({ name }) => name);
    const all = { question: 'Do wombats fall?', subject: 'Wombatinib', checkpoint_id: checkpointId };
    for (const { name, arguments: taken = [] } of prompts) {
      const isTaken = ([one]: [string, string]) => taken.some((argument) => argument.name === one);
      const given = Object.fromEntries(Object.entries(all).filter(isTaken));
      const { messages } = await client.getPrompt({ name, arguments: given });
      const [only] = messages;
      const text = only?.content.type === 'text' ? only.content.text : '';
      const named = text.match(/\b(?:pubmed|rag|corpus|jobs)[._][a-z_.]+\b/g) ?? [];
      assert.ok(named.length >= 3, `${name} tells which tools to use`);
      for (const tool of named)
        assert.ok(names.includes(tool), `${name} tells of ${tool}, which is not listed`);
    }
  });

  async function write(name: string, given: Record<string, string>): Promise<string> {
    const { messages } = await client.getPrompt({ name, arguments: given });
    const [only] = messages;
    return only?.content.type === 'text' ? only.content.text : assert.fail('no text');
  }

  test('the steps of a prompt are numbered from 1 without a gap, whatever its arguments', async () => {
    const written = [
      await write('literature_review', { question: 'Do wombats fall?' }),
      await write('literature_review', { question: 'Do wombats fall?', depth: 'Quick' }),
      await write('due_diligence_brief', { subject: 'Wombatinib', kind: 'drug' }),
      await write('what_changed', { checkpoint_id: checkpointId }),
    ];
    for (const text of written) {
      const numbers = [...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
      assert.ok(numbers.length >= 3);
      assert.deepEqual(
        numbers,
        numbers.map((_, at) => at + 1),
      );
    }
    assert.ok(!written[1]?.includes('pubmed_sync'), 'a quick review brings nothing in');
  });

  test('every call that a prompt names can be made, frozen first and searched within, to its end', async () => {
    const walks = [
      await walkPrompt(client, 'literature_review', { question: 'Do wombats fall?', since: '2001' }),
      await walkPrompt(client, 'due_diligence_brief', { subject: 'wombats', indication: 'falls' }),
      await walkPrompt(client, 'what_changed', { checkpoint_id: checkpointId, topic: 'wombats' }),
      await walkPrompt(client, 'what_changed', { checkpoint_id: checkpointId }),
    ];
    for (const { calls } of walks) {
      assert.equal(calls[0]?.name, 'corpus_checkpoint_create');
      const searches = calls.filter(({ name }) => name === 'rag_search');
      assert.ok(searches.length >= 2);
      for (const { params } of searches) assert.equal(typeof params.checkpoint_id, 'string');
      const read = calls.filter(({ name }) => name === 'rag_get');
      const isFound = searches.some(({ structured }) => structured.documents.length > 0);
      assert.equal(read.length > 0, isFound);
      assert.ok(read.length <= 5);
    }
  });

  test('a date is told to each tool in the place where that takes it', async () => {
    const text = await write('literature_review', { question: 'Do wombats fall?', since: ' 2020-02 ' });
    assert.match(text, /since 2020-02: give rag_search the filters \{"date_from": "2020-02"\}/);
  });

  const refused: [prompt: string, given: Record<string, string>, message: RegExp][] = [
    ['literature_review', { since: 'whenever' }, /`since` must be a date: YYYY, YYYY-MM or YYYY-MM-DD\./],
    ['literature_review', { since: '2020-02-31' }, /`since` must be a date/],
    ['literature_review', { depth: 'deep' }, /`depth` must be one of quick, thorough\./],
    ['due_diligence_brief', { kind: 'car' }, /`kind` must be one of drug, company, target, technology\./],
    ['literature_review', { question: 'a\0b' }, /`question` holds a NUL character\./],
    ['literature_review', { question: 'a\ud800' }, /`question` holds half of a surrogate pair\./],
    [
      'due_diligence_brief',
      { subject: 'x'.repeat(10_001) },
      /`subject` must have at most 10000 characters\./,
    ],
    ['literature_review', { dept: 'quick' }, /Unknown argument `dept`\. Did you mean `depth`\?/],
    ['what_changed', { zzzz: '' }, /Unknown argument `zzzz`\. what_changed takes checkpoint_id, topic\./],
  ];
  for (const [name, given, message] of refused) {
    test(`${name} with ${JSON.stringify(given).slice(0, 40)} is refused as invalid parameters`, async () => {
      const needed = { literature_review: 'question', due_diligence_brief: 'subject' }[name];
      const all = needed === undefined ? given : { [needed]: 'Wombats', ...given };
      await assert.rejects(client.getPrompt({ name, arguments: all }), (error: AnyJson) => {
        assert.equal(error.code, -32_602);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  test('what changed since a checkpoint tells which one it is', async () => {
    const { messages } = await client.getPrompt({
      name: 'what_changed',
      arguments: { checkpoint_id: checkpointId },
    });
    assert.match(JSON.stringify(messages), /checkpoint \\"Spring\\" .* with 4 documents/);
  });

  test('arguments are completed: checkpoints by their ids, choices by their words', async () => {
    const complete = async (name: string, argument: string, value: string) => {
      const ref = { type: 'ref/prompt', name } as const;
      return (await client.complete({ ref, argument: { name: argument, value } })).completion.values;
    };
    assert.deepEqual(await complete('what_changed', 'checkpoint_id', checkpointId.slice(0, 4)), [
      checkpointId,
    ]);
    assert.deepEqual(await complete('literature_review', 'depth', 'Q'), ['quick']);
    assert.deepEqual(await complete('literature_review', 'question', 'x'), []);
  });

  test('a prompt without its argument, blank or absent, says which one it needs', async () => {
    for (const given of [{}, { question: '  ' }]) {
      const asked = client.getPrompt({ name: 'literature_review', arguments: given });
      await assert.rejects(asked, /Missing: question \(What is to be answered/);
    }
    const unknown = { checkpoint_id: '00000000-0000-4000-8000-000000000000' };
    await assert.rejects(client.getPrompt({ name: 'what_changed', arguments: unknown }), {
      code: -32_602,
      message: /corpus_checkpoint_list names those that there are/,
    });
  });

  test('a tool that fails answers its code and what to do, and the connection goes on', async () => {
    const missing = await client.callTool({ name: 'rag_get', arguments: { doc_id: 'pmid:8' } });
    assert.equal(missing.isError, true);
    const { error_code, message } = JSON.parse(firstText(missing));
    assert.equal(error_code, 'NOT_FOUND');
    assert.match(message, /pmid:8|8/);
    const wrong = await client.callTool({ name: 'rag_search', arguments: { query: 'x', top_kk: 3 } });
    assert.match(firstText(wrong), /VALIDATION.*did you mean `top_k`/);
  });

  test('a path of the server is no source of a load over MCP', async () => {
    const refused = await client.callTool({ name: 'pubmed_load', arguments: { source: '/etc/passwd' } });
    assert.match(firstText(refused), /VALIDATION/);
  });
});
