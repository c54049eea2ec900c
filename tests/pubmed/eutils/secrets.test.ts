import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import type { Pmid } from '../../../src/domain/ids.ts';
import { createRedactor, toArchivedParams } from '../../../src/pubmed/eutils/redact.ts';
import { openEutilsBench } from '../../support/pubmed/eutils.ts';
import type { Fault } from '../../support/pubmed/ncbi-stand-in/faults.ts';

const KEY = 'k_secret_0123456789';

describe('the API key', () => {
  const faults: Record<string, Fault | null> = {
    "NCBI's 429 body, which repeats it": null,
    'an error in a 200 that repeats it': {
      kind: 'body',
      body: `{"esearchresult":{"ERROR":"Search Backend failed: api_key=${KEY}&x"}}`,
    },
    'a reset connection': { kind: 'reset' },
    'a cut body': { kind: 'cut' },
  };
  for (const [name, fault] of Object.entries(faults)) {
    test(`is in no error and no log line after ${name}`, async () => {
      await using bench = await openEutilsBench({ apiKey: KEY });
      if (fault === null) for (let call = 0; call < 10; call += 1) await exhaust(bench.ncbi.url);
      else bench.ncbi.faults.next({ fault, times: 1_000 });
      const error: unknown = await bench.client
        .search({ term: 'rat', limit: 1 }, bench.within(fault === null ? 900 : 5_000))
        .catch((caught: unknown) => caught);
      assert.ok(error instanceof Error);
      const shown = inspect(error, { depth: 10 }) + inspect(bench.logged, { depth: 10 });
      assert.ok(!shown.includes(KEY), shown);
      assert.ok(bench.logged.length > 0);
    });
  }

  test('is not among the parameters that the archive keeps', async () => {
    await using bench = await openEutilsBench({ apiKey: KEY, email: 'library@example.org' });
    const { params } = await bench.client.fetchRecords(['24' as Pmid], bench.within(5_000));
    assert.deepEqual(params, toArchivedParams({ ...params, api_key: KEY, email: 'library@example.org' }));
    assert.ok(!JSON.stringify(params).includes(KEY));
  });

  /** Uses the allowance of the key up, as another installation would. */
  async function exhaust(url: string): Promise<void> {
    const body = new URLSearchParams({ api_key: KEY, db: 'pubmed', term: 'rat' });
    await (await fetch(`${url}esearch.fcgi`, { method: 'POST', body })).arrayBuffer();
  }
});

describe('redaction', () => {
  const redact = createRedactor({ apiKey: null });

  test("takes the caller's address out of NCBI's 429 body", () => {
    const body = '{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}';
    assert.equal(
      redact(body),
      '{"error":"API rate limit exceeded","api-key":"[redacted]","count":"4","limit":"3"}',
    );
    assert.equal(redact('from 192.0.2.1 and 2001:db8:0:0:0:0:0:1'), 'from [address] and [address]');
  });

  test('keeps a log line on one line, and short', () => {
    assert.equal(redact('one\r\ntwo'), 'one two');
    assert.equal(redact('x'.repeat(10_000)).length, 300);
  });
});
