import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPinoLogger } from '../../src/telemetry/pino-logger.ts';
import { inTrace } from '../../src/telemetry/trace-context.ts';

const TRACE = 'a'.repeat(32);
const URL_TEXT = 'postgresql://ada:s3cret@db/x';

/** What callers and rooms may put into a line; `writeTwice` compares each with what pino makes of it. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  none: {},
  'of a request': { trace_id: TRACE, tool: 'ping', path: '/v1/mcp/invoke', status: 200, latency_ms: 0.4 },
  'what JSON escapes': { quote: '"', backslash: 'a\\', line: '\n', nul: '\0', tab: '\t', del: '\x7f' },
  'names that JSON escapes': { 'a"b': 1, 'c\\d': 2, '\n': 3, '': 4, ñ: 5 },
  'other scripts': { greek: 'β-catenin', picture: '🧬', separator: '\u2028\u2029', composed: 'e\u0301' },
  numbers: { zero: -0, large: 1e21, small: 1e-7, nan: Number.NaN, infinite: -Infinity, sum: 0.1 + 0.2 },
  'nothing and yes': { nothing: null, absent: undefined, yes: true, no: false, empty: '' },
  'at the bound': { path: 'x'.repeat(500), one: 'y' },
  'beyond it': { path: 'x'.repeat(501), detail: 'z'.repeat(9_000) },
  'many fields': Object.fromEntries(Array.from({ length: 150 }, (_, at) => [`f${at}`, at])),
  secrets: { password: 's3cret', token: 's3cret', detail: URL_TEXT, [URL_TEXT]: 1 },
  'no plain values': { list: [1, 'two'], inner: { secret: 's3cret' }, when: new Date(0), call() {} },
  'an error': { err: new Error(`connect ${URL_TEXT} failed`) },
  audit: { audit: 'refused', by: null },
};
const MESSAGES = ['request', 'it said "no"\n', URL_TEXT, ''];

/** The same line by `info`, which writes plain ones itself, and by `warn`, which pino writes. */
function writeTwice(fields: Readonly<Record<string, unknown>>, message: string, bound: object): string[] {
  const texts: string[] = [];
  const destination = { write: (line: string) => void texts.push(line) };
  const logger = createPinoLogger({ level: 'info', service: 'a "service"', destination }).child({ ...bound });
  logger.info(fields, message);
  logger.warn(fields, message);
  return texts.map((text) =>
    text.replace('"level":"warn"', '"level":"info"').replace(/"ts":"[^"]+"/, '"ts"'),
  );
}

for (const [name, fields] of Object.entries(FIELDS)) {
  test(`a line of ${name} is what pino makes of it, letter for letter`, () => {
    for (const bound of [{}, { trace_id: TRACE, tool: 'ping' }]) {
      for (const message of MESSAGES) {
        const [plain, pinos] = writeTwice(fields, message, bound);
        assert.equal(plain, pinos);
        const [inCall, pinosInCall] = inTrace('b'.repeat(32), () => writeTwice(fields, message, bound));
        assert.equal(inCall, pinosInCall);
        assert.doesNotMatch(String(plain), /s3cret/);
      }
    }
  });
}

test('a line of half a character is JSON that can be read', () => {
  const [plain] = writeTwice({ half: 'a\ud800', other: '\udc00' }, 'told', {});
  assert.deepEqual(JSON.parse(String(plain).replace('"ts"', '"ts":0')).half, 'a\ud800');
});

test('each line tells its own time, that of a child its own fields too, also once the clock is set back', ({
  mock,
}) => {
  let nowMs = 0;
  mock.method(Date, 'now', () => nowMs);
  const texts: string[] = [];
  const destination = { write: (line: string) => void texts.push(line) };
  const logger = createPinoLogger({ level: 'info', service: 'test', destination });
  const child = logger.child({ tool: 'ping' });
  const times = [1_000, 1_001, 2_001, 2_999, 3_000, 1_795_000_000_099, 2_010, 1_999, 0, -1, 2_010];
  for (const time of times) {
    nowMs = time;
    logger.info({}, 'told');
    child.info({}, 'told');
  }
  const told = texts.map((text) => JSON.parse(text) as { ts: string; tool?: string });
  assert.deepEqual(
    told.map(({ ts, tool }) => `${ts} ${tool}`),
    times.flatMap((time) => [undefined, 'ping'].map((tool) => `${new Date(time).toISOString()} ${tool}`)),
  );
});

test('a level above writes no line of `info`', () => {
  const texts: string[] = [];
  const destination = { write: (line: string) => void texts.push(line) };
  for (const level of ['warn', 'silent'] as const) {
    const logger = createPinoLogger({ level, service: 'test', destination });
    logger.info({ status: 200 }, 'request');
    logger.child({ tool: 'ping' }).info({}, 'told');
  }
  assert.deepEqual(texts, []);
});
