import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { decompress } from '../../../src/archive/compression.ts';
import { openEnvelope } from '../../../src/archive/envelope.ts';
import { OWN_THREADS } from '../../../src/compose/corpus-threads.ts';
import type { Corpus } from '../../../src/compose.ts';
import { toRawKey } from '../../../src/domain/corpus/archive-key.ts';
import { findPmid } from '../../../src/domain/ids.ts';
import {
  dumpTables,
  findPmids,
  makeTestHome,
  search,
  type TestHome,
} from '../../support/corpus/test-corpus.ts';
import { cutRecords } from '../../support/pubmed/pubmed-xml.ts';

const SAMPLE = `${import.meta.dirname}/../../../data/sample-1000.xml.gz`;
const records = cutRecords(gunzipSync(readFileSync(SAMPLE)).toString('utf8'));

describe('loading the sample of 1,000 records into an embedded corpus', () => {
  let home: TestHome;
  before(async () => {
    home = await makeTestHome({ engine: 'PGlite', threads: OWN_THREADS });
    const { found, archived, skipped, indexed, failed, deleted } = await home.load(SAMPLE);
    assert.deepEqual(
      { found, archived, skipped, indexed, failed, deleted },
      { found: 1000, archived: 1000, skipped: 0, indexed: 1000, failed: 0, deleted: 0 },
    );
  });
  after(() => home[Symbol.asyncDispose]());

  describe('and opening it again', () => {
    let corpus: Corpus;
    before(async () => {
      corpus = await home.open();
    });
    after(() => corpus[Symbol.asyncDispose]());

    test('the payload of every record is byte for byte its slice of the file', async ({ signal }) => {
      const { archive } = corpus.services;
      for (const { pmid, text } of records) {
        const id = findPmid(pmid);
        assert.ok(id !== null);
        const found = await archive.findCurrent(toRawKey(home.config.archive, id), { signal });
        assert.ok(found !== null, pmid);
        const { payloadBytes, hash } = openEnvelope(decompress(found.body, found.uri));
        assert.ok(Buffer.from(text).equals(payloadBytes), pmid);
        assert.equal(hash.value, createHash('sha256').update(text).digest('hex'));
      }
    });

    test('each tenth document is found by its title', async () => {
      for (const { pmid, text } of records.filter((_, at) => at % 10 === 0)) {
        const title = toPlain(/<ArticleTitle[^>]*>([\s\S]*?)<\/ArticleTitle>/.exec(text)?.[1] ?? '');
        const found = await findPmids(corpus, title, { top_k: 10 });
        assert.ok(found.includes(pmid), `${pmid} ${title}: ${found}`);
      }
    });

    test('a question in plain words brings the paper that answers it first, in each mode', async () => {
      for (const search_mode of ['hybrid', 'semantic', 'bm25']) {
        const query = 'Exploring the effect of vitamin D3 supplementation on the anti-EBV antibody response';
        const { documents, excluded_retracted } = await search(corpus, { query, search_mode, top_k: 3 });
        assert.equal(documents[0]?.pmid, '28731372', search_mode);
        assert.ok((documents[0]?.passages.length ?? 0) > 0);
        assert.equal(excluded_retracted, 0);
      }
    });
  });

  test('a second load skips everything and changes no row, no number and no file', async () => {
    const [tables, objects] = [await dumpTables(home), await home.listObjects()];
    const { found, archived, skipped, indexed } = await home.load(SAMPLE);
    assert.deepEqual(
      { found, archived, skipped, indexed },
      { found: 1000, archived: 0, skipped: 1000, indexed: 0 },
    );
    assert.deepEqual(await dumpTables(home), tables);
    const later = await home.listObjects();
    for (const key of later.keys()) if (key.includes('/manifests/')) later.delete(key);
    for (const key of objects.keys()) if (key.includes('/manifests/')) objects.delete(key);
    assert.deepEqual(later, objects);
  });
});

function toPlain(title: string): string {
  return title
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
