/**
 * The program of an ingest thread that tells how many objects live on in it before the collector looks
 * through all of them.
 */

import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

/** Some 160 MB. */
const MOST_KEPT = 900_000;
const KEPT_AT_ONCE = 10_000;

export async function prepare(): Promise<number> {
  let whole = 0;
  const observer = new PerformanceObserver((list) => {
    whole += list.getEntries().filter(isWhole).length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const kept: unknown[] = [];
  while (whole === 0 && kept.length < MOST_KEPT) {
    for (let made = 0; made < KEPT_AT_ONCE; made++) kept.push({ first: [made], second: [made] });
    await setImmediate();
  }
  observer.disconnect();
  return kept.length;
}

function isWhole(entry: object): boolean {
  const detail = 'detail' in entry ? entry.detail : null;
  if (typeof detail !== 'object' || detail === null || !('kind' in detail)) return false;
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
