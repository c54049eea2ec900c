import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { createSqlKeyedCalls } from '../../src/store/jobs/sql-keyed-calls.ts';
import { createTestApp } from '../support/http/test-app.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const CALL = { tool: 'test.write', params: { text: 'x' }, idempotency_key: 'k 1' };

for (const testDatabase of testDatabases) {
  const openDatabase = shareDatabase(testDatabase);

  async function openApp(write?: (text: string) => Promise<number>) {
    const clock = createHeldClock();
    const done: string[] = [];
    const harness = createTestApp({
      keyedCalls: createSqlKeyedCalls({ database: await openDatabase(), clock }),
      write: write ?? (async (text) => done.push(text)),
    });
    const invoke = (payload: object) =>
      harness.app.inject({ method: 'POST', url: '/v1/mcp/invoke', payload });
    return { ...harness, clock, done, invoke };
  }

  describe(`calls under a key on ${testDatabase.name}`, () => {
    test('a writing tool works once and gives its first answer for 24 hours', async () => {
      await using app = await openApp();
      const first = await app.invoke(CALL);
      assert.deepEqual([first.statusCode, first.json().result], [200, { times: 1 }]);
      // The same call: a default spelt out, the members in another order.
      const again = await app.invoke({ ...CALL, params: { loud: false, text: 'x' } });
      assert.deepEqual([again.statusCode, again.json().result], [200, { times: 1 }]);
      assert.equal(again.json().trace_id, again.headers['x-trace-id']);
      assert.deepEqual(app.done, ['x']);
      app.clock.advance(24 * 3_600_000);
      assert.deepEqual((await app.invoke(CALL)).json().result, { times: 2 });
    });

    test('without a key it works each time', async () => {
      await using app = await openApp();
      const { idempotency_key: _, ...call } = CALL;
      for (const times of [1, 2]) assert.deepEqual((await app.invoke(call)).json().result, { times });
    });

    test('the same key with other parameters is a conflict', async () => {
      await using app = await openApp();
      await app.invoke(CALL);
      const other = await app.invoke({ ...CALL, params: { text: 'y' } });
      assert.deepEqual([other.statusCode, other.json().error_code], [409, 'IDEMPOTENCY_CONFLICT']);
      assert.deepEqual(app.done, ['x']);
    });

    test('while the call runs, its twin is told to come again', async () => {
      const begun = Promise.withResolvers<void>();
      const end = Promise.withResolvers<number>();
      await using app = await openApp(() => {
        begun.resolve();
        return end.promise;
      });
      const first = app.invoke(CALL);
      // A request goes out when somebody waits for its answer.
      const answered = first.then((answer) => answer.json());
      await begun.promise;
      const twin = await app.invoke(CALL);
      assert.deepEqual([twin.statusCode, twin.json().error_code], [429, 'TOOL_BUSY']);
      assert.match(String(twin.headers['retry-after']), /^[1-9]\d*$/);
      end.resolve(7);
      assert.deepEqual((await answered).result, { times: 7 });
      assert.deepEqual((await app.invoke(CALL)).json().result, { times: 7 });
    });

    test('two hundred twins at once work once', async () => {
      await using app = await openApp();
      const answers = await Promise.all(Array.from({ length: 200 }, () => app.invoke(CALL)));
      assert.deepEqual(app.done, ['x']);
      for (const { statusCode } of answers) assert.ok(statusCode === 200 || statusCode === 429);
    });

    test('a failure is not remembered', async () => {
      let times = 0;
      await using app = await openApp(async () => {
        times += 1;
        if (times === 1) throw new BioMcpError('PUBMED_TIMEOUT', 'Try again later.');
        return times;
      });
      assert.equal((await app.invoke(CALL)).json().error_code, 'PUBMED_TIMEOUT');
      assert.deepEqual((await app.invoke(CALL)).json().result, { times: 2 });
    });

    test('wrong parameters leave the key free', async () => {
      await using app = await openApp();
      assert.equal((await app.invoke({ ...CALL, params: {} })).json().error_code, 'VALIDATION');
      assert.equal((await app.invoke(CALL)).statusCode, 200);
    });
  });
}

test('a tool that reads needs no database for a key', async () => {
  await using app = createTestApp();
  const payload = { tool: 'ping', params: {}, idempotency_key: 'k' };
  const answer = await app.app.inject({ method: 'POST', url: '/v1/mcp/invoke', payload });
  assert.equal(answer.statusCode, 200);
});

test('a writing tool does nothing under a key where the database is away', async () => {
  const done: string[] = [];
  await using app = createTestApp({ write: async (text) => done.push(text) });
  const answer = await app.app.inject({ method: 'POST', url: '/v1/mcp/invoke', payload: CALL });
  assert.deepEqual([answer.statusCode, answer.json().error_code], [503, 'DB_UNAVAILABLE']);
  assert.deepEqual(done, []);
});
