import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { z } from 'zod';
import { startProgress } from '../../src/ingest/runs/progress.ts';
import { defineTool } from '../../src/tools/define-tool.ts';
import type { ToolContext } from '../../src/tools/tool-context.ts';
import { READS_CORPUS } from '../../src/tools/tool-facts.ts';
import { openConnected, openGuardedServer } from '../support/mcp/connect-bench.ts';
import { CLIENT_MODES, firstText, type LocalNcbi, openLocalNcbi } from '../support/mcp/mcp-bench.ts';
import { openFaultyHttp } from '../support/network/faulty-http.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const STATUS = 'bio-mcp://corpus/status';
const SIGN_IN = { signInPath: '/nonexistent/sign-in.json' };

let local: LocalNcbi;
before(async () => {
  local = await openLocalNcbi({}, 'PostgreSQL');
});
after(() => local[Symbol.asyncDispose]());

const FACTS = {
  kind: 'short',
  scope: 'read',
  title: 'Test',
  description: 'For tests.',
  annotations: READS_CORPUS,
} as const;

/** Tells how far it is, and goes on once that was heard. */
function createStepping(steps: readonly number[]) {
  const heard = steps.map(() => Promise.withResolvers<void>());
  const tool = defineTool({
    ...FACTS,
    name: 'test.steps',
    input: z.object({}),
    output: z.object({}),
    async run(_params, { onProgress }: ToolContext<unknown>) {
      for (const [at, pct] of steps.entries()) {
        onProgress?.({ ...startProgress(), pct, message: `step ${at}` });
        await heard[at]?.promise;
      }
      return {};
    },
  });
  return { tool, hear: (at: number) => heard[at]?.resolve() };
}

/** Answers as much text as a server of ours answers at all. */
const large = defineTool({
  ...FACTS,
  name: 'test.large',
  input: z.object({ text: z.string() }),
  output: z.object({ got: z.int(), text: z.string() }),
  run: async ({ text }, _context: ToolContext<unknown>) => ({
    got: text.length,
    text: text.slice(0, 20_000),
  }),
});

describe('bio-mcp connect hands on', () => {
  for (const mode of CLIENT_MODES) {
    test(`how far a call is, in order and while it runs (${mode})`, async () => {
      const stepping = createStepping([10, 40, 90]);
      await using server = await openGuardedServer({ local, tools: [stepping.tool] });
      const token = await server.give(`stepping-${mode}`, ['bio:read']);
      await using opened = await openConnected(server.url, { ...SIGN_IN, token: async () => token, mode });
      const told: unknown[] = [];
      await opened.client.callTool(
        { name: 'test_steps', arguments: {} },
        {
          onprogress({ progress, total, message }) {
            // The call waits for this: it arrived before the end.
            stepping.hear(told.push([progress, total, message]) - 1);
          },
        },
      );
      assert.deepEqual(told, [
        [10, 100, 'step 0'],
        [40, 100, 'step 1'],
        [90, 100, 'step 2'],
      ]);
    });

    test(`large calls and large answers, whole (${mode})`, async () => {
      await using server = await openGuardedServer({ local, tools: [large] });
      const token = await server.give(`large-${mode}`, ['bio:read']);
      await using opened = await openConnected(server.url, { ...SIGN_IN, token: async () => token, mode });
      const text = 'Ünïcode \u{1F9EC} "quoted"\n'.repeat(60_000);
      const answer = await opened.client.callTool({ name: 'test_large', arguments: { text } });
      assert.ok(!answer.isError, firstText(answer));
      assert.deepEqual(answer.structuredContent, { got: text.length, text: text.slice(0, 20_000) });
    });
  }
});

describe('bio-mcp connect and a connection that breaks before an answer', () => {
  const LOST = /ended before it answered; what was asked for may have been done or not/;
  const writing = defineTool({
    ...FACTS,
    annotations: { ...READS_CORPUS, readOnlyHint: false, idempotentHint: false },
    name: 'test.write',
    input: z.object({}),
    output: z.object({}),
    run: async (_params, _context: ToolContext<unknown>) => ({}),
  });

  for (const mode of CLIENT_MODES) {
    test(`asks once more for what may be done twice, and tells of all else (${mode})`, async () => {
      await using server = await openGuardedServer({ local, tools: [large, writing] });
      await using link = await openFaultyHttp(server.url);
      const token = await server.give(`broken-${mode}`, ['bio:read']);
      await using opened = await openConnected(link.url, { ...SIGN_IN, token: async () => token, mode });
      const { client } = opened;
      const call = (name: string) => client.callTool({ name, arguments: { text: 'as before' } });
      const breakNext = (times: number) => {
        let left = times;
        link.fault = () => (left-- > 0 ? 'reset' : 'pass');
        link.seen.length = 0;
      };

      breakNext(1);
      const { tools } = await client.listTools();
      assert.ok(tools.some(({ name }) => name === 'test_write'));
      breakNext(1);
      assert.deepEqual((await call('test_large')).structuredContent, { got: 9, text: 'as before' });
      assert.equal(link.seen.length, 2);
      breakNext(2);
      await assert.rejects(call('test_large'), LOST);
      assert.equal(link.seen.length, 2);
      breakNext(1);
      await assert.rejects(client.callTool({ name: 'test_write', arguments: {} }), LOST);
      assert.equal(link.seen.length, 1);
    });
  }

  test('calls no tool twice of which the client saw no list', async () => {
    await using server = await openGuardedServer({ local, tools: [large] });
    await using link = await openFaultyHttp(server.url);
    const token = await server.give('unlisted', ['bio:read']);
    await using opened = await openConnected(link.url, { ...SIGN_IN, token: async () => token });
    let left = 1;
    link.fault = () => (left-- > 0 ? 'reset' : 'pass');
    await assert.rejects(opened.client.callTool({ name: 'test_large', arguments: { text: '' } }), LOST);
  });
});

describe('bio-mcp connect and a client that listens', () => {
  test('asks for the changes again when the server restarts, and the next one reaches the client', async () => {
    const server = await openGuardedServer({ local });
    const token = await server.give('listening', ['bio:admin']);
    const { lines, logger } = recordingLogger();
    const again = Promise.withResolvers<void>();
    const listening = {
      ...logger,
      info(fields: Readonly<Record<string, unknown>>, message: string) {
        logger.info(fields, message);
        if (/stream of changes goes on/.test(message)) again.resolve();
      },
    };
    const given = { ...SIGN_IN, token: async () => token, logger: listening };
    await using opened = await openConnected(server.url, given);
    const { client } = opened;
    let heard = Promise.withResolvers<string>();
    client.setNotificationHandler('notifications/resources/updated', ({ params }) =>
      heard.resolve(params.uri),
    );
    const subscription = await client.listen({ resourceSubscriptions: [STATUS] });
    client.fallbackNotificationHandler = async ({ method }) => assert.fail(`${method} is no news`);
    await client.callTool({ name: 'pubmed_sync', arguments: { term: 'wombats' } });
    assert.equal(await heard.promise, STATUS);

    await server[Symbol.asyncDispose]();
    await using _ = await openGuardedServer({ local, port: Number(new URL(server.url).port) });
    await again.promise;
    heard = Promise.withResolvers<string>();
    await client.callTool({ name: 'pubmed_sync', arguments: { term: 'quokkas' } });
    assert.equal(await heard.promise, STATUS);
    assert.equal(lines.filter(({ msg }) => /asked for again/.test(String(msg))).length, 1);
    await subscription.close();
  });

  test('tells it where the server refuses to go on with them', async () => {
    const server = await openGuardedServer({ local });
    const token = await server.give('refused', ['bio:read']);
    let current = token;
    await using opened = await openConnected(server.url, { ...SIGN_IN, token: async () => current });
    const subscription = await opened.client.listen({ resourceSubscriptions: [STATUS] });
    current = 'biomcp_wrong';
    await server[Symbol.asyncDispose]();
    await using _ = await openGuardedServer({ local, port: Number(new URL(server.url).port) });
    assert.equal(await subscription.closed, 'remote');
    await assert.rejects(opened.client.listen({ resourceSubscriptions: [STATUS] }), /BIO_MCP_TOKEN/);
  });
});
