import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Of one test file: by the clock, and user and system time of its process and of those that it started. */
export interface FileCosts {
  seconds: number;
  cpuSeconds: number;
}

/** By file, as note-costs.ts wrote it. */
export function readCosts(notes: string): Map<string, FileCosts> {
  const lines = readIfThere(notes).split('\n').slice(0, -1);
  return new Map(
    lines.map((line) => {
      const { file, ...costs } = JSON.parse(line) as FileCosts & { file: string };
      return [file, costs];
    }),
  );
}

/** What cost most in the run before goes first, so that no core waits at the end; new files before all. */
export function sortByCost(files: readonly string[], remembered: string): string[] {
  const known = recall(remembered);
  const toCost = (file: string) => known[file] ?? Number.MAX_VALUE;
  return [...files].sort((one, other) => toCost(other) - toCost(one) || one.localeCompare(other));
}

/** For the next `sortByCost`. */
export function writeCosts(costs: ReadonlyMap<string, FileCosts>, remembered: string): void {
  const fresh = [...costs].map(([file, { cpuSeconds }]) => [file, cpuSeconds]);
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
