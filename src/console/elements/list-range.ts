import { showCount, showCounted } from './figures.ts';

/**
 * "1–50 of 1,234 jobs", or "3 jobs" where all are shown. `at`: the place of the first one, as the address of
 * the page tells; one that cannot be right is not believed.
 */
export function showRange(
  { at, shown, total }: { at: number | null; shown: number; total: number },
  one: string,
): string {
  if (shown >= total) return showCounted(shown, one);
  const isKnown = at !== null && at + shown - 1 <= total;
  const range = isKnown ? `${showCount(at)}–${showCount(at + shown - 1)}` : showCount(shown);
  return `${range} of ${showCounted(total, one)}`;
}

/** The place of the first one on this page; `null`: nobody can tell. */
export function readPlace(query: URLSearchParams): number | null {
  if (!query.has('cursor')) return 1;
  const text = query.get('at') ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** Of the next page; `null`: unknown there too. */
export function toNextPlace(at: number | null, shown: number): number | null {
  return at === null ? null : at + shown;
}
