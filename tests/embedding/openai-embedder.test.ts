import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { type OpenaiEmbedderOptions, openOpenaiEmbedder } from '../../src/embedding/openai-embedder.ts';
import { createStaticEmbedder } from '../../src/embedding/static-embedder.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { ConfigError } from '../../src/errors/config-error.ts';
import { describeEmbedder } from '../conformance/embedder.ts';
import { type OpenaiStandIn, refuse, send, startOpenaiStandIn } from '../support/services/openai-stand-in.ts';

const KEY = 'sk-test-0123456789abcdef';
const { signal: NEVER } = new AbortController();
let service: OpenaiStandIn;

before(async () => {
  service = await startOpenaiStandIn();
});
beforeEach(() => {
  service.requests.length = 0;
  service.spoil = () => false;
  service.answersNumbers = false;
});
after(() => service[Symbol.asyncDispose]());

function open(options: Partial<OpenaiEmbedderOptions> = {}) {
  const own = { baseUrl: service.url, model: 'acme/mini-embed', apiKey: KEY, dimensions: null };
  return openOpenaiEmbedder({ ...own, ...options }, { signal: NEVER });
}

const failsWith =
  (code: string, hint: RegExp, detail = /./) =>
  (error: unknown) =>
    error instanceof BioMcpError &&
    error.code === code &&
    hint.test(error.hint) &&
    detail.test(error.message) &&
    !inspect(error, { depth: 9 }).includes(KEY);

describeEmbedder('openai', () => open());

describe('the openai embedder', () => {
  test('learns the dimensions of a model that it does not know from its first answer', async () => {
    const embedder = await open();
    assert.match(embedder.id, /^openai:acme-mini-embed:256:[0-9a-f]{12}$/);
    assert.deepEqual(service.requests[0]?.input, ['a']);
  });

  for (const status of [401, 403]) {
    test(`reads the key again where the service answers ${status}, and uses a new one`, async ({
      signal,
    }) => {
      let kept = KEY;
      const embedder = await open({ dimensions: 64, readApiKey: async () => kept });
      service.spoil = (_turn, { authorization }, reply) => {
        if (authorization === 'Bearer sk-test-new') return false;
        refuse(reply, status, 'invalid_api_key');
        return true;
      };
      const ask = () => embedder.embed(['metformin'], 'query', { signal });
      await assert.rejects(ask(), failsWith('EMBEDDINGS_UNAVAILABLE', /BIO_MCP_OPENAI_API_KEY/));
      kept = 'sk-test-new';
      assert.equal((await ask()).length, 64);
      assert.equal((await ask()).length, 64);
    });
  }

  test('asks for nothing at the start where it knows the dimensions', async () => {
    assert.equal((await open({ model: 'text-embedding-3-large' })).dimensions, 3_072);
    assert.equal((await open({ dimensions: 64 })).dimensions, 64);
    assert.equal(service.requests.length, 0);
  });

  test('asks for the dimensions that are set, and makes the shortened vectors of unit length', async ({
    signal,
  }) => {
    const embedder = await open({ dimensions: 64 });
    const vector = await embedder.embed(['metformin'], 'query', { signal });
    assert.equal(service.requests[0]?.dimensions, 64);
    assert.equal(vector.length, 64);
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-6);
  });

  test('two models, and two sizes of one, never have one id', async () => {
    const opened = [{}, { dimensions: 64 }, { model: 'acme-mini-embed' }].map((options) => open(options));
    assert.equal(new Set((await Promise.all(opened)).map(({ id }) => id)).size, 3);
  });

  test('asks for no more once a request has failed for good', async ({ signal }) => {
    const embedder = await open({ dimensions: 64, requestsAtOnce: 2 });
    const [first, second] = [
      Promise.withResolvers<ServerResponse>(),
      Promise.withResolvers<ServerResponse>(),
    ];
    service.spoil = (turn, _request, reply) => {
      if (turn <= 2) (turn === 1 ? first : second).resolve(reply);
      return turn <= 2;
    };
    const texts = Array.from({ length: 1_000 }, (_, at) => `text ${at}`);
    const told = failsWith('EMBEDDINGS_UNAVAILABLE', /./);
    const failing = assert.rejects(embedder.embed(texts, 'passage', { signal }), told);
    const other = await second.promise;
    refuse(await first.promise, 400, 'invalid_input');
    // Answered later than the refusal, which the embedder knows by then.
    await embedder.embed(['later'], 'passage', { signal });
    const rows = Array.from({ length: 128 }, (_, index) => ({ index, embedding: Array(64).fill(1) }));
    send(other, 200, { data: rows });
    await failing;
    await embedder.embed(['last'], 'passage', { signal });
    assert.deepEqual(
      service.requests.map(({ input }) => input.length),
      [128, 128, 1, 1],
    );
  });

  test('sends the key as a bearer, and asks for base64', async ({ signal }) => {
    const embedder = await open({ dimensions: 256 });
    await embedder.embed(['metformin'], 'query', { signal });
    const [request] = service.requests;
    assert.deepEqual([request?.authorization, request?.encoding_format], [`Bearer ${KEY}`, 'base64']);
  });

  test('numbers in place of base64 make the same vectors', async ({ signal }) => {
    const embedder = await open({ dimensions: 256 });
    const fromText = await embedder.embed(['metformin', 'asthma'], 'query', { signal });
    service.answersNumbers = true;
    const fromNumbers = await embedder.embed(['metformin', 'asthma'], 'query', { signal });
    for (const [at, value] of fromText.entries()) assert.ok(Math.abs(value - (fromNumbers[at] ?? 9)) < 1e-6);
  });

  test('sends many texts in requests of at most 128 texts and 300,000 bytes, and keeps their order', async ({
    signal,
  }) => {
    const embedder = await open({ dimensions: 256 });
    const texts = Array.from(
      { length: 300 },
      (_, at) => `Passage ${at} about asthma. ${'x y '.repeat(at * 3)}`,
    );
    const vectors = await embedder.embed(texts, 'passage', { signal });
    assert.ok(service.requests.length >= 3);
    for (const { input } of service.requests) {
      assert.ok(input.length <= 128);
      assert.ok(input.reduce((sum, text) => sum + Buffer.byteLength(text), 0) <= 300_000);
    }
    const plain = await createStaticEmbedder().embed(texts, 'passage', { signal });
    for (const [at, value] of plain.entries()) assert.ok(Math.abs(value - (vectors[at] ?? 9)) < 1e-5);
  });

  test('cuts a text off at 8,191 bytes, between two characters', async ({ signal }) => {
    const embedder = await open({ dimensions: 256 });
    await embedder.embed(['aé€😀'.repeat(2_000)], 'passage', { signal });
    const [sent] = service.requests[0]?.input ?? [];
    assert.ok(sent !== undefined && 'aé€😀'.repeat(2_000).startsWith(sent));
    assert.ok(Buffer.byteLength(sent) <= 8_191 && Buffer.byteLength(sent) > 8_187);
  });

  test('repeats what may pass, after the wait that the service asks for', async ({ signal }) => {
    const embedder = await open({ dimensions: 256 });
    service.spoil = (turn, _, reply) => {
      if (turn === 1) refuse(reply, 429, 'rate_limit_exceeded', { headers: { 'retry-after-ms': '5' } });
      else if (turn === 2) refuse(reply, 503, 'overloaded', { headers: { 'retry-after-ms': '5' } });
      else return false;
      return true;
    };
    assert.equal((await embedder.embed(['metformin'], 'query', { signal })).length, 256);
    assert.equal(service.requests.length, 3);
  });

  test('what does not pass is unavailable, with a hint for its kind, and never tells the key', async ({
    signal,
  }) => {
    const embedder = await open({ dimensions: 256 });
    const soon = { headers: { 'retry-after-ms': '1' }, message: `Incorrect API key provided: ${KEY}` };
    const kinds = [
      [401, 'invalid_api_key', /check BIO_MCP_OPENAI_API_KEY/, 1],
      [404, 'model_not_found', /check BIO_MCP_OPENAI_MODEL/, 1],
      [400, 'context_length', /refuses the request/, 1],
      [429, 'insufficient_quota', /no quota left/, 3],
      [500, 'server_error', /did not answer/, 3],
    ] as const;
    for (const [status, code, hint, attempts] of kinds) {
      service.requests.length = 0;
      service.spoil = (_turn, _, reply) => {
        refuse(reply, status, code, soon);
        return true;
      };
      const detail = new RegExp(`HTTP ${status} ${code}`);
      await assert.rejects(
        embedder.embed(['a'], 'query', { signal }),
        failsWith('EMBEDDINGS_UNAVAILABLE', hint, detail),
      );
      assert.equal(service.requests.length, attempts);
    }
  });

  test('an answer that is none is unavailable', async ({ signal }) => {
    const embedder = await open({ dimensions: 256 });
    const vector = Array.from({ length: 256 }, () => 1);
    const answers: [object, RegExp][] = [
      [{ data: [] }, /0 vectors for 1 texts/],
      [{ data: [{ index: 7, embedding: vector }] }, /no vector for text 0/],
      [{ data: [{ index: 0, embedding: vector.slice(1) }] }, /255 dimensions instead of 256/],
      [{ data: [{ index: 0, embedding: vector.map(() => 1e308) }] }, /a vector of length Infinity/],
      [{ data: 'none' }, /it answered /],
      [{ hello: 'world' }, /it answered /],
    ];
    for (const [body, detail] of answers) {
      service.spoil = (_turn, _, reply) => {
        send(reply, 200, body);
        return true;
      };
      await assert.rejects(
        embedder.embed(['a'], 'query', { signal }),
        failsWith('EMBEDDINGS_UNAVAILABLE', /something else than the vectors/, detail),
      );
    }
  });

  test('a service that is gone is unavailable', async ({ signal }) => {
    const embedder = await open({ baseUrl: 'http://127.0.0.1:2', dimensions: 256 });
    await assert.rejects(
      embedder.embed(['a'], 'query', { signal }),
      failsWith('EMBEDDINGS_UNAVAILABLE', /did not answer/, /ECONNREFUSED/),
    );
  });

  test('a service that is silent has timed out', async ({ mock, signal }) => {
    const embedder = await open({ dimensions: 256 });
    service.spoil = () => true; // and never answers
    // The limit of the whole call comes at once: the same signal that 20 s would give.
    mock.method(AbortSignal, 'timeout', () => AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    await assert.rejects(
      embedder.embed(['a'], 'query', { signal }),
      failsWith('EMBEDDINGS_TIMEOUT', /did not answer in time/),
    );
  });

  test('an abort in the middle of a request rejects with its reason', async () => {
    const embedder = await open({ dimensions: 256 });
    const stopping = new AbortController();
    const reason = new Error('stopped by the user');
    service.spoil = () => {
      stopping.abort(reason);
      return true;
    };
    await assert.rejects(embedder.embed(['a'], 'query', stopping), reason);
  });

  test('without its package one sentence says what to install', async () => {
    const importOpenai = () => Promise.reject(new Error('Cannot find package'));
    await assert.rejects(
      open({ importOpenai }),
      new ConfigError([
        'BIO_MCP_EMBEDDER=openai needs a package that is not installed: run `npm install openai@7.57.0`.',
      ]),
    );
  });
});
