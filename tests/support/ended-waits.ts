import { test } from 'node:test';
import { askUntil, awaitEvent } from './awaited.ts';
import { startProgram } from './processes/command-process.ts';

/** A test file that tests/awaited.test.ts runs: each test waits for what never comes. */
const never = new Promise<void>(() => undefined);

test('of an event', { timeout: 50 }, () => awaitEvent(never, { what: 'the bell', came: () => 'silence' }));

test('of an answer', { timeout: 50 }, async () => {
  await askUntil(async () => null, { what: 'the right answer', pauseMs: 1 });
});

test('beside what fails', async () => {
  setImmediate(() => void Promise.reject(new Error('its work failed')));
  await awaitEvent(never, { what: 'the work' });
});

test('of a process', { timeout: 500 }, async () => {
  await using process = startProgram('--eval=setInterval(() => undefined, 1000)', {});
  await process.says('ready');
});
