import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { decompress } from '../../src/archive/compression.ts';
import { openEnvelope } from '../../src/archive/envelope.ts';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';
import type { Fault } from '../support/pubmed/ncbi-stand-in/faults.ts';

describe('pubmed.get over HTTP', () => {
  let live: LiveApp;
  before(async () => {
    live = await openLiveApp();
  });
  after(() => live[Symbol.asyncDispose]());

  const get = async (params: Record<string, unknown>) => {
    const { status, body } = await live.invoke('pubmed.get', params);
    assert.equal(status, 200, JSON.stringify(body));
    return body.result;
  };
  const getOne = async (pmid: number | string, params: Record<string, unknown> = {}) => {
    const { records, problems } = await get({ pmids: [pmid], ...params });
    assert.deepEqual(problems, []);
    assert.equal(records.length, 1);
    return records[0];
  };
  const findInCorpus = async (query: string, filters: Record<string, unknown> = {}) => {
    const { body } = await live.invoke('rag.search', { query, search_mode: 'bm25', filters });
    return body.result.documents.map(({ pmid }: { pmid: string }) => pmid);
  };
  const countRequests = () => live.ncbi.requests.length;

  test('a record joins the corpus: archived byte for byte, stored, found', async () => {
    const record = await getOne(40);
    assert.equal(record.doc_id, 'pmid:40');
    assert.equal(record.revision, 1);
    assert.deepEqual(await findInCorpus('placental choline acetyltransferase'), ['40']);
    const envelope = openEnvelope(
      decompress(await readFile(fileURLToPath(record.archive.s3_uri)), record.archive.s3_uri),
    );
    assert.equal(Buffer.from(envelope.payloadBytes).toString(), live.ncbi.library.find(40)?.toXml());
    assert.equal(envelope.source.api, 'eutils');
    assert.equal(envelope.source.endpoint, 'efetch.fcgi');
    const stored = await live.invoke('rag.get', { doc_id: 'pmid:40' });
    const { quality: _q, checkpoints: _c, ...document } = stored.body.result;
    assert.deepEqual(document, record);
  });

  test('what the corpus has is answered from it, a number and a list of one alike', async () => {
    const first = await getOne(24);
    const asked = countRequests();
    assert.deepEqual((await get({ pmid: 24 })).records, [first]);
    assert.deepEqual((await get({ pmid: '0024' })).records, [first]);
    assert.equal(countRequests(), asked);
  });

  test('answers in the order asked for, each PMID once, fetching only what is new', async () => {
    await getOne(11441930);
    const { records } = await get({ pmids: [11966386, '11441930', 15826929, 11966386] });
    assert.deepEqual(
      records.map(({ pmid }: { pmid: string }) => pmid),
      ['11966386', '11441930', '15826929'],
    );
    const last = live.ncbi.requests.findLast(({ endpoint }) => endpoint === 'efetch');
    assert.equal(last?.params.get('id'), '11966386,15826929');
  });

  test('refresh asks NCBI: the same bytes change nothing, others make a revision', async () => {
    await getOne(7567443);
    const before = await live.home.listObjects();
    assert.equal((await getOne(7567443, { refresh: true })).revision, 1);
    assert.deepEqual(await live.home.listObjects(), before);
    live.ncbi.library.revise(7567443, (xml) => xml.replace(/<ArticleTitle>/, '<ArticleTitle>Zyxomma '), {
      mdat: '2026/01/02',
    });
    assert.equal((await getOne(7567443)).revision, 1);
    const revised = await getOne(7567443, { refresh: true });
    assert.equal(revised.revision, 2);
    assert.deepEqual(await findInCorpus('zyxomma'), ['7567443']);
  });

  test('a retraction that a refresh brings leaves default search', async () => {
    await getOne(31828445);
    live.ncbi.library.retract(31828445, { notice: 40, mdat: '2026/01/03' });
    assert.equal((await getOne(31828445, { refresh: true })).retraction_status, 'retracted');
    const { title } = await getOne(31828445);
    assert.ok(!(await findInCorpus(title)).includes('31828445'));
    assert.ok((await findInCorpus(title, { exclude_retracted: false })).includes('31828445'));
  });

  test('tells apart what never was, what was withdrawn and what was merged', async () => {
    await get({ pmids: [15923571, 18719013] });
    live.ncbi.library.delete(15923571);
    live.ncbi.library.merge(18719013, 40);
    const answer = await get({ pmids: [15923571, 18719013, 999999999, 40], refresh: true });
    assert.deepEqual(
      answer.records.map(({ pmid }: { pmid: string }) => pmid),
      ['40'],
    );
    const problems = [
      { pmid: '15923571', reason: 'deleted', merged_into: null },
      { pmid: '18719013', reason: 'merged_into', merged_into: '40' },
      { pmid: '999999999', reason: 'not_found', merged_into: null },
    ];
    assert.deepEqual(answer.problems, problems);
    const { checkpoint_id } = (await live.invoke('corpus.checkpoint.create', { name: 'after' })).body.result;
    for (const [pmid, departure] of [
      [15923571, 'pmid:15923571 was withdrawn by NLM'],
      [18719013, 'pmid:18719013 became part of pmid:40, which stands for it'],
    ] as const) {
      const now = await live.invoke('rag.get', { doc_id: pmid });
      assert.equal(now.status, 404);
      assert.equal(now.body.message, `${departure}; the corpus keeps its archive and answers it no more.`);
      const frozen = await live.invoke('rag.get', { doc_id: pmid, checkpoint_id });
      assert.equal(frozen.status, 404);
      const held = `The checkpoint ${checkpoint_id} does not hold pmid:${pmid}`;
      assert.equal(frozen.body.message, `${held}; ${departure}.`);
    }
    const asked = countRequests();
    const again = await get({ pmids: [15923571, 18719013] });
    assert.deepEqual([again.records, again.problems], [[], problems.slice(0, 2)]);
    assert.equal(countRequests(), asked);
  });

  test('a withdrawn record that PubMed has again is back', async () => {
    const xml = live.ncbi.library.find(23435529)?.toXml() ?? '';
    await getOne(23435529);
    live.ncbi.library.delete(23435529);
    assert.equal((await get({ pmid: 23435529, refresh: true })).problems[0].reason, 'deleted');
    live.ncbi.library.add(xml);
    assert.equal((await getOne(23435529, { refresh: true })).revision, 2);
  });

  test('a record that PubMed leaves out of its answer is not taken for deleted', async () => {
    await getOne(7600541);
    const empty: Fault = {
      kind: 'body',
      body: '<?xml version="1.0" ?>\n<PubmedArticleSet></PubmedArticleSet>\n',
    };
    live.ncbi.faults.next({ fault: empty, times: 9, endpoint: 'efetch' });
    const { problems } = await get({ pmid: 7600541, refresh: true });
    live.ncbi.faults.clear();
    assert.deepEqual(problems, [{ pmid: '7600541', reason: 'unanswered', merged_into: null }]);
    assert.equal((await getOne(7600541)).pmid, '7600541');
  });

  test('a record that nobody asked for does not stand in for another', async () => {
    const stray = live.ncbi.library.find(9505772)?.toXml() ?? '';
    const body = `<?xml version="1.0" ?>\n<PubmedArticleSet>${stray}</PubmedArticleSet>\n`;
    live.ncbi.faults.next({ fault: { kind: 'body', body }, times: 9, endpoint: 'efetch' });
    const { records, problems } = await get({ pmid: 9861576 });
    live.ncbi.faults.clear();
    assert.deepEqual(records, []);
    assert.deepEqual(problems, [{ pmid: '9861576', reason: 'unanswered', merged_into: null }]);
    assert.equal((await live.invoke('rag.get', { doc_id: 'pmid:9505772' })).status, 404);
    assert.equal((await getOne(9861576)).pmid, '9861576');
  });

  test('a record that cannot be parsed is archived and named; its neighbour comes', async () => {
    live.ncbi.library.revise(11438568, (xml) => xml.replace('<ArticleTitle>', '<ArticleTitle>&undeclared;'), {
      mdat: '2026/01/02',
    });
    const { records, problems } = await get({ pmids: [11438568, 17713168] });
    assert.deepEqual(
      records.map(({ pmid }: { pmid: string }) => pmid),
      ['17713168'],
    );
    assert.deepEqual(problems, [{ pmid: '11438568', reason: 'unreadable', merged_into: null }]);
    const { body } = await live.invoke('corpus.status', {});
    assert.equal(body.result.quarantined_total, 1);
  });

  test('a record that spoils the whole answer is found by halves; its neighbours come', async () => {
    live.ncbi.library.revise(19133053, (xml) => `${xml}<Foreign/>`, {
      mdat: '2026/01/02',
    });
    const { records, problems } = await get({ pmids: [15228064, 19133053, 23657305] });
    assert.deepEqual(
      records.map(({ pmid }: { pmid: string }) => pmid),
      ['15228064', '23657305'],
    );
    assert.deepEqual(problems, [{ pmid: '19133053', reason: 'unanswered', merged_into: null }]);
  });

  const passing: [string, Fault][] = [
    ['a body cut short in silence', { kind: 'cut-unnoticed' }],
    ['a body cut short with its connection', { kind: 'cut' }],
    ['an HTML page', { kind: 'html' }],
    ['HTTP 500', { kind: 'status', status: 500 }],
  ];
  for (const [at, [what, fault]] of passing.entries()) {
    test(`fetches again after ${what}`, async () => {
      live.ncbi.faults.next({ fault, times: 1, endpoint: 'efetch' });
      const pmid = ['1755099', '1946077', '2547276', '3903944'][at] ?? '';
      assert.equal((await getOne(pmid)).pmid, pmid);
    });
  }

  describe('what records hold', () => {
    test('no abstract and one in another language are told apart', async () => {
      const [german, none] = (await get({ pmids: [38095249, 23203861] })).records;
      assert.equal(german.abstract, null);
      assert.equal(german.other_abstracts[0].language, 'ger');
      assert.deepEqual([none.abstract, none.other_abstracts], [null, []]);
    });

    test('a group among the authors keeps its name', async () => {
      const { authors } = await getOne(29963580);
      const group = authors.find((author: Record<string, unknown>) => author.collective_name !== null);
      assert.equal(group.collective_name, 'Canadian Respiratory Research Network');
    });

    test('a book comes as a book under its own PMID', async () => {
      const { kind, pmid, title } = await getOne(20301295);
      assert.deepEqual([kind, pmid], ['book', '20301295']);
      assert.ok(title.length > 0);
    });

    test('the DOI is the record’s own, whatever its references hold', async () => {
      const { ids, references } = await getOne(38060191);
      assert.equal(ids.doi, '10.1007/s11897-023-00634-w');
      assert.ok(references.some(({ doi }: { doi: string | null }) => doi !== null && doi !== ids.doi));
    });

    test('the status of a retracted paper, its notice and an expression of concern', async () => {
      const { records } = await get({ pmids: [31541003, 38075128, 36490231] });
      assert.deepEqual(
        records.map((record: Record<string, unknown>) => record.retraction_status),
        ['retracted', 'retraction_notice', 'expression_of_concern'],
      );
    });

    test('a date without a day stays as it was printed', async () => {
      const { published } = await getOne(10188493);
      assert.deepEqual([published.verbatim, published.year], ['1998 Dec-1999 Jan', 1998]);
    });
  });

  test('refuses what is no PMID, none, too many and unknown parameters, by name', async () => {
    const asked = countRequests();
    const many = Array.from({ length: 201 }, (_, at) => at + 1);
    const cases: [Record<string, unknown>, RegExp][] = [
      [{ pmids: ['40', 'PMC5'] }, /^`pmids\[1\]` must be a PMID: one to nine digits, such as 23193287; /],
      [{ pmids: [40.5] }, /^`pmids\[0\]` must be/],
      [{ pmids: [] }, /^`pmids` must have at least 1 item\.$/],
      [{ pmids: many }, /^`pmids` must have at most 200 items\.$/],
      [{}, /^`pmids` is required\.$/],
      [
        { pmids: [40], refrsh: true },
        /^Unknown parameter `refrsh` \(did you mean `refresh`\?\); there are pmids, refresh, fields, pmid\.$/,
      ],
    ];
    for (const [params, message] of cases) {
      const { status, body } = await live.invoke('pubmed.get', params);
      assert.equal(status, 400);
      assert.match(body.message, message);
    }
    assert.equal(countRequests(), asked);
  });

  // Last, because everybody keeps to the pause that NCBI asks for.
  test('a lasting failure is an error and leaves what the corpus has', async () => {
    await getOne(6361958);
    live.ncbi.faults.next({ fault: { kind: 'status', status: 503, retryAfter: '60' }, times: 1 });
    const { status, body } = await live.invoke('pubmed.get', { pmid: 6361958, refresh: true });
    assert.equal(status, 503);
    assert.equal(body.error_code, 'PUBMED_UNAVAILABLE');
    live.ncbi.faults.clear();
    assert.equal((await getOne(6361958)).pmid, '6361958');
  });
});
