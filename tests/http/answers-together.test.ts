import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { sendAnswersTogether } from '../../src/http/plugins/answers-together.ts';
import { createTestApp } from '../support/http/test-app.ts';

/** An app whose clock is the test's, and what its answers were at the end of the turn that made them. */
function createTurns() {
  const clock = { now: 0, work: 0 };
  const wereSent: boolean[] = [];
  const app = fastify();
  sendAnswersTogether(app, { nowMs: () => clock.now, workMs: () => clock.work });
  app.get<{ Querystring: { work?: string; by?: string; status?: string } }>('/', async ({ query }, reply) => {
    // After all microtasks of the turn, so after the answer was made.
    process.nextTick(() => {
      wereSent.push(reply.raw.headersSent);
      clock.now += Number(query.work ?? 0);
      clock.work += Number(query.by ?? query.work ?? 0);
    });
    reply.code(Number(query.status ?? 200));
    return 'answer';
  });
  return { app, clock, wereSent };
}

test('answers of one turn go out at its end, each to its own caller', async () => {
  await using test = createTestApp();
  const messages = Array.from({ length: 50 }, (_, at) => `message ${at}`);
  const answers = await Promise.all(
    messages.map((message) =>
      test.app.inject({
        method: 'POST',
        url: '/v1/mcp/invoke',
        payload: { tool: 'ping', params: { message } },
      }),
    ),
  );
  const told = answers.map((answer) => answer.json<{ result: { message: string } }>().result.message);
  assert.deepEqual(told, messages);
  assert.equal(new Set(answers.map(({ headers }) => headers['x-trace-id'])).size, messages.length);
});

test('an answer waits for the end of its turn, or until enough of them wait', async () => {
  const { app, wereSent } = createTurns();
  await Promise.all(Array.from({ length: 20 }, () => app.inject('/')));
  assert.equal(wereSent.filter((wasSent) => wasSent).length, 16);
  const alone = createTurns();
  const { payload } = await alone.app.inject('/');
  assert.equal(payload, 'answer');
  assert.deepEqual(alone.wereSent, [false]);
});

test('a refusal waits for nobody', async () => {
  const { app, wereSent } = createTurns();
  const { statusCode } = await app.inject('/?status=429');
  assert.equal(statusCode, 429);
  assert.deepEqual(wereSent, [true]);
});

test('none waits for a second once other work fills two turns running', async () => {
  const { app, clock, wereSent } = createTurns();
  for (const url of ['/?work=9', '/', '/?work=9', '/?work=9', '/']) await app.inject(url);
  assert.deepEqual(wereSent, [false, false, false, false, true]);
  clock.now += 999;
  await app.inject('/');
  clock.now += 1;
  await app.inject('/');
  assert.deepEqual(wereSent.slice(5), [true, false]);
});

test('a thread that others kept from the processor has no slow turns', async () => {
  const { app, wereSent } = createTurns();
  for (let turn = 0; turn < 4; turn += 1) await app.inject('/?work=50&by=1');
  assert.deepEqual(wereSent, [false, false, false, false]);
});

test('what cannot be sent is answered as an error and costs no other answer', async () => {
  await using test = createTestApp();
  test.app.get('/header', async (_request, reply) => reply.header('x-bad', 'a\nb').send('never'));
  test.app.get('/body', async (_request, reply) => {
    reply.serializer(() => 42 as unknown as string);
    return {};
  });
  const urls = ['/v1/mcp/tools', '/header', '/body', '/v1/mcp/tools'];
  const answers = await Promise.all(urls.map((url) => test.app.inject(url)));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 500, 500, 200],
  );
});

test('where no other hook comes after, neither', async () => {
  const { app } = createTurns();
  app.get('/header', async (_request, reply) => reply.header('x-bad', 'a\nb').send('never'));
  const answers = await Promise.all(['/', '/header', '/'].map((url) => app.inject(url)));
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 500, 200],
  );
});

test('an answer that waits when the process lets go is the answer', async () => {
  await using test = createTestApp();
  const { app } = test;
  app.get('/last', async () => {
    process.nextTick(() => app.letGo());
    return { done: true };
  });
  const { statusCode, payload } = await app.inject('/last');
  assert.equal(statusCode, 200);
  assert.equal(payload, '{"done":true}');
});
