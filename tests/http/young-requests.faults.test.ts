import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';

const PROGRAM = join(import.meta.dirname, '../support/http/many-requests.ts');
const YOUNG_HEAP = join(import.meta.dirname, '../support/http/young-heap.ts');
/** In MB: V8 decides when a small young heap is collected, as it is within seconds of a real load. */
const SMALL_HEAP = ['--min-semi-space-size=1', '--max-semi-space-size=1'];

/**
 * `old`: how often V8 found that new objects of a place are to be made old at once, each of which keeps its
 * request in memory; `alive`: requests that are still there after the last answer.
 */
async function answerMany(how: 'young' | 'old'): Promise<{ old: number; requests: number; alive: number }> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...SMALL_HEAP, PROGRAM, how]);
  return { old: stdout.match(/=> tenure$/gm)?.length ?? 0, ...JSON.parse(stderr) };
}

describe('a server that answers many requests', () => {
  test('makes nothing old while it answers, and keeps no request that is answered', async () => {
    const { old, requests, alive } = await answerMany('young');
    assert.deepEqual({ old, alive }, { old: 0, alive: 0 });
    assert.ok(requests >= 3_000);
  });

  test('has a young heap as large as V8 allows once that of its start was outgrown', async () => {
    const measure = async (how: 'tuned' | 'untuned') => {
      const flags = ['--min-semi-space-size=1', '--max-semi-space-size=16'];
      return Number((await promisify(execFile)(process.execPath, [...flags, YOUNG_HEAP, how])).stdout);
    };
    assert.equal(await measure('tuned'), 32);
    assert.ok((await measure('untuned')) < 32, 'V8 does so by itself: the line above shows nothing');
  });

  test('would make objects old if V8 did as it does by itself', async () => {
    assert.ok((await answerMany('old')).old > 0, 'V8 tells of none: the test above shows nothing');
  });
});
