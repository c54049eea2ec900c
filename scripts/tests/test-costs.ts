import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TestProcess } from './test-processes.ts';

/** Of one test process: by the clock, and its user and system time with those of the processes it started. */
export interface Costs {
  seconds: number;
  cpuSeconds: number;
}

/** By the name of the process, as note-costs.ts wrote it by its path. */
export function readCosts(notes: string, processes: readonly TestProcess[]): Map<string, Costs> {
  const names = new Map(processes.map(({ name, path }) => [path, name]));
  const lines = readIfThere(notes).split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const { path, ...costs } = JSON.parse(line) as Costs & { path: string };
      return [names.get(path) ?? path, costs];
    }),
  );
}

/**
 * What cost most in the run before goes first, so that no core waits at the end. New ones go before all, the
 * longest text first.
 */
export function sortByCost(processes: readonly TestProcess[], remembered: string): TestProcess[] {
  const known = recall(remembered);
  const toCost = ({ name }: TestProcess) => known[name] ?? Number.MAX_VALUE;
  return processes.toSorted((one, other) => toCost(other) - toCost(one) || other.bytes - one.bytes);
}

/** For the next `sortByCost`. */
export function writeCosts(costs: ReadonlyMap<string, Costs>, remembered: string): void {
  const fresh = [...costs].map(([name, { cpuSeconds }]) => [name, cpuSeconds]);
  mkdirSync(dirname(remembered), { recursive: true });
  writeFileSync(remembered, JSON.stringify({ ...recall(remembered), ...Object.fromEntries(fresh) }));
}

function recall(remembered: string): Record<string, number> {
  return JSON.parse(readIfThere(remembered) || '{}');
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
