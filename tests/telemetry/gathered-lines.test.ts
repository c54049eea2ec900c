import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gatherLines } from '../../src/telemetry/gathered-lines.ts';
import { LogWriter } from '../../src/telemetry/log-writer.ts';
import { RequestTexts } from '../../src/telemetry/request-texts.ts';

const PROCESS = fileURLToPath(new URL('../support/processes/logging-process.ts', import.meta.url));
/** More than one piece of the log, and no whole number of them. */
const LINES = 101;

/** Calls `onLine` with the number of each line in turn; resolves with all of them once the process ended. */
async function runLogging(
  how: string,
  lines: number,
  onLine: (at: number, kill: () => void) => void = () => {},
) {
  const child = spawn(process.execPath, [PROCESS, how, String(lines)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { at } = JSON.parse(line) as { at: number };
    numbers.push(at);
    onLine(at, () => child.kill('SIGKILL'));
  }
  const [code] = (await closed) as [number | null];
  return { numbers, code, stderr };
}

for (const [how, code] of Object.entries({ sigterm: 0, exit: 3, crash: 1, reject: 1 })) {
  test(`a process that ends by "${how}" has written each line, whole and in order`, async () => {
    const ended = await runLogging(how, LINES);
    const expected = how === 'sigterm' ? LINES + 1 : LINES;
    assert.deepEqual(ended.numbers, [...Array(expected).keys()]);
    assert.equal(ended.code, code, ended.stderr);
  });
}

for (const how of ['warning', 'error', 'audit']) {
  test(`a line of "${how}" is out at once, with all before it: a kill in the same turn loses none`, async () => {
    const { numbers } = await runLogging(how, LINES, (at, kill) => {
      if (at === LINES) kill();
    });
    assert.deepEqual(numbers, [...Array(LINES + 1).keys()]);
  });
}

test('a line waits for others no longer than its time, however quiet the service is', async () => {
  const { numbers } = await runLogging('wait', 1, (_at, kill) => kill());
  assert.deepEqual(numbers, [0]);
});

test('a full disk under the log costs its lines, and not the service', async () => {
  const full = openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [PROCESS, 'sigterm', String(LINES)], {
    stdio: ['ignore', full, 'inherit'],
  });
  closeSync(full);
  assert.deepEqual(await once(child, 'close'), [0, null]);
});

test('lines go out in pieces that a pipe takes whole, whichever way they came in their order', () => {
  const { stream, listPieces } = keepPieces();
  const toLine = (at: number) => `${String(at).padStart(299, 'x')}\n`;
  for (let count = 0; count < 1_000; count += 2) {
    stream.write(toLine(count));
    stream.gather(toLine(count + 1));
  }
  const pieces = listPieces();
  assert.ok(pieces.length > 60 && pieces.length < 78, String(pieces.length));
  for (const piece of pieces) assert.ok(piece.length <= 4_096 && piece.endsWith('\n'));
  const numbers = pieces.join('').match(/\d+/g)?.map(Number) ?? [];
  assert.deepEqual(numbers, [...numbers.keys()]);
});

test('a line longer than a piece, and lines of other scripts, go out whole as well', () => {
  const { stream, listPieces } = keepPieces();
  const lines = Array.from({ length: 400 }, (_, at) => {
    const text = at % 3 === 0 ? 'β🧬' : 'x';
    return `${at} ${text.repeat(at % 50 === 0 ? 5_000 : at % 90)}\n`;
  });
  for (const line of lines) stream.gather(line);
  const pieces = listPieces();
  const written = pieces.join('');
  assert.ok(lines.join('').startsWith(written) && written.length > 20_000);
  for (const piece of pieces) {
    assert.ok(piece.endsWith('\n'));
    assert.ok(Buffer.byteLength(piece) <= 4_096 || piece.split('\n').length === 2, piece.slice(0, 100));
  }
});

test('lines of requests and others go out as they came, in whichever script', () => {
  const { stream, listPieces } = keepPieces();
  const texts = new RequestTexts();
  const expected: string[] = [];
  for (let at = 0; at < 2_000; at += 1) {
    const facts = { trace_id: 'a'.repeat(32), error_code: undefined, status: 200, latency_ms: at / 10 };
    // Runs of what is ASCII alone, and of what is not.
    const text = texts.find({ ...facts, tool: at % 700 < 400 ? 'ping' : 'β🧬' });
    assert.ok(text !== null);
    stream.gatherRequest(`{"at":${at},"trace_id":"`, text);
    if (at % 500 === 0) stream.gather(`{"other":"é${at}"}\n`);
    const tool = at % 700 < 400 ? 'ping' : 'β🧬';
    const rest = { tool, status: 200, latency_ms: at / 10, msg: 'request' };
    expected.push(JSON.stringify({ at, trace_id: facts.trace_id, ...rest }));
    if (at % 500 === 0) expected.push(`{"other":"é${at}"}`);
  }
  stream.write('last\n');
  const written = listPieces().join('').split('\n').slice(0, -1);
  assert.ok(written.length > 1_800);
  assert.deepEqual(written, expected.slice(0, written.length));
});

test('passwords are cut out of lines that waited', () => {
  const { stream, listPieces } = keepPieces();
  const line = '{"detail":"postgresql://ada:s3cret@db/x"}\n';
  for (let count = 0; count < 200; count += 1) stream.gather(line);
  assert.match(listPieces().join(''), /^(\{"detail":"postgresql:\/\/\[redacted\]@db\/x"\}\n)+$/);
});

/** Read at the end only. */
function keepPieces() {
  const pieces: Buffer[] = [];
  const put = (lines: Uint8Array, from: number, length: number) => {
    pieces.push(Buffer.from(lines.subarray(from, from + length)));
    return length;
  };
  const stream = gatherLines(new LogWriter({ put, toGapLine: String, onDropped() {} }));
  return { stream, listPieces: () => pieces.map(String) };
}
