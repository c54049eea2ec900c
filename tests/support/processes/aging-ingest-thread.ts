/**
 * The program of an ingest thread that tells which one it is, and how often the collector looked through all
 * that lives on in it.
 */

import { constants, PerformanceObserver } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';

/** Of objects that live on, some 15 MB. */
const KEPT = 100_000;
const KEPT_AT_ONCE = 10_000;

export async function prepare(): Promise<{ threadId: number; collections: number }> {
  let whole = 0;
  const observer = new PerformanceObserver((list) => {
    whole += list.getEntries().filter(isWhole).length;
  });
  observer.observe({ entryTypes: ['gc'] });
  const kept: unknown[] = [];
  while (kept.length < KEPT) {
    for (let made = 0; made < KEPT_AT_ONCE; made++) kept.push({ first: [made], second: [made] });
    await setImmediate();
  }
  await setImmediate();
  observer.disconnect();
  return { threadId, collections: whole };
}

function isWhole(entry: object): boolean {
  const detail = 'detail' in entry ? entry.detail : null;
  if (typeof detail !== 'object' || detail === null || !('kind' in detail)) return false;
  return detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
