import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLastingFailure } from '../../src/domain/lasting-failure.ts';
import { BehindHeadError } from '../../src/errors/behind-head-error.ts';
import { BioMcpError } from '../../src/errors/bio-mcp-error.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const MESSAGE = 'the queue does not answer';
const OVER = 'the queue answers again';

function open() {
  const clock = { ms: 0 };
  const { lines, logger } = recordingLogger();
  const fields = { check: 'queue' };
  return { clock, lines, failure: createLastingFailure({ logger, over: OVER, fields, now: () => clock.ms }) };
}

describe('a failure that lasts', () => {
  test('is told when it begins, ever more seldom while it lasts, and when it is over', () => {
    const { clock, lines, failure } = open();
    for (clock.ms = 0; clock.ms < 3_600_000; clock.ms += 5_000) failure.failed(new Error('away'), MESSAGE);
    failure.succeeded();
    failure.succeeded();
    assert.deepEqual(
      lines.map(({ level, msg, check, failures, lasts_s, lasted_s }) => ({
        ...{ level, msg, check, failures },
        at: lasts_s ?? lasted_s,
      })),
      [
        { level: 'warn', msg: MESSAGE, check: 'queue', failures: undefined, at: undefined },
        ...[60, 180, 420, 900, 1_800, 2_700].map((at) => ({
          ...{ level: 'warn', msg: MESSAGE, check: 'queue', failures: at / 5 + 1, at },
        })),
        { level: 'info', msg: OVER, check: 'queue', failures: 720, at: 3_600 },
      ],
    );
    assert.match(JSON.stringify(lines[1]), /away/);
  });

  test('that is over and comes again is told at once', () => {
    const { lines, failure } = open();
    failure.succeeded();
    failure.failed(new Error('away'), MESSAGE);
    failure.succeeded();
    failure.failed(new Error('away'), MESSAGE);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      [MESSAGE, OVER, MESSAGE],
    );
  });

  test('is told once of each reason, in whatever turns these come', () => {
    const { lines, failure } = open();
    const [missing, later] = [
      new BehindHeadError({ missing: ['0001_corpus'], later: [] }),
      new BehindHeadError({ missing: [], later: ['9999_later'] }),
    ];
    for (let times = 0; times < 5; times++) {
      failure.failed(new Error(`connect ECONNREFUSED, port ${times}`), MESSAGE);
      failure.failed(missing, MESSAGE);
      failure.failed(later, MESSAGE);
    }
    assert.equal(lines.length, 3);
  });

  test('is told of another cause behind the same words, and not of another port, id or time in it', () => {
    const { lines, failure } = open();
    const refusal = (at: number) => new Error(`connect ECONNREFUSED 10.0.0.1:${at}, request ab-c${at}`);
    const unavailable = (cause: Error) => new BioMcpError('DB_UNAVAILABLE', 'No answer.', { cause });
    for (let at = 0; at < 5; at++) {
      failure.failed(unavailable(refusal(at)), MESSAGE);
      for (const other of ['password authentication failed', 'it answered 403', 'it answered 500'])
        failure.failed(unavailable(new Error(other)), MESSAGE);
    }
    assert.equal(lines.length, 4);
    assert.match(JSON.stringify(lines[1]), /password authentication failed/);
  });

  test('keeps no more than some reasons, however many there come', () => {
    const { clock, lines, failure } = open();
    const words = Array.from({ length: 100 }, (_, at) => 'x'.repeat(at + 1));
    for (const word of words) failure.failed(new Error(`no ${word}`), MESSAGE);
    assert.equal(lines.length, 20);
    clock.ms = 60_000;
    for (const word of words) failure.failed(new Error(`no ${word}`), MESSAGE);
    assert.equal(lines.length, 21);
  });
});
