import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Row } from '../corpus/test-corpus.ts';
import { articleXml } from '../pubmed/pubmed-xml.ts';
import { openSyncBench, type SyncBench } from './sync-bench.ts';
import { SYNC_FAULTS, type SyncStage } from './sync-fault-matrix.ts';

const TERM = 'wombats';
const RECORDS = 600;
const FIRST_PMID = 50_000_000;
const DAY = '2026-02-28';

/**
 * A corpus that a small sync has begun, and a record of it that NCBI deleted since: the next sync lists,
 * fetches and asks after the missing one.
 */
async function openBegun(): Promise<SyncBench> {
  const bench = await openSyncBench({ records: [articleXml({ pmid: FIRST_PMID, title: 'Of wombats.' })] });
  bench.ncbi.library.addCopies(FIRST_PMID, { from: FIRST_PMID + 1, count: RECORDS, crdt: '2026/01/15' });
  const first = await bench.sync(TERM, { limit: 1 });
  assert.deepEqual([first.archived, await bench.findWatermark(TERM)], [1, null]);
  bench.ncbi.library.delete(FIRST_PMID + RECORDS);
  return bench;
}

let undisturbed: Promise<Record<string, Row[]>> | null = null;

async function syncUndisturbed(): Promise<Record<string, Row[]>> {
  await using bench = await openBegun();
  const result = await bench.sync(TERM);
  assert.deepEqual([result.found, result.archived, result.deleted], [RECORDS, RECORDS, 1]);
  return await bench.dump();
}

/**
 * Plays every fault at one stage: first so long that the sync gives up, then in passing, when the sync
 * is run again.
 */
export function testFaultsWhile(stage: SyncStage): void {
  describe(`a sync of ${RECORDS.toLocaleString('en')} records while ${stage.name}`, () => {
    for (const { name, toFault, lasting } of SYNC_FAULTS) {
      const fault = toFault(stage.endpoint);
      if (fault === null) continue;
      test(`${name}: ${lasting ?? 'delayed'}, and then as if nothing had been`, async () => {
        undisturbed ??= syncUndisturbed();
        const expected = await undisturbed;
        await using bench = await openBegun();
        const plan = { fault, endpoint: stage.endpoint };
        if (lasting !== null) {
          bench.ncbi.faults.next({
            ...plan,
            times: Number.POSITIVE_INFINITY,
            after: stage.endpoint === 'efetch' ? 3 : 0,
          });
          await assert.rejects(whileHanging(bench, bench.sync(TERM)), { code: lasting });
          assert.equal(await bench.findWatermark(TERM), null);
          bench.ncbi.faults.clear();
        }
        bench.ncbi.faults.next({ ...plan, times: 2 });
        const result = await whileHanging(bench, bench.sync(TERM));
        assert.deepEqual(
          [result.found, result.archived + result.skipped, result.failed],
          [RECORDS, RECORDS, 0],
        );
        assert.equal(result.facts.resumed, lasting !== null && stage.endpoint !== 'esearch');
        assert.equal(await bench.findWatermark(TERM), DAY);
        assert.deepEqual(await bench.dump(), expected);
      });
    }
  });
}

/** Lets the time of requests pass that nobody answers. */
async function whileHanging<T>({ ncbi, time }: SyncBench, work: Promise<T>): Promise<T> {
  let settled = false;
  work.finally(() => (settled = true)).catch(() => undefined);
  let seen = ncbi.requests.length;
  while (!settled) {
    await new Promise((resolve) => setImmediate(resolve));
    const fresh = ncbi.requests.slice(seen);
    seen += fresh.length;
    if (fresh.some(({ fault }) => fault === 'hang')) time.expireTimeouts();
  }
  return work;
}
