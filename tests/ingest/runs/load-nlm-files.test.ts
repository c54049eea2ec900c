import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { dumpTables, findPmids, loadInto, makeTestHome } from '../../support/corpus/test-corpus.ts';
import { cutDeletions, cutRecords } from '../../support/pubmed/pubmed-xml.ts';

const FOLDER = `${import.meta.dirname}/../../fixtures/nlm-files`;
const SERIES = [
  ['pubmed20n0001', 'pubmed20n0002', 'pubmed20n1203'],
  ['pubmed22n1114', 'pubmed22n1115'],
  ['pubmed25n1274', 'pubmed25n1275'],
  ['pubmed26n1334', 'pubmed26n1335'],
];

describe('baseline and update files, loaded in order', () => {
  for (const names of SERIES) {
    test(`${names.join(', ')} leave exactly what they say, and loading them again changes nothing`, async () => {
      await using home = await makeTestHome();
      const paths = names.map((name) => `${FOLDER}/${name}.xml.gz`);
      const expected = expect(paths);
      const query = 'patients treatment results';
      let answer: string[];
      {
        await using corpus = await home.open();
        const run = await loadInto(corpus, ...paths);
        assert.equal(run.found, expected.found);
        assert.equal(run.failed, 0);
        assert.equal(run.archived + run.skipped, run.found);
        assert.equal(run.archived, expected.payloads.size);
        answer = await findPmids(corpus, query, { top_k: 50 });
        for (const pmid of answer) assert.ok(expected.live.has(pmid), pmid);
      }
      const tables = await dumpTables(home);
      const live = (tables.revisions ?? []).filter(({ left_sequence }) => left_sequence === null);
      assert.deepEqual(
        new Map(live.map((row) => [row.pmid, `${row.version} ${row.content_hash}`])),
        expected.live,
      );
      assert.deepEqual(new Set((tables.tombstones ?? []).map(({ pmid }) => pmid)), expected.deleted);
      assert.deepEqual(
        new Set((tables.pubmed_archive_history ?? []).map((row) => `${row.pmid} ${row.content_hash}`)),
        expected.payloads,
      );
      assert.deepEqual(tables.quarantined_records, []);
      assert.deepEqual(tables.pending_batches, []);

      const objects = withoutManifests(await home.listObjects());
      await using corpus = await home.open();
      const again = await loadInto(corpus, ...paths);
      assert.deepEqual([again.found, again.skipped, again.archived], [expected.found, expected.found, 0]);
      assert.deepEqual([again.indexed, again.deleted], [0, 0]);
      assert.deepEqual(await dumpTables(home), tables);
      assert.deepEqual(withoutManifests(await home.listObjects()), objects);
      assert.deepEqual(await findPmids(corpus, query, { top_k: 50 }), answer);
    });
  }
});

/**
 * What files say, read with nothing of the product: of each PMID the highest version, the last
 * one where equal.
 */
function expect(paths: readonly string[]) {
  const live = new Map<string, string>();
  const versions = new Map<string, number>();
  const payloads = new Set<string>();
  const deleted = new Set<string>();
  let found = 0;
  for (const path of paths) {
    const xml = gunzipSync(readFileSync(path)).toString('utf8');
    for (const { pmid, version, text } of cutRecords(xml)) {
      found += 1;
      const hash = createHash('sha256').update(text).digest('hex');
      payloads.add(`${pmid} ${hash}`);
      if (version < (versions.get(pmid) ?? 0)) continue;
      versions.set(pmid, version);
      live.set(pmid, `${version} ${hash}`);
      deleted.delete(pmid);
    }
    for (const pmid of cutDeletions(xml)) if (live.delete(pmid)) deleted.add(pmid);
  }
  return { live, payloads, deleted, found };
}

function withoutManifests<T>(objects: Map<string, T>): Map<string, T> {
  return new Map([...objects].filter(([key]) => !key.includes('/manifests/')));
}
