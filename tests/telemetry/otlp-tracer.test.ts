import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { openOtlpTracer } from '../../src/telemetry/otlp-tracer.ts';
import { toCallFacts, toNcbiFacts, toStatementFacts } from '../../src/telemetry/span-facts.ts';
import { startOtlpReceiver } from '../support/telemetry/otlp-receiver.ts';

const TRACE = 'a'.repeat(32);
const CALL = toCallFacts({ tool: 'ping', surface: 'http' });
const NCBI = toNcbiFacts({ endpoint: 'efetch', attempt: 2, host: 'eutils.example' });
type Receiver = Awaited<ReturnType<typeof startOtlpReceiver>>;
setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const facts = { version: '1.2.3', command: 'http' };

async function openAt(url: string) {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = url; // the library reads it
  return openOtlpTracer(facts);
}

describe('traces', () => {
  test('have the id of the request, and tell which work was part of which', async () => {
    await using receiver = await startOtlpReceiver();
    await using tracer = await openAt(receiver.url);
    const answer = await tracer.enter(CALL, { traceId: TRACE, parentId: 'b'.repeat(16) }, async () => {
      await tracer.span(NCBI, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        tracer.record(toStatementFacts('with x as (select 1) insert into y'), {
          durationMs: 5,
          errorCode: null,
        });
      });
      return tracer.current();
    });
    const fresh = 'c'.repeat(32);
    await tracer.enter(CALL, { traceId: fresh, parentId: null }, async () => {});
    await tracer[Symbol.asyncDispose]();
    const call = receiver.spans.find(({ name, traceId }) => name === 'tools/call ping' && traceId === TRACE);
    const ncbi = receiver.spans.find(({ name }) => name === 'NCBI efetch');
    const statement = receiver.spans.find(({ name }) => name === 'INSERT');
    assert.equal(call?.parentSpanId, 'b'.repeat(16));
    assert.deepEqual(answer, { traceId: TRACE, spanId: call?.spanId });
    assert.deepEqual([ncbi?.traceId, ncbi?.parentSpanId], [TRACE, call?.spanId]);
    assert.deepEqual([statement?.traceId, statement?.parentSpanId], [TRACE, ncbi?.spanId]);
    assert.equal(call?.attributes['gen_ai.tool.name'], 'ping');
    assert.equal(ncbi?.attributes['bio_mcp.ncbi.attempt'], 2);
    assert.equal(call?.service, 'bio-mcp');
    const root = receiver.spans.find(({ traceId }) => traceId === fresh);
    assert.equal(root?.parentSpanId || undefined, undefined);
  });

  test('tell the code of an error and none of its words', async () => {
    await using receiver = await startOtlpReceiver();
    await using tracer = await openAt(receiver.url);
    const fails = tracer.enter(CALL, { traceId: TRACE, parentId: null }, async () => {
      throw new BioMcpError('DB_UNAVAILABLE', 'secret hint', { message: 'postgres://ada:s3cret@db' });
    });
    await assert.rejects(fails, { code: 'DB_UNAVAILABLE' });
    await tracer[Symbol.asyncDispose]();
    const [span] = receiver.spans;
    assert.deepEqual([span?.status, span?.attributes['error.type']], [2, 'DB_UNAVAILABLE']);
    assert.doesNotMatch(JSON.stringify(receiver.spans), /secret|s3cret/);
  });

  test('of what no request or job asked for there are none', async () => {
    await using receiver = await startOtlpReceiver();
    await using tracer = await openAt(receiver.url);
    assert.equal(await tracer.span(NCBI, async () => 7), 7);
    tracer.record(NCBI, { durationMs: 1, errorCode: null });
    assert.equal(tracer.current(), null);
    await tracer[Symbol.asyncDispose]();
    assert.deepEqual(receiver.spans, []);
  });

  const collectors: Record<string, (() => Promise<Receiver>) | null> = {
    'is down': null,
    'never answers': () => startOtlpReceiver({ answer() {}, keeps: false }),
    refuses: () =>
      startOtlpReceiver({
        answer: (_request, response) => void response.writeHead(503).end(),
        keeps: false,
      }),
  };
  for (const [what, start] of Object.entries(collectors)) {
    test(`a collector that ${what} costs no call, and no memory that grows`, async () => {
      await using receiver = (await start?.()) ?? null;
      await using tracer = await openAt(receiver?.url ?? 'http://127.0.0.1:1');
      const call = () =>
        tracer.enter(CALL, { traceId: TRACE, parentId: null }, () =>
          tracer.span(NCBI, async () => 'answered'),
        );
      const callMany = async (times: number) => {
        for (let at = 0; at < times; at += 1) assert.equal(await call(), 'answered');
        collectGarbage();
        return process.memoryUsage().heapUsed;
      };
      const before = await callMany(3_000);
      const after = await callMany(20_000);
      // 40,000 more spans of some 2 kB would be 80 MB; 2,048 wait at most.
      assert.ok(after - before < 10_000_000, `${Math.round((after - before) / 1e6)} MB more`);
    });
  }
});

test('a statement is told by its class alone', () => {
  const classes: [text: string, name: string][] = [
    ['select * from secrets', 'SELECT'],
    ['\n  insert into jobs (id) values ($1)', 'INSERT'],
    ['with changed as (update jobs set state = $1 returning id) select * from changed', 'SELECT'],
    ['vacuum jobs', 'VACUUM'],
    ['listen jobs', 'OTHER'],
  ];
  for (const [text, name] of classes) assert.equal(toStatementFacts(text).name, name, text);
});
