import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogWriter } from '../../src/telemetry/log-writer.ts';

/** Takes as many bytes as it has room for, then refuses, as a pipe does that nobody reads. */
function openReader({ code = 'EAGAIN' } = {}) {
  let text = '';
  let room = 0;
  const dropped: number[] = [];
  const put = (lines: Uint8Array, from: number, length: number) => {
    const taken = Math.min(length, room);
    if (taken === 0) throw Object.assign(new Error(code), { code });
    room -= taken;
    text += Buffer.from(lines.subarray(from, from + taken)).toString('latin1');
    return taken;
  };
  const writer = new LogWriter({
    put,
    toGapLine: (lines) => `gap of ${lines}\n`,
    onDropped: (lines) => void dropped.push(lines),
  });
  return {
    writer,
    dropped,
    takes(bytes: number) {
      room = bytes;
    },
    read: () => text,
  };
}

const toLine = (at: number) => `${String(at).padStart(99, '.')}\n`;
const toNumbers = (text: string) => text.match(/\d+/g)?.map(Number) ?? [];

test('lines that are not taken wait, and go out whole and in order, however few bytes are taken at a time', () => {
  const { writer, takes, read, dropped } = openReader();
  for (let at = 0; at < 1_000; at += 1) {
    takes((at * 37) % 130);
    writer.write(Buffer.from(toLine(at)));
  }
  takes(Number.POSITIVE_INFINITY);
  writer.write(Buffer.from(toLine(1_000)));
  assert.equal(read(), Array.from({ length: 1_001 }, (_, at) => toLine(at)).join(''));
  assert.deepEqual(dropped, []);
});

test('what waits is no memory of the caller', () => {
  const { writer, takes, read } = openReader();
  const memory = Buffer.from('first\n');
  writer.write(memory);
  memory.fill('x');
  takes(100);
  writer.write(Buffer.from('second\n'));
  assert.equal(read(), 'first\nsecond\n');
});

test('beyond 8 MB lines are dropped and counted, and a line in their place says how many', () => {
  const { writer, takes, read, dropped } = openReader();
  const batch = 50;
  const write = (from: number) =>
    writer.write(Buffer.from(Array.from({ length: batch }, (_, at) => toLine(from + at)).join('')));
  let at = 0;
  for (; at < 120_000; at += batch) write(at);
  const count = dropped.reduce((sum, lines) => sum + lines, 0);
  assert.ok(count > 30_000 && count < 40_000, String(count));
  // Room for some of what waits makes no room for a later line: there is one gap.
  takes(1_000_000);
  write(at);
  at += batch;
  takes(Number.POSITIVE_INFINITY);
  write(at);
  at += batch;
  const [before = '', after = ''] = read().split(`gap of ${count + batch}\n`);
  const kept = toNumbers(before);
  assert.deepEqual(kept, [...kept.keys()]);
  assert.equal(kept.length + count, 120_000);
  assert.deepEqual(
    toNumbers(after),
    [...Array(batch).keys()].map((one) => at - batch + one),
  );
  assert.ok(Buffer.byteLength(before) <= 8 * 1_048_576);
});

test('what waits goes out by itself once it is taken, though no new line comes', async ({ mock }) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { writer, takes, read } = openReader();
  writer.write(Buffer.from('alone\n'));
  for (let seconds = 0; seconds < 100; seconds += 1) mock.timers.tick(1_000);
  assert.equal(read(), '');
  takes(100);
  mock.timers.tick(1_000);
  assert.equal(read(), 'alone\n');
});

test('the end of the process waits for nobody who has left', () => {
  for (const code of ['EPIPE', 'ENOSPC']) {
    const { writer, read } = openReader({ code });
    writer.write(Buffer.from('lost\n'));
    writer.end();
    assert.equal(read(), '');
  }
});

test('at the end of the process a reader that is too slow for all hears how many lines it does not get', ({
  mock,
}) => {
  const { writer, takes, read, dropped } = openReader();
  const lines = 1_000;
  for (let at = 0; at < lines; at += 1) writer.write(Buffer.from(toLine(at)));
  let nowMs = 0;
  // So much goes out each tenth of a second; it ends within a line.
  mock.method(performance, 'now', () => {
    takes(130);
    nowMs += 100;
    return nowMs;
  });
  writer.end();
  const lost = dropped.reduce((sum, count) => sum + count, 0);
  assert.ok(lost > lines / 2 && lost < lines, String(lost));
  const whole = Array.from({ length: lines - lost }, (_, at) => toLine(at));
  assert.equal(read(), `${whole.join('')}gap of ${lost}\n`);
});
