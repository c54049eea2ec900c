import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Pmid } from '../../../src/domain/ids.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import { readBody } from '../../support/pubmed/ncbi-stand-in/bodies.ts';
import {
  BACKEND_FAILED,
  DATABASE_NOT_SUPPORTED,
  EFETCH_ERROR,
  type Fault,
  RAW_NEWLINE,
} from '../../support/pubmed/ncbi-stand-in/faults.ts';

const SHORT_MS = 25_000;
const PMID = '24' as Pmid;

const PASSING: Record<string, Fault> = {
  'a failed search backend': BACKEND_FAILED,
  'a database that is "not supported" for a while': DATABASE_NOT_SUPPORTED,
  'an error with a raw line break in its JSON': RAW_NEWLINE,
  'an HTML page': { kind: 'html' },
  'an empty body': { kind: 'body', body: '' },
  'an error at the top of the JSON': {
    kind: 'body',
    body: '{"error":"API rate limit exceeded","count":"11"}',
  },
  'JSON of another shape': { kind: 'body', body: '{"esearchresult":{"count":"3","idlist":"none"}}' },
  'an answer without a count': { kind: 'body', body: '{"esearchresult":{}}' },
};

describe('pain 3: an error in an HTTP 200 is never taken for "0 results"', () => {
  for (const [name, fault] of Object.entries(PASSING)) {
    test(`${name} is asked again and then answered`, async () => {
      await using bench = await openEutilsBench();
      bench.ncbi.faults.next({ fault, times: 2 });
      const { total } = await bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
      assert.ok(total > 0);
      assert.deepEqual(
        bench.ncbi.requests.map((request) => request.status),
        [null, null, 200],
      );
    });

    test(`${name} that stays is an error`, async () => {
      await using bench = await openEutilsBench();
      bench.ncbi.faults.next({ fault, times: 1_000 });
      const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
      await assert.rejects(search, { code: /^PUBMED_(?:UNAVAILABLE|BAD_RESPONSE|RATE_LIMITED)$/ });
    });
  }

  test('an expired history entry is an error at once', async () => {
    await using bench = await openEutilsBench();
    const body = readBody('esearch_200_expired_webenv.json');
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const search = bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await assert.rejects(search, { code: 'PUBMED_BAD_RESPONSE', message: 'Unable to obtain query #1' });
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('an error instead of records is asked again', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: EFETCH_ERROR });
    const { body } = await bench.client.fetchRecords([PMID], bench.within(SHORT_MS));
    assert.match(Buffer.from(body).toString(), /<PMID Version="1">24<\/PMID>/);
    assert.equal(bench.ncbi.requests.length, 2);
  });

  test('an error among the links is an error', async () => {
    await using bench = await openEutilsBench();
    const linksets = [{ dbfrom: 'pubmed', ids: ['24'], ERROR: 'Search Backend failed: timeout' }];
    bench.ncbi.faults.next({ fault: { kind: 'body', body: JSON.stringify({ linksets }) }, times: 1_000 });
    const related = bench.client.findRelated(PMID, 'similar', bench.within(SHORT_MS));
    await assert.rejects(related, { code: 'PUBMED_UNAVAILABLE' });
  });

  test('an error element in the small XML answers is an error', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'body', body: readBody('epost3.xml') } });
    const posted = bench.client.postIds([PMID], bench.within(SHORT_MS));
    await assert.rejects(posted, { code: 'PUBMED_BAD_RESPONSE', message: /Empty ID list; Nothing to store/ });
  });

  test('an empty error place reports nothing', async () => {
    await using bench = await openEutilsBench();
    const body = JSON.stringify({ esearchresult: { ERROR: '', count: '0', idlist: [] } });
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const { total } = await bench.client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    assert.equal(total, 0);
  });

  test('a search without words is refused before NCBI is asked', async () => {
    await using bench = await openEutilsBench();
    const search = bench.client.search({ term: ' ', limit: 1 }, bench.within(SHORT_MS));
    await assert.rejects(search, { code: 'VALIDATION', hint: /^`term` / });
    assert.equal(bench.ncbi.requests.length, 0);
  });
});
