import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ListedRange, listMatchingPmids } from '../../src/pubmed/queries/pmid-listing.ts';
import { splitPmidRange } from '../../src/pubmed/queries/pmid-range.ts';
import { type EutilsBench, openEutilsBench } from '../support/pubmed/eutils.ts';

const signal = new AbortController().signal;

async function list(bench: EutilsBench, term: string, range?: ListedRange['range']): Promise<ListedRange[]> {
  const deadlineAt = () => bench.time.now() + 300_000;
  const request = { source: bench.client, term, deadlineAt, ...(range && { range }) };
  const ranges: ListedRange[] = [];
  for await (const one of listMatchingPmids(request, { signal })) ranges.push(one);
  return ranges;
}

describe('pain 2: the wall at 9,999 hits', () => {
  test('an offset beyond it is refused before NCBI is asked', async () => {
    await using bench = await openEutilsBench();
    const request = { term: 'rat', limit: 1, offset: 9_999 };
    const search = bench.client.search(request, bench.within(25_000));
    await assert.rejects(search, { code: 'VALIDATION', hint: /^`offset`: .*9998.*pubmed\.sync/ });
    assert.equal(bench.ncbi.requests.length, 0);
  });

  test('a page that would cross it ends at it, without a warning of clamping', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.addCopies(24, { from: 40_000_000, count: 10_500, crdt: '2026/02/01' });
    const request = { term: 'influence[ti]', limit: 200, offset: 9_990 };
    const answer = await bench.client.search(request, bench.within(25_000));
    assert.equal(answer.pmids.length, 9);
    assert.deepEqual(answer.warnings, []);
    assert.ok(answer.total > 9_999);
  });

  test('40,000 hits of one day are listed whole, by halves of the PMID range', async () => {
    await using bench = await openEutilsBench();
    const from = 41_000_000;
    bench.ncbi.library.addCopies(24, { from, count: 40_000, crdt: '2026/02/01' });
    const ranges = await list(bench, '(influence[ti]) AND 2026/02/01:2026/02/01[crdt]');
    const pmids = ranges.flatMap((part) => part.pmids).map(Number);
    assert.equal(pmids.length, 40_000);
    assert.deepEqual(
      pmids.toSorted((one, other) => one - other),
      Array.from({ length: 40_000 }, (_, at) => from + at),
    );
    assert.ok(ranges.every((part) => part.pmids.length <= 9_999));
    assert.ok(bench.ncbi.requests.length <= 60, `${bench.ncbi.requests.length} requests`);
    assert.ok(bench.ncbi.requests.every(({ status }) => status === 200));
  });

  test('parts come in ascending ranges without gap or overlap, so that a run can go on from one', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.addCopies(24, { from: 41_000_000, count: 12_000, crdt: '2026/02/01' });
    const ranges = await list(bench, 'influence[ti]');
    assert.equal(ranges[0]?.range.from, 1);
    assert.equal(ranges.at(-1)?.range.to, 999_999_999);
    assert.deepEqual(
      ranges.slice(1).map((part) => part.range.from),
      ranges.slice(0, -1).map((part) => part.range.to + 1),
    );
    const rest = await list(bench, 'influence[ti]', { from: ranges[2]?.range.from ?? 0, to: 999_999_999 });
    assert.deepEqual(
      rest.flatMap((part) => part.pmids).toSorted(),
      ranges
        .slice(2)
        .flatMap((part) => part.pmids)
        .toSorted(),
    );
  });

  test('up to 9,999 hits take one request', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.addCopies(24, { from: 41_000_000, count: 9_998, crdt: '2026/02/01' });
    const ranges = await list(bench, '"influence of a new virostatic compound"[ti]');
    assert.equal(ranges.length, 1);
    assert.equal(ranges[0]?.pmids.length, 9_999);
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('no hit is one empty part', async () => {
    await using bench = await openEutilsBench();
    assert.deepEqual(
      (await list(bench, 'rat AND 1:2[UID]')).map((part) => part.pmids),
      [[]],
    );
  });

  test('pain 14: nothing of it depends on the history server', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.addCopies(24, { from: 41_000_000, count: 12_000, crdt: '2026/02/01' });
    await list(bench, 'influence[ti]');
    assert.ok(bench.ncbi.requests.every(({ params }) => !params.has('usehistory') && !params.has('WebEnv')));
  });

  test('a list that is shorter than its count is asked for again, and is an error when it stays so', async () => {
    await using bench = await openEutilsBench();
    const body = JSON.stringify({ esearchresult: { count: '3', idlist: ['1', '2', '2'] } });
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const [part] = await list(bench, 'animals');
    assert.ok((part?.pmids.length ?? 0) > 3);
    bench.ncbi.faults.next({ fault: { kind: 'body', body }, times: 3 });
    await assert.rejects(list(bench, 'rat'), {
      code: 'PUBMED_BAD_RESPONSE',
      message: /counted 3 hits and listed 2/,
    });
  });

  test('a fault in the middle neither loses nor doubles a PMID', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.addCopies(24, { from: 41_000_000, count: 25_000, crdt: '2026/02/01' });
    bench.ncbi.faults.each(2, [
      { kind: 'cut' },
      { kind: 'status', status: 429 },
      { kind: 'html' },
      { kind: 'reset' },
    ]);
    const pmids = (await list(bench, '2026/02/01:2026/02/01[crdt]')).flatMap((part) => part.pmids);
    assert.equal(pmids.length, 25_000);
    assert.equal(new Set(pmids).size, 25_000);
  });
});

test('a range of PMIDs splits into halves until one is left', () => {
  assert.deepEqual(splitPmidRange({ from: 1, to: 10 }), [
    { from: 1, to: 5 },
    { from: 6, to: 10 },
  ]);
  assert.deepEqual(splitPmidRange({ from: 9, to: 10 }), [
    { from: 9, to: 9 },
    { from: 10, to: 10 },
  ]);
  assert.equal(splitPmidRange({ from: 7, to: 7 }), null);
});
