import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';

const SEEDS = 2 ** 31;

/**
 * Random numbers from 0 to below 1 (mulberry32), from a seed that the test prints. `TEST_SEED=…` plays the
 * same plan again; what else the machine does meanwhile is never the same.
 */
export function openSeededRandom(t: Pick<TestContext, 'diagnostic'>): () => number {
  const seed = process.env.TEST_SEED === undefined ? randomInt(SEEDS) : Number(process.env.TEST_SEED);
  t.diagnostic(`TEST_SEED=${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
