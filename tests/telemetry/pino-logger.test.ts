import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordingLogger } from '../support/log-lines.ts';

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
