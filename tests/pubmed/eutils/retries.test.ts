import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Pmid } from '../../../src/domain/ids.ts';
import { toErrorEnvelope } from '../../../src/errors/error-envelope.ts';
import { PubmedError } from '../../../src/errors/pubmed-error.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import type { Fault } from '../../support/pubmed/ncbi-stand-in/faults.ts';

const SHORT_MS = 25_000;
const JOB_MS = 300_000;
const PMID = '24' as Pmid;

const PASSING: [name: string, fault: Fault, code: string][] = [
  ['429', { kind: 'status', status: 429 }, 'PUBMED_RATE_LIMITED'],
  ['500', { kind: 'status', status: 500 }, 'PUBMED_UNAVAILABLE'],
  ['502', { kind: 'status', status: 502 }, 'PUBMED_UNAVAILABLE'],
  ['503', { kind: 'status', status: 503 }, 'PUBMED_UNAVAILABLE'],
  ['504', { kind: 'status', status: 504 }, 'PUBMED_UNAVAILABLE'],
  ['a reset connection', { kind: 'reset' }, 'PUBMED_UNAVAILABLE'],
  ['a body that breaks off (pain 15)', { kind: 'cut' }, 'PUBMED_UNAVAILABLE'],
  ['a body that is cut short unnoticed (pain 15)', { kind: 'cut-unnoticed' }, 'PUBMED_BAD_RESPONSE'],
];

describe('requests that fail', () => {
  for (const [name, fault, code] of PASSING) {
    test(`${name} is asked again; the records are whole`, async () => {
      await using bench = await openEutilsBench();
      const undisturbed = await bench.client.fetchRecords([PMID], bench.within(JOB_MS));
      bench.ncbi.faults.next({ fault, times: 2 });
      const { body } = await bench.client.fetchRecords([PMID], bench.within(JOB_MS));
      assert.deepEqual(body, undisturbed.body);
      assert.equal(bench.ncbi.requests.length, 4);
    });

    test(`${name} without end is ${code} within the deadline`, async () => {
      await using bench = await openEutilsBench();
      bench.ncbi.faults.next({ fault, times: 1_000 });
      const begunAt = bench.time.now();
      await assert.rejects(bench.client.fetchRecords([PMID], bench.within(SHORT_MS)), { code });
      assert.ok(bench.time.now() - begunAt <= SHORT_MS);
      assert.ok(bench.ncbi.requests.length >= 4, `${bench.ncbi.requests.length} attempts`);
    });
  }

  test('the pauses grow, within the jitter', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'status', status: 500 }, times: 4 });
    await bench.client.search({ term: 'rat', limit: 1 }, bench.within(JOB_MS));
    // Random is 0.5 on this bench: half of 500 ms, doubled each time; the first also waits for its gap
    // of 400 ms.
    assert.deepEqual(bench.time.sleeps, [250, 150, 500, 1_000, 2_000]);
  });

  test('Retry-After in seconds is honoured, by every caller', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'status', status: 429, retryAfter: '7' } });
    const first = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    const second = bench.client.search({ term: 'liver', limit: 1 }, bench.within(SHORT_MS));
    await Promise.all([first, second]);
    const [refused, ...later] = bench.ncbi.requests;
    assert.equal(later.length, 2);
    for (const { at } of later) assert.ok(at - (refused?.at ?? 0) >= 7_000, `${at - (refused?.at ?? 0)} ms`);
  });

  test('Retry-After as a date is measured from the date of the answer', async () => {
    const { parseRetryAfter } = await import('../../../src/pubmed/retry-after.ts');
    const [date, later] = ['Sun, 01 Mar 2026 00:00:00 GMT', 'Sun, 01 Mar 2026 00:00:09 GMT'];
    assert.equal(parseRetryAfter(later, date), 9_000);
    assert.equal(parseRetryAfter(date, later), 0);
    assert.equal(parseRetryAfter(later, null), null);
    assert.equal(parseRetryAfter('soon', date), null);
    assert.equal(parseRetryAfter('', date), null);
  });

  test('Retry-After beyond the deadline is an error at once, which tells how long', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'status', status: 503, retryAfter: '120' } });
    const begunAt = bench.time.now();
    await assert.rejects(bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS)), (error) => {
      assert.ok(error instanceof PubmedError);
      assert.equal(error.code, 'PUBMED_UNAVAILABLE');
      assert.equal(error.retryAfterMs, 120_000);
      return true;
    });
    assert.equal(bench.time.now(), begunAt);
  });

  test('an attempt that hangs ends after its time and is tried again (pain 18)', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'hang' }, endpoint: 'elink' });
    const related = bench.client.findRelated(PMID, 'similar', bench.within(SHORT_MS));
    await bench.ncbi.arrived(1);
    bench.time.expireTimeouts();
    assert.ok((await related).pmids.length > 0);
    assert.equal(bench.ncbi.requests.length, 2);
  });

  test('hanging until the deadline is PUBMED_TIMEOUT', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'hang' } });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(5_000));
    await bench.ncbi.arrived(1);
    bench.time.expireTimeouts();
    await assert.rejects(search, { code: 'PUBMED_TIMEOUT' });
  });

  test('a call whose deadline has passed already asks nothing', async () => {
    await using bench = await openEutilsBench();
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(0));
    await assert.rejects(search, { code: 'PUBMED_TIMEOUT' });
    assert.equal(bench.ncbi.requests.length, 0);
  });

  test('a slow answer is waited for', async () => {
    await using bench = await openEutilsBench();
    const { promise: release, resolve } = Promise.withResolvers<void>();
    bench.ncbi.faults.next({ fault: { kind: 'slow', release } });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await bench.ncbi.arrived(1);
    resolve();
    assert.ok((await search).total > 0);
  });

  test('an abort frees the caller at once, whether it waits for NCBI or for its turn', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'hang' } });
    const controller = new AbortController();
    const options = bench.within(SHORT_MS, controller.signal);
    const hanging = bench.client.search({ term: 'rat', limit: 1 }, options);
    const queued = bench.client.search({ term: 'rat', limit: 1 }, options);
    await bench.ncbi.arrived(1);
    controller.abort(new Error('the user left'));
    await assert.rejects(hanging, /the user left/);
    await assert.rejects(queued, /the user left/);
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('a refused API key is not asked about again, and says what to set', async () => {
    await using bench = await openEutilsBench({ apiKey: 'wrong_key_1', badKeys: ['wrong_key_1'] });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await assert.rejects(search, { code: 'PUBMED_BAD_RESPONSE', hint: /BIO_MCP_PUBMED_API_KEY/ });
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('a refused API key is read again, and a new one is used from then on', async () => {
    let kept = 'old_key_12345';
    await using bench = await openEutilsBench({
      ...{ apiKey: 'old_key_12345', badKeys: ['old_key_12345', 'older_key_12345'] },
      readApiKey: async () => kept,
    });
    const search = () => bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await assert.rejects(search(), { code: 'PUBMED_BAD_RESPONSE' });
    kept = 'new_key_12345';
    await search();
    await search();
    const keys = bench.ncbi.requests.map(({ params }) => params.get('api_key'));
    assert.deepEqual(keys, ['old_key_12345', 'old_key_12345', 'new_key_12345', 'new_key_12345']);
    assert.doesNotMatch(JSON.stringify(bench.logged), /_key_/);
  });

  for (const by of ['redirect', 'page', '403'] as const) {
    test(`a block by ${by} is PUBMED_BLOCKED at the first answer, and names whom to write to`, async () => {
      await using bench = await openEutilsBench();
      bench.ncbi.faults.next({ fault: { kind: 'blocked', by }, times: 1_000 });
      const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(JOB_MS));
      await assert.rejects(search, (error) => {
        assert.ok(error instanceof PubmedError);
        assert.equal(error.code, 'PUBMED_BLOCKED');
        assert.match(error.hint, /info@ncbi\.nlm\.nih\.gov/);
        assert.match(error.remedy, /BIO_MCP_PUBMED_EMAIL/);
        const { status, retryAfterSeconds } = toErrorEnvelope(error, { traceId: '0', tool: null });
        assert.deepEqual([status, retryAfterSeconds], [503, 3_600]);
        return true;
      });
      assert.equal(bench.ncbi.requests.length, 1);
      assert.deepEqual(bench.time.sleeps, []);
      const told = bench.logged.find(({ message }) => message === 'ncbi attempt failed');
      assert.equal((told?.fields as { code?: string } | undefined)?.code, 'PUBMED_BLOCKED');
    });
  }

  test("a page is known for that of blocked callers by its title alone, and PubMed's other pages are none", async () => {
    await using bench = await openEutilsBench();
    const page = (title: string) => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;
    const bodies = ['NCBI - WWW Error Blocked Diagnostic', 'NCBI - WWW Error 404 Diagnostic'].map(page);
    const codes: unknown[] = [];
    for (const body of bodies) {
      bench.ncbi.faults.next({ fault: { kind: 'body', body }, times: 1_000 });
      await bench.client
        .search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS))
        .catch(({ code }) => codes.push(code));
      bench.ncbi.faults.clear();
    }
    assert.deepEqual(codes, ['PUBMED_BLOCKED', 'PUBMED_BAD_RESPONSE']);
  });

  test('a record that speaks of possible misuse is no block', async () => {
    await using bench = await openEutilsBench();
    const body =
      '<PubmedArticleSet><PubmedArticle>the possible misuse of opioids</PubmedArticle></PubmedArticleSet>';
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const { body: got } = await bench.client.fetchRecords([PMID], bench.within(JOB_MS));
    assert.equal(Buffer.from(got).toString(), body);
  });

  test('a server that is not there is PUBMED_UNAVAILABLE', async () => {
    await using bench = await openEutilsBench({ baseUrl: () => 'http://127.0.0.1:1/entrez/eutils' });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await assert.rejects(search, { code: 'PUBMED_UNAVAILABLE' });
  });
});
