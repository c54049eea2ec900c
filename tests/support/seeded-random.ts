import { randomInt } from 'node:crypto';
import type { TestContext } from 'node:test';
import { createMulberry32 } from '../../src/evaluation/mulberry32.ts';

const SEEDS = 2 ** 31;

export interface SeededRandom {
  /** 0 … below `limit`, whole. */
  below(limit: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/**
 * Random numbers from 0 to below 1, from a seed that the test prints. `TEST_SEED=…` plays the same plan
 * again; what else the machine does meanwhile is never the same.
 */
export function openSeededRandom(t: Pick<TestContext, 'diagnostic'>): () => number {
  const seed = process.env.TEST_SEED === undefined ? randomInt(SEEDS) : Number(process.env.TEST_SEED);
  t.diagnostic(`TEST_SEED=${seed}`);
  return createMulberry32(seed);
}

export function toSeededRandom(next: () => number): SeededRandom {
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}
