import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { findPmid, toSha256 } from '../../src/domain/ids.ts';
import { runPipeline } from '../../src/ingest/pipeline.ts';
import type { IncomingBatch } from '../../src/ingest/records.ts';
import { openFaultyCorpus } from '../support/faulty-corpus.ts';
import { holdCall } from '../support/hold-call.ts';
import { articleXml } from '../support/pubmed-xml.ts';
import { makeTestHome } from '../support/test-corpus.ts';

const BATCHES = 6;
const { signal } = new AbortController();

test('while one batch is published one is prepared and one is read, and no further one is asked for', async () => {
  await using home = await makeTestHome();
  await using corpus = await openFaultyCorpus(home);
  const { archive, preparer } = corpus.parts;
  const seen = { asked: 0, published: 0, prepared: 0, most: 0 };
  const source = async function* () {
    for (let pmid = 1; pmid <= BATCHES; pmid++) {
      seen.asked += 1;
      seen.most = Math.max(seen.most, seen.asked - seen.published);
      yield toBatch(pmid);
    }
  };
  const second = Promise.withResolvers<void>();
  const parts = {
    ...corpus.parts,
    preparer: {
      ...preparer,
      async prepare(...args: Parameters<typeof preparer.prepare>) {
        const prepared = await preparer.prepare(...args);
        seen.prepared += 1;
        if (seen.prepared === 2) second.resolve();
        return prepared;
      },
    },
  };
  const first = holdCall(archive, 'put');
  const run = (async () => {
    for await (const { outcome } of runPipeline(parts, source(), { signal })) {
      seen.published += 1;
      assert.equal(outcome.archived, 1);
    }
  })();
  await Promise.all([first.reached, second.promise]);
  // Whatever could begin now has begun.
  for (let turn = 0; turn < 50; turn++) await setImmediate();
  assert.deepEqual(seen, { asked: 3, published: 0, prepared: 2, most: 3 });
  first.open();
  await run;
  assert.deepEqual(seen, { asked: BATCHES, published: BATCHES, prepared: BATCHES, most: 3 });
});

function toBatch(number: number): IncomingBatch {
  const bytes = Buffer.from(articleXml({ pmid: number }));
  const record = {
    ordinal: 0,
    bytes,
    contentHash: toSha256(createHash('sha256').update(bytes).digest('hex')),
    pmid: findPmid(`${number}`),
    version: 1,
    outranked: false,
    origin: {
      fetchedAt: '2026-01-01T00:00:00Z',
      source: { api: 'pubmed', endpoint: 'efetch', params: {} },
      http: { status: 200, etag: null },
    },
  };
  return { file: null, records: [record], deletions: [], itemsDone: 0, finished: false };
}
