import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { findDirectCall } from '../../src/mcp/direct-call.ts';
import { type AnyJson, type McpApp, openMcpApp, toModernRequest } from '../support/mcp/mcp-bench.ts';

const ACCEPT = { accept: 'application/json, text/event-stream' };
const CALL = { name: 'ping', arguments: { message: 'hello' } };
const LEGACY = { jsonrpc: '2.0', id: 7, method: 'tools/call', params: CALL };
const [text, headers] = toModernRequest('tools/call', CALL);
const MODERN: AnyJson = JSON.parse(text);

describe('a call that is answered the short way', () => {
  let app: McpApp;
  before(async () => {
    app = await openMcpApp();
  });
  after(() => app[Symbol.asyncDispose]());

  /** The short way answers JSON; a stream of events holds the same message. */
  async function ask(body: object, given: Record<string, string>): Promise<AnyJson> {
    const answer = await app.post(JSON.stringify(body), given);
    const words = await answer.text();
    const message = answer.headers.get('content-type')?.startsWith('text/event-stream')
      ? (/^data: (.*)$/m.exec(words)?.[1] ?? '')
      : words;
    return withoutTimes(JSON.parse(message));
  }

  const params = { ...MODERN.params, _meta: { ...MODERN.params._meta, progressToken: 1 } };
  const calls: [era: string, direct: AnyJson, long: AnyJson, given: Record<string, string>][] = [
    ['2026-07-28', MODERN, { ...MODERN, params }, headers],
    ['2025-11-25', LEGACY, { ...LEGACY, params: { ...CALL, _meta: { progressToken: 1 } } }, {}],
  ];
  for (const [era, direct, long, given] of calls) {
    test(`is answered in ${era} as the SDK answers it`, async () => {
      const http = { ...ACCEPT, ...given };
      assert.notEqual(findDirectCall(http, direct), null);
      assert.equal(findDirectCall(http, long), null);
      assert.deepEqual(await ask(direct, given), await ask(long, given));
      const failing = (body: AnyJson) => ({ ...body, params: { ...body.params, arguments: { mesage: 1 } } });
      assert.deepEqual(await ask(failing(direct), given), await ask(failing(long), given));
    });
  }
});

describe('whatever is unusual about a call goes by the SDK', () => {
  const unusual: [what: string, headers: Record<string, string>, body: AnyJson][] = [
    ['another method', headers, { ...MODERN, method: 'tools/list' }],
    ['a header that contradicts', { ...headers, 'mcp-name': 'rag_search' }, MODERN],
    ['a header that is missing', { 'mcp-protocol-version': '2026-07-28', 'mcp-name': 'ping' }, MODERN],
    ['an unknown version', { ...headers, 'mcp-protocol-version': '2030-01-01' }, MODERN],
    ['an envelope under an older version', { 'mcp-protocol-version': '2025-11-25' }, MODERN],
    ['no envelope under the newer version', headers, LEGACY],
    ['a session', { 'mcp-session-id': 'abc' }, LEGACY],
    ['a notification', {}, { jsonrpc: '2.0', method: 'tools/call', params: CALL }],
    ['answers to what was asked', headers, { ...MODERN, params: { ...MODERN.params, inputResponses: {} } }],
    ['arguments that are no object', {}, { ...LEGACY, params: { name: 'ping', arguments: [] } }],
    ['an id that is none', {}, { ...LEGACY, id: null }],
    ['something beside the message', {}, { ...LEGACY, extra: true }],
  ];
  for (const [what, given, body] of unusual) {
    test(what, () => assert.equal(findDirectCall({ ...ACCEPT, ...given }, body), null));
  }

  test('a client that reads no JSON', () => {
    assert.equal(findDirectCall({ accept: 'text/event-stream' }, LEGACY), null);
  });
});

/** Two calls differ in how long the process runs and in their trace ids. */
function withoutTimes(message: AnyJson): AnyJson {
  return JSON.parse(
    JSON.stringify(message)
      .replaceAll(/uptime_s(\\?)": ?[\d.]+/g, 'uptime_s$1": 0')
      .replaceAll(/trace_id(\\?)": ?(\\?)"[0-9a-f]{32}/g, 'trace_id$1":$2"'),
  );
}
