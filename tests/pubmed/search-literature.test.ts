import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Pmid } from '../../src/domain/ids.ts';
import { findRelatedLiterature, searchLiterature } from '../../src/pubmed/queries/search-literature.ts';
import { openEutilsBench } from '../support/pubmed/eutils.ts';

const SHORT_MS = 25_000;

describe('a live search', () => {
  test('answers summaries in the order of the search, in two requests', async () => {
    await using bench = await openEutilsBench();
    const request = { term: 'animals', limit: 5, offset: 2 };
    const found = await searchLiterature(bench.client, request, bench.within(SHORT_MS));
    const pmids = found.results.map(({ pmid }) => Number(pmid));
    assert.equal(pmids.length, 5);
    assert.deepEqual(
      pmids,
      pmids.toSorted((one, other) => other - one),
    );
    assert.ok(found.total > 7);
    assert.deepEqual(found.warnings, []);
    assert.deepEqual(
      bench.ncbi.requests.map(({ endpoint }) => endpoint),
      ['esearch', 'esummary'],
    );
  });

  test('pain 16: says in words what was left out of the query', async () => {
    await using bench = await openEutilsBench();
    const request = { term: 'animals AND p.E1317Q AND rats[zz]', limit: 1 };
    const { warnings, queryTranslation } = await searchLiterature(
      bench.client,
      request,
      bench.within(SHORT_MS),
    );
    assert.deepEqual(warnings, [
      'PubMed does not know "p.E1317Q" and left it out of the query.',
      'PubMed does not know the field "zz" and searched all fields instead.',
    ]);
    assert.equal(queryTranslation, '("animals"[All Fields] AND "rats"[All Fields])');
  });

  test('asks for no summaries where nothing is found', async () => {
    await using bench = await openEutilsBench();
    const found = await searchLiterature(
      bench.client,
      { term: '1:2[UID]', limit: 5 },
      bench.within(SHORT_MS),
    );
    assert.deepEqual(found.results, []);
    assert.deepEqual(found.warnings, ['PubMed says: No items found.']);
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('a record that vanishes between search and summary is named', async () => {
    await using bench = await openEutilsBench();
    const body = JSON.stringify({
      result: { uids: ['24'], '24': { uid: '24', error: 'cannot get document summary' } },
    });
    bench.ncbi.faults.next({ fault: { kind: 'body', body }, endpoint: 'esummary' });
    const found = await searchLiterature(bench.client, { term: '24[UID]', limit: 5 }, bench.within(SHORT_MS));
    assert.deepEqual(found.warnings, ['PMID 24 was found, but PubMed gave no summary of it.']);
  });

  test('search and summaries share one deadline', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.faults.next({ fault: { kind: 'status', status: 503 }, endpoint: 'esummary', times: 1_000 });
    const begunAt = bench.time.now();
    const found = searchLiterature(bench.client, { term: 'animals', limit: 5 }, bench.within(SHORT_MS));
    await assert.rejects(found, { code: 'PUBMED_UNAVAILABLE' });
    assert.ok(bench.time.now() - begunAt <= SHORT_MS);
  });
});

describe('related articles', () => {
  test('come with summaries, at most as many as asked for', async () => {
    await using bench = await openEutilsBench();
    const request = { pmid: '24' as Pmid, relation: 'similar' as const, limit: 3 };
    const { results, warnings } = await findRelatedLiterature(bench.client, request, bench.within(SHORT_MS));
    assert.equal(results.length, 3);
    assert.ok(results.every(({ title }) => title !== ''));
    assert.deepEqual(warnings, []);
  });

  test('pain 18: references that PubMed does not have are no silent empty list', async () => {
    await using bench = await openEutilsBench();
    const lonely = bench.ncbi.library.all().find(({ facts }) => facts.referencedPmids.length === 0);
    const request = { pmid: String(lonely?.pmid) as Pmid, relation: 'references' as const, limit: 3 };
    const { results, warnings } = await findRelatedLiterature(bench.client, request, bench.within(SHORT_MS));
    assert.deepEqual(results, []);
    assert.match(warnings[0] ?? '', /PubMed Central only/);
  });
});
