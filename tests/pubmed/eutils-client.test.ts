import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findPmid, type Pmid } from '../../src/domain/ids.ts';
import { openEutilsBench, sampleRecords } from '../support/pubmed/eutils.ts';

const SHORT_MS = 25_000;
const pmid = (text: string | number): Pmid => {
  const found = findPmid(String(text));
  assert.ok(found);
  return found;
};

describe('E-utilities client', () => {
  test('a search answers PMIDs, the total and the query as NCBI understood it', async () => {
    await using bench = await openEutilsBench();
    const answer = await bench.client.search({ term: 'rat*[ti]', limit: 2 }, bench.within(SHORT_MS));
    const all = bench.ncbi.library.all().filter(({ facts }) => /\brat/i.test(facts.title));
    assert.equal(answer.total, all.length);
    assert.deepEqual(
      answer.pmids,
      all.slice(0, 2).map((record) => String(record.pmid)),
    );
    assert.equal(answer.queryTranslation, '"rat*"[Title]');
    assert.deepEqual(answer.warnings, []);
  });

  test('tool and email go with every call, in the body and never in the URL', async () => {
    await using bench = await openEutilsBench({ apiKey: 'k_123456789', email: 'library@example.org' });
    const { client } = bench;
    await client.search({ term: 'rat', limit: 1 }, bench.within(SHORT_MS));
    await client.fetchRecords([pmid(24)], bench.within(SHORT_MS));
    await client.findRelated(pmid(24), 'similar', bench.within(SHORT_MS));
    await client.findSpelling('rat', bench.within(SHORT_MS));
    await client.matchCitations([{ journal: 'Nature' }], bench.within(SHORT_MS));
    assert.equal(bench.ncbi.requests.length, 5);
    for (const { params, url, method } of bench.ncbi.requests) {
      assert.equal(params.get('tool'), 'bio-mcp');
      assert.equal(params.get('email'), 'library@example.org');
      assert.equal(params.get('api_key'), 'k_123456789');
      assert.equal(method, 'POST');
      assert.doesNotMatch(url, /\?/);
    }
  });

  for (const slash of ['', '/']) {
    test(`the base URL works with ${slash === '' ? 'no' : 'a'} trailing slash`, async () => {
      await using bench = await openEutilsBench({ baseUrl: (url) => url.replace(/\/$/, slash) });
      const { total } = await bench.client.search({ term: 'rat', limit: 0 }, bench.within(SHORT_MS));
      assert.ok(total > 0);
    });
  }

  test('records come byte for byte, with what the archive keeps of the request', async () => {
    await using bench = await openEutilsBench({ apiKey: 'k_123456789', email: 'library@example.org' });
    const answer = await bench.client.fetchRecords([pmid(24), pmid(25)], bench.within(SHORT_MS));
    const body = Buffer.from(answer.body).toString('utf8');
    for (const record of sampleRecords
      .slice(0, 200)
      .filter((xml) => /<PMID[^>]*>2[45]</.test(xml.slice(0, 200)))) {
      assert.ok(body.includes(record));
    }
    assert.deepEqual(answer.params, { db: 'pubmed', retmode: 'xml', id: '24,25', tool: 'bio-mcp' });
    assert.equal(answer.endpoint, 'efetch.fcgi');
    assert.deepEqual(answer.http, { status: 200, etag: null });
    assert.equal(answer.fetchedAt, new Date(bench.time.now()).toISOString());
  });

  test('PMIDs that do not exist give an empty set, not an error', async () => {
    await using bench = await openEutilsBench();
    const { body } = await bench.client.fetchRecords([pmid(999_999_999)], bench.within(SHORT_MS));
    assert.match(Buffer.from(body).toString(), /<PubmedArticleSet><\/PubmedArticleSet>/);
  });

  test('an unknown, a deleted and a merged PMID are told apart from those with a summary', async () => {
    await using bench = await openEutilsBench();
    bench.ncbi.library.delete(25);
    bench.ncbi.library.merge(39, 24);
    const asked = [pmid(999_999_999), pmid(24), pmid(25), pmid(39)];
    const { summaries, problems } = await bench.client.summarise(asked, bench.within(SHORT_MS));
    assert.deepEqual(
      summaries.map((summary) => summary.pmid),
      ['24'],
    );
    assert.deepEqual(problems, [
      { pmid: '999999999', reason: 'absent', mergedInto: null },
      { pmid: '25', reason: 'absent', mergedInto: null },
      { pmid: '39', reason: 'merged', mergedInto: '24' },
    ]);
  });

  test('a PMID that the answer passes over in silence is not taken for deleted', async () => {
    await using bench = await openEutilsBench();
    const body = '{"header":{"type":"esummary","version":"0.3"},"result":{"uids":[]}}';
    bench.ncbi.faults.next({ fault: { kind: 'body', body } });
    const { problems } = await bench.client.summarise([pmid(24)], bench.within(SHORT_MS));
    assert.deepEqual(problems, [{ pmid: '24', reason: 'unanswered', mergedInto: null }]);
  });

  test("pain 11: a summary holds the record's own ids, never those of its references", async () => {
    await using bench = await openEutilsBench({ records: sampleRecords });
    const leaky = bench.ncbi.library
      .all()
      .find(
        ({ facts, toXml }) => !facts.ids.some(({ type }) => type === 'doi') && />10\.\d{4}/.test(toXml()),
      );
    assert.ok(leaky, 'the sample holds a record without a DOI that refers to one');
    const { summaries } = await bench.client.summarise([pmid(leaky.pmid)], bench.within(SHORT_MS));
    assert.equal(summaries[0]?.doi, null);
  });

  test('pain 14: 200 ids go as one POST, and more are refused before anything is sent', async () => {
    await using bench = await openEutilsBench();
    const pmids = bench.ncbi.library.all().map((record) => pmid(record.pmid));
    const { summaries } = await bench.client.summarise(pmids, bench.within(SHORT_MS));
    assert.equal(summaries.length, 200);
    const tooMany = bench.client.fetchRecords([...pmids, pmid(1)], bench.within(SHORT_MS));
    await assert.rejects(tooMany, { code: 'VALIDATION', hint: /at most 200 in one request, not 201/ });
    assert.equal(bench.ncbi.requests.length, 1);
  });

  test('pain 16: what NCBI left out of a query comes back as a warning beside its translation', async () => {
    await using bench = await openEutilsBench();
    const request = { term: 'rat[ti] AND p.E1317Q AND liver[zz]', limit: 5 };
    const answer = await bench.client.search(request, bench.within(SHORT_MS));
    assert.equal(answer.queryTranslation, '("rat"[Title] AND "liver"[All Fields])');
    assert.deepEqual(answer.warnings, [
      { kind: 'phrase_not_found', text: 'p.E1317Q' },
      { kind: 'field_not_found', text: 'zz' },
    ]);
  });

  test('pain 16: a quoted phrase that was not found is named', async () => {
    await using bench = await openEutilsBench();
    const warninglist = {
      phrasesignored: ['of'],
      quotedphrasesnotfound: ['"Xyz"[mh]'],
      outputmessages: ['No items found.'],
    };
    const esearchresult = { count: '0', idlist: [], querytranslation: '("Xyz"[mh])', warninglist };
    bench.ncbi.faults.next({ fault: { kind: 'body', body: JSON.stringify({ esearchresult }) } });
    const answer = await bench.client.search({ term: '"Xyz"[mh]', limit: 5 }, bench.within(SHORT_MS));
    assert.deepEqual(answer.warnings, [
      { kind: 'phrase_ignored', text: 'of' },
      { kind: 'quoted_phrase_not_found', text: '"Xyz"[mh]' },
      { kind: 'message', text: 'No items found.' },
    ]);
  });

  test('pain 18: related articles are asked for without scores, and an empty list says why', async () => {
    await using bench = await openEutilsBench();
    const similar = await bench.client.findRelated(pmid(24), 'similar', bench.within(SHORT_MS));
    assert.ok(similar.pmids.length > 0);
    assert.ok(!similar.pmids.includes(pmid(24)));
    assert.deepEqual(similar.warnings, []);
    const cited = await bench.client.findRelated(pmid(24), 'cited_by', bench.within(SHORT_MS));
    assert.deepEqual(cited.pmids, []);
    assert.match(cited.warnings[0] ?? '', /PubMed Central/);
    assert.ok(bench.ncbi.requests.every(({ params }) => params.get('cmd') === 'neighbor'));
  });

  test('pain 18: links with scores are read too, should NCBI send them', async () => {
    await using bench = await openEutilsBench();
    const { readBody } = await import('../support/pubmed/ncbi-stand-in/bodies.ts');
    bench.ncbi.faults.next({ fault: { kind: 'body', body: readBody('elink_neighbor_score.json') } });
    const { pmids } = await bench.client.findRelated(pmid(37258680), 'similar', bench.within(SHORT_MS));
    assert.deepEqual(pmids, ['42026145', '39636237', '41896605', '40106407', '40117988']);
  });

  test('a list can be kept on the history server', async () => {
    await using bench = await openEutilsBench();
    const kept = await bench.client.postIds([pmid(24), pmid(25)], bench.within(SHORT_MS));
    assert.deepEqual(bench.ncbi.history.find(kept.webEnvironment, Number(kept.queryKey)), [24, 25]);
  });

  test('a misspelt word comes back corrected, a right one as null', async () => {
    await using bench = await openEutilsBench();
    assert.equal(await bench.client.findSpelling('biopythooon', bench.within(SHORT_MS)), 'biopython');
    assert.equal(await bench.client.findSpelling('liver', bench.within(SHORT_MS)), null);
  });

  test('a printed reference finds its PMID; one that fits nothing, or too much, finds none', async () => {
    await using bench = await openEutilsBench();
    const queries = [
      { journal: 'Arzneimittelforschung', year: '1975', volume: '25', firstPage: '1426', author: 'Kröger H' },
      { journal: 'no such | journal', year: '1975' },
      { journal: 'Arzneimittelforschung' },
    ];
    assert.deepEqual(await bench.client.matchCitations(queries, bench.within(SHORT_MS)), ['24', null, null]);
  });

  test('the captured answers of NCBI are read', async () => {
    await using bench = await openEutilsBench();
    const { readBody } = await import('../support/pubmed/ncbi-stand-in/bodies.ts');
    const say = (name: string) => bench.ncbi.faults.next({ fault: { kind: 'body', body: readBody(name) } });
    say('esearch_40362_hits_captured_2026-08.json');
    const found = await bench.client.search({ term: 'APC', limit: 100 }, bench.within(SHORT_MS));
    assert.equal(found.total, 40_362);
    assert.equal(found.pmids.length, 100);
    assert.deepEqual(found.warnings, [{ kind: 'phrase_not_found', text: 'p.E1317Q' }]);
    say('esummary_200_27933103.json');
    const { summaries } = await bench.client.summarise([pmid(27933103)], bench.within(SHORT_MS));
    assert.equal(summaries[0]?.doi, '10.1186/s13321-016-0181-z');
    assert.equal(summaries[0]?.pmcid, 'PMC5122160');
    assert.equal(summaries[0]?.journal, 'J Cheminform');
    assert.equal(summaries[0]?.hasAbstract, true);
    say('ecitmatch.txt');
    assert.deepEqual(await bench.client.matchCitations([{ journal: 'x' }], bench.within(SHORT_MS)), [
      '2014248',
    ]);
    say('epost1.xml');
    const kept = await bench.client.postIds([pmid(1)], bench.within(SHORT_MS));
    assert.deepEqual(kept, { webEnvironment: 'MCID_692851c130aec64bed0a8c2a', queryKey: '1' });
  });
});
