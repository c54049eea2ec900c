import type { Bar } from './bars.ts';

export interface YearBar extends Bar {
  readonly from: number;
  readonly to: number;
}

/**
 * How many papers are of each year, with the years of none between them; of more years than `most` in steps
 * of some. `years` holds each year once, with its count.
 */
export function toYearBars(years: ReadonlyMap<number, number>, { most }: { most: number }): YearBar[] {
  if (years.size === 0) return [];
  const [first, last] = [Math.min(...years.keys()), Math.max(...years.keys())];
  const step = Math.ceil((last - first + 1) / most);
  const counts = Array.from({ length: Math.ceil((last - first + 1) / step) }, () => 0);
  for (const [year, count] of years) {
    const at = Math.floor((year - first) / step);
    counts[at] = (counts[at] ?? 0) + count;
  }
  return counts.map((count, at) => {
    const from = first + at * step;
    const to = Math.min(last, from + step - 1);
    return { from, to, count, name: from === to ? String(from) : `${from}–${to}` };
  });
}
