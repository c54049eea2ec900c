import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';
import { BACKEND_FAILED, type Fault } from '../support/pubmed/ncbi-stand-in/faults.ts';

describe('pubmed.search over HTTP', () => {
  let live: LiveApp;
  before(async () => {
    live = await openLiveApp();
  });
  after(() => live[Symbol.asyncDispose]());

  const search = async (params: Record<string, unknown>) => {
    const { status, body } = await live.invoke('pubmed.search', params);
    assert.equal(status, 200, JSON.stringify(body));
    return body.result;
  };
  const lastTerm = () => live.ncbi.requests.filter(({ endpoint }) => endpoint === 'esearch').at(-1)?.params;

  test('answers the total, summaries and what PubMed made of the query', async () => {
    const found = await search({ term: 'exercise', limit: 3 });
    assert.ok(found.total > 3);
    assert.equal(found.results.length, 3);
    assert.match(found.query_translation, /exercise/);
    assert.deepEqual(found.warnings, []);
    const [only] = (await search({ term: '40[uid]' })).results;
    assert.equal(only.pmid, '40');
    assert.equal(
      only.title,
      'Human brain and placental choline acetyltransferase: purification and properties.',
    );
    assert.deepEqual(only.authors, ['Roskoski R Jr', 'Lim CT', 'Roskoski LM']);
    assert.equal(only.journal, 'Biochemistry');
    assert.equal(only.published, '1975 Nov 18');
    assert.equal(only.doi, '10.1021/bi00694a013');
    assert.equal(only.has_abstract, true);
    assert.deepEqual([only.in_corpus, only.retraction_status], [false, 'none']);
  });

  test('says of each hit whether the corpus holds it and whether it is retracted', async () => {
    const look = async () => (await search({ term: '31541003[uid]' })).results[0];
    const before = await look();
    assert.deepEqual([before.in_corpus, before.retraction_status], [false, 'retracted']);
    await live.invoke('pubmed.get', { pmid: 31541003 });
    const after = await look();
    assert.deepEqual([after.in_corpus, after.retraction_status], [true, 'retracted']);
    const { body } = await live.invoke('rag.search', {
      query: after.title,
      filters: { exclude_retracted: false },
    });
    const [hit] = body.result.documents;
    assert.equal(hit.pmid, '31541003');
    assert.ok(hit.corrections.some(({ type }: { type: string }) => type === 'RetractionIn'));
  });

  test('takes q and query for term', async () => {
    const { total } = await search({ term: 'exercise' });
    for (const name of ['q', 'query']) assert.equal((await search({ [name]: 'exercise' })).total, total);
  });

  test('builds the query from typed filters, each value one phrase', async () => {
    await search({
      term: 'falls OR gait',
      journals: ['Biochemistry'],
      authors: ['Smith JA', 'Jones B'],
      date_from: '1975',
      date_to: '1975-12',
      date_type: 'edat',
      has_abstract: true,
    });
    assert.equal(
      lastTerm()?.get('term'),
      '(falls OR gait) AND ("Biochemistry"[ta]) AND (Smith JA[au] OR Jones B[au]) AND 1975:1975/12[edat] AND hasabstract',
    );
  });

  test('passes sort and offset on', async () => {
    const first = await search({ term: 'exercise', limit: 2, sort: 'date' });
    const next = await search({ term: 'exercise', limit: 2, sort: 'date', offset: 1 });
    assert.equal(first.results[1].pmid, next.results[0].pmid);
  });

  test('an empty date is no date', async () => {
    await search({ term: 'exercise', date_from: '', date_to: ' ' });
    assert.equal(lastTerm()?.get('term'), 'exercise');
  });

  test('tells the phrase that PubMed left out', async () => {
    const { warnings } = await search({ term: 'exercise AND qzzzxnothing' });
    assert.equal(warnings.length, 1);
    assert.match(warnings[0], /"?qzzzxnothing/);
  });

  const refused: [what: string, params: Record<string, unknown>, message: RegExp][] = [
    ['no term', {}, /^`term` is required\.$/],
    ['an empty term', { term: ' ' }, /^`term` must not be empty\.$/],
    ['an unbalanced query', { term: '(falls' }, /^`term` has a parenthesis that is never closed\.$/],
    ['one under another name', { q: '(falls' }, /^`q` has a parenthesis that is never closed\.$/],
    [
      'an unknown field',
      { term: 'falls[titel]' },
      /^`term` names the unknown field \[titel\]; did you mean \[/,
    ],
    [
      'a date that does not exist',
      { term: 'falls', date_from: '2025-02-30' },
      /^`date_from` must be a date that exists/,
    ],
    [
      'a window turned round',
      { term: 'falls', date_from: '2025', date_to: '2024' },
      /^`date_to` \(2024\) lies before/,
    ],
    [
      'a filter that is a query',
      { term: 'falls', journals: ['x" OR "y'] },
      /^`journals\[0\]` must be a plain name/,
    ],
    [
      'an offset beyond the wall',
      { term: 'falls', offset: 9_999 },
      /^`offset`: PubMed gives the first 9999 hits only/,
    ],
    ['too many at once', { term: 'falls', limit: 201 }, /^`limit` must be at most 200\.$/],
    [
      'an unknown parameter',
      { term: 'falls', lmit: 3 },
      /^Unknown parameter `lmit` \(did you mean `limit`\?\); there are term, /,
    ],
    ['the term twice', { term: 'falls', q: 'falls' }, /is given twice/],
  ];
  for (const [what, params, message] of refused) {
    test(`refuses ${what} by name and asks nobody`, async () => {
      const asked = live.ncbi.requests.length;
      const { status, body } = await live.invoke('pubmed.search', params);
      assert.equal(status, 400);
      assert.equal(body.error_code, 'VALIDATION');
      assert.match(body.message, message);
      assert.equal(live.ncbi.requests.length, asked);
    });
  }

  const passing: [string, Fault][] = [
    ['a failed backend in HTTP 200', BACKEND_FAILED],
    ['an HTML page', { kind: 'html' }],
    ['a reset connection', { kind: 'reset' }],
    ['HTTP 503', { kind: 'status', status: 503 }],
  ];
  for (const [what, fault] of passing) {
    test(`asks again after ${what}, and never makes it "0 results"`, async () => {
      live.ncbi.faults.next({ fault, times: 1 });
      assert.ok((await search({ term: 'exercise', limit: 1 })).total > 0);
    });
  }

  test('a refusal that lasts is PUBMED_UNAVAILABLE within the deadline, with a time to come again', async () => {
    // NCBI's own wish for a pause beyond the deadline ends the call at once.
    live.ncbi.faults.next({ fault: { kind: 'status', status: 503, retryAfter: '60' }, times: 1 });
    const { status, body, headers } = await live.invoke('pubmed.search', { term: 'exercise' });
    assert.equal(status, 503);
    assert.equal(body.error_code, 'PUBMED_UNAVAILABLE');
    assert.equal(headers['retry-after'], '60');
  });
});
