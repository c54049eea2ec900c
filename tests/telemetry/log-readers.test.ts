import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { endWithTest } from '../support/awaited.ts';

const PROCESS = fileURLToPath(new URL('../support/processes/logging-process.ts', import.meta.url));
/** Far more than a pipe takes, and less than a process keeps. */
const MANY = 20_000;
/** More than a process keeps. */
const TOO_MANY = 120_000;
const GAP = /^lines of the log were dropped here/;

interface LogPipe extends Disposable {
  /** Of what writes into it. */
  stdio: number | 'pipe';
  /** It is started, and has its own end. */
  started(): void;
  /** Whoever reads it is gone; `read` is another one. */
  leave(child: ChildProcess): void;
  read(child: ChildProcess): Readable;
}

/** What a shell puts between two programs. */
function openPipe(): LogPipe {
  const folder = mkdtempSync(join(tmpdir(), 'bio-mcp-log-'));
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writer = openSync(path, 'w');
  return {
    stdio: writer,
    started: () => closeSync(writer),
    leave: () => closeSync(reader),
    read() {
      const cat = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] });
      endWithTest(cat);
      return cat.stdout;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** What Node puts between itself and what it starts, and systemd before its journal. */
function openSocket(): LogPipe {
  const toStdout = ({ stdout }: ChildProcess): Readable => {
    assert.ok(stdout !== null);
    return stdout;
  };
  return {
    stdio: 'pipe',
    started() {},
    leave: (child) => toStdout(child).destroy(),
    read: toStdout,
    [Symbol.dispose]() {},
  };
}

/** Logs so many lines, and tells how many of them it dropped. */
async function startLogging(pipe: LogPipe, lines: number, before: (child: ChildProcess) => void = () => {}) {
  const child = spawn(process.execPath, [PROCESS, 'told to end', String(lines)], {
    stdio: ['pipe', pipe.stdio, 'pipe'],
  });
  endWithTest(child);
  pipe.started();
  before(child);
  assert.ok(child.stderr !== null && child.stdin !== null);
  const [told] = (await once(child.stderr.setEncoding('utf8'), 'data')) as [string];
  return { child, stdin: child.stdin, dropped: Number(told) };
}

/** All that comes, once somebody reads and the process is then told to end. */
async function readToEnd(
  pipe: LogPipe,
  { child, stdin }: Awaited<ReturnType<typeof startLogging>>,
): Promise<{ lines: Record<string, unknown>[]; code: unknown }> {
  const exited = once(child, 'exit');
  let text = '';
  for await (const piece of pipe.read(child).setEncoding('utf8')) {
    if (text === '') stdin.write('end\n');
    text += piece;
  }
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, code: (await exited)[0] };
}

for (const [kind, open] of Object.entries({ pipe: openPipe, socket: openSocket })) {
  describe(`a log that goes to a ${kind}`, () => {
    test('whose reader stands still holds up nothing; once it reads on, each line comes whole and in order', async () => {
      using pipe = open();
      const logging = await startLogging(pipe, MANY);
      assert.equal(logging.dropped, 0);
      const { lines, code } = await readToEnd(pipe, logging);
      assert.deepEqual(
        lines.map(({ at }) => at),
        [...Array(MANY + 1).keys()],
      );
      assert.equal(code, 0);
    });

    test('whose reader stands still for long loses lines that are counted, and told of in their place', async () => {
      using pipe = open();
      const logging = await startLogging(pipe, TOO_MANY);
      assert.ok(logging.dropped > 0);
      const { lines, code } = await readToEnd(pipe, logging);
      const gaps = lines.filter(({ msg }) => GAP.test(String(msg)));
      const [gap] = gaps;
      assert.equal(gaps.length, 1);
      assert.equal(gap?.level, 'warn');
      const numbers = lines.flatMap(({ at }) => (typeof at === 'number' ? [at] : []));
      assert.equal(numbers.length + Number(gap?.lines), TOO_MANY + 1);
      const before = lines.indexOf(gap ?? {});
      assert.deepEqual(numbers.slice(0, before), [...Array(before).keys()]);
      assert.equal(code, 0);
    });

    test('whose reader is killed goes on unread', async () => {
      using pipe = open();
      const { child, stdin, dropped } = await startLogging(pipe, MANY, (started) => pipe.leave(started));
      assert.equal(dropped, 0);
      const exited = once(child, 'exit');
      stdin.write('end\n');
      assert.deepEqual(await exited, [0, null]);
    });
  });
}

test('another process that shares the pipe and ends makes it none that is waited for', async () => {
  using pipe = openPipe();
  // Node sets a pipe back at its end to what it found at its start.
  const code =
    "process.stdin.once('data', () => process.exit()); process.stdout.write('', () => process.stderr.write('up'))";
  const other = spawn(process.execPath, ['-e', code], { stdio: ['pipe', pipe.stdio, 'pipe'] });
  endWithTest(other);
  assert.ok(other.stderr !== null && other.stdin !== null);
  await once(other.stderr, 'data');
  const child = spawn(process.execPath, [PROCESS, 'told to end', String(MANY), 'told'], {
    stdio: ['pipe', pipe.stdio, 'pipe'],
  });
  endWithTest(child);
  pipe.started();
  assert.ok(child.stderr !== null && child.stdin !== null);
  const stderr = child.stderr.setEncoding('utf8');
  assert.deepEqual(await once(stderr, 'data'), ['ready\n']);
  const exited = once(other, 'exit');
  other.stdin.write('end\n');
  await exited;
  child.stdin.write('\n');
  assert.deepEqual(await once(stderr, 'data'), ['0\n']);
  const { lines } = await readToEnd(pipe, { child, stdin: child.stdin, dropped: 0 });
  assert.deepEqual(
    lines.map(({ at }) => at),
    [...Array(MANY + 1).keys()],
  );
});

test('another reader of a pipe gets what the one before it left', async () => {
  using pipe = openPipe();
  const logging = await startLogging(pipe, MANY, (child) => pipe.leave(child));
  const { lines, code } = await readToEnd(pipe, logging);
  assert.deepEqual(
    lines.map(({ at }) => at),
    [...Array(MANY + 1).keys()],
  );
  assert.equal(code, 0);
});
