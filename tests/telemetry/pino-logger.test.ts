import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { createPinoLogger } from '../../src/telemetry/pino-logger.ts';
import { inTrace } from '../../src/telemetry/trace-context.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

test('a line is one JSON object with the documented names', () => {
  const { lines, logger } = recordingLogger();
  logger.child({ trace_id: 'abc' }).info({ tool: 'ping', status: 200 }, 'request');

  const { ts, ...rest } = lines[0] ?? {};
  assert.match(String(ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(rest, {
    level: 'info',
    service: 'test',
    trace_id: 'abc',
    tool: 'ping',
    status: 200,
    msg: 'request',
  });
});

test('an error keeps its stack and its cause', () => {
  const { lines, logger } = recordingLogger();
  logger.error({ err: new Error('outer', { cause: new Error('inner') }) }, 'failed');

  const err = lines[0]?.err as { stack: string; cause: { message: string } };
  assert.match(err.stack, /Error: outer/);
  assert.equal(err.cause.message, 'inner');
});

test('secrets do not reach a line, neither as a field nor inside a driver’s message', () => {
  const { lines, logger } = recordingLogger();
  logger.warn({ password: 's3cret', pool: { token: 's3cret' } }, 'set up');
  logger.error({ err: new Error('connect postgresql://ada:s3cret@db:5432/corpus failed') }, 'failed');

  assert.doesNotMatch(JSON.stringify(lines), /s3cret/);
  assert.match(JSON.stringify(lines), /postgresql:\/\/\[redacted\]@db:5432\/corpus failed/);
});

test('a line is bounded, whoever wrote what stands in it: texts, lists, depth, and a path at 500 characters', () => {
  const { lines, logger } = recordingLogger();
  const deep = Array.from({ length: 1_000 }).reduce((inner) => ({ inner }), {});
  const long = 'x'.repeat(1_000_000);
  const many = Array.from({ length: 100_000 }, (_, at) => at);
  const fields = { path: `/${long}`, detail: `${long}!`, many, deep, bytes: new Uint8Array(1_000_000) };
  logger.error({ ...fields, err: new Error(long, { cause: new Error(long) }) }, 'failed');

  const { path, detail, many: list, err } = lines[0] ?? {};
  assert.equal(String(path).length, 500);
  assert.match(String(detail), /^x{6000} … x{1999}!$/);
  assert.deepEqual((list as unknown[]).slice(99), [99, '… and 99900 more']);
  assert.match((err as { stack: string }).stack, /^Error: x.*pino-logger\.test/s);
  assert.ok(JSON.stringify(lines[0]).length < 60_000);
});

test('a text that is cut within a sign of two halves holds no half of it', () => {
  const { lines, logger } = recordingLogger();
  const signs = '😀'.repeat(5_000);
  logger.error({ path: `/${signs}`, detail: `x${signs}`, other: `${signs}x` }, 'failed');
  for (const text of Object.values(lines[0] ?? {})) assert.ok(String(text).isWellFormed());
  assert.match(String(lines[0]?.detail), /^x(?:😀){2999}\ufffd … (?:😀){1000}$/u);
});

test('the password of a URL is cut out however many signs it holds, and two URLs stay two', () => {
  const { lines, logger } = recordingLogger();
  logger.info({ detail: 'a://u:s3@cret@db/x and b://v:s3cret@c/y, mail me@here' }, 'told');
  assert.equal(lines[0]?.detail, 'a://[redacted]@db/x and b://[redacted]@c/y, mail me@here');
});

test('a line of a call has its trace id, whoever logs it, once', async () => {
  const texts: string[] = [];
  const destination = { write: (line: string) => void texts.push(line) };
  const logger = createPinoLogger({ level: 'debug', service: 'test', destination });
  await inTrace('a'.repeat(32), async () => {
    await new Promise((resolve) => setImmediate(resolve));
    logger.info({}, 'deep inside');
    logger
      .child({ trace_id: 'b'.repeat(32) })
      .child({ tool: 'ping' })
      .info({}, 'a logger of the call');
    logger.info({ trace_id: 'c'.repeat(32) }, 'told so');
  });
  logger.info({}, 'outside');
  assert.deepEqual(
    texts.map((text) => JSON.parse(text).trace_id?.[0]),
    ['a', 'b', 'c', undefined],
  );
  for (const text of texts) assert.ok(text.split('"trace_id"').length <= 2, text);
});

test('a terminal gets words for a person, without the secrets', async () => {
  const texts: string[] = [];
  const terminal = new Writable({
    write(chunk, _encoding, done) {
      texts.push(String(chunk));
      done();
    },
  });
  const destination = Object.assign(terminal, { isTTY: true });
  const logger = createPinoLogger({ level: 'info', service: 'test', destination });
  logger.warn({ tool: 'ping', detail: 'postgres://ada:s3cret@db/x' }, 'look here');
  const text = texts.join('');
  assert.match(text, /\d\d:\d\d:\d\d\.\d{3}.*WARN.*look here.*"tool":"ping"/s);
  assert.doesNotMatch(text, /s3cret/);
  assert.equal(text.trimEnd().split('\n').length, 1);
});
