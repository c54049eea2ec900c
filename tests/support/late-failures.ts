import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

/** A test file that tests/track-tests.test.ts runs: what a runner must tell of the right test. */
describe('a suite', () => {
  test('throws in a timer', async () => {
    setTimeout(() => {
      throw new Error('thrown');
    }, 1);
    await sleep(20);
  });
  test('leaves a rejection', async () => {
    await sleep(1);
    void Promise.reject(new Error('rejected'));
    await sleep(20);
  });
  test('has a test of its own', async () => {
    await sleep(1);
    await test('inside', () => sleep(1));
  });
  test('throws after its end', () => {
    setTimeout(() => {
      throw new Error('too late');
    }, 1);
  });
  test('passes', () => sleep(20));
});
