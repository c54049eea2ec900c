import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { type LiveApp, openLiveApp } from '../support/http/live-app.ts';

describe('pubmed.cite over HTTP', () => {
  let live: LiveApp;
  before(async () => {
    live = await openLiveApp();
  });
  after(() => live[Symbol.asyncDispose]());

  const cite = async (params: Record<string, unknown>) => {
    const { status, body } = await live.invoke('pubmed.cite', params);
    assert.equal(status, 200, JSON.stringify(body));
    return body.result;
  };

  test('what the corpus has not is cited from PubMed, and the corpus stays as it is', async () => {
    const objects = await live.home.listObjects();
    const answer = await cite({ pmids: [24, 40, 24] });
    assert.equal(answer.style, 'vancouver');
    assert.deepEqual(answer.citations, [
      {
        pmid: '24',
        text: 'Kröger H, Donner I, Skiello G. Influence of a new virostatic compound on the induction of enzymes in rat liver. Arzneimittelforschung. 1975 Sep;25(9):1426-9. PMID: 24.',
      },
      {
        pmid: '40',
        text: 'Roskoski R Jr, Lim CT, Roskoski LM. Human brain and placental choline acetyltransferase: purification and properties. Biochemistry. 1975 Nov 18;14(23):5105-10. doi: 10.1021/bi00694a013. PMID: 40.',
      },
    ]);
    assert.deepEqual(answer.problems, []);
    assert.deepEqual(await live.home.listObjects(), objects);
  });

  test('what the corpus has is cited without asking anybody', async () => {
    await live.invoke('pubmed.get', { pmid: 7567443 });
    const asked = live.ncbi.requests.length;
    assert.equal((await cite({ pmid: '7567443', style: 'apa' })).citations.length, 1);
    assert.equal(live.ncbi.requests.length, asked);
  });

  const styles: [style: string, begins: RegExp][] = [
    ['bibtex', /^@incollection\{/],
    ['ris', /^TY {2}- CHAP/],
    ['nbib', /^PMID- 20301577\n(?:.*\n)+BTI - GeneReviews/],
    ['csl-json', /^\{\s+"/],
    ['vancouver', /\. In: /],
    ['apa', /\(\d{4}\)/],
  ];
  for (const [style, begins] of styles) {
    test(`a chapter of a book is one in ${style}`, async () => {
      const [only] = (await cite({ pmid: 20301577, style })).citations;
      assert.match(only.text, begins);
    });
  }

  test("MEDLINE's own form tells the record's way, read from the archive or from what PubMed just sent", async () => {
    const told =
      /\nOWN - NLM\nSTAT- MEDLINE\nDCOM- 19760219\n(?:.*\n)+PHST- 2001\/03\/28 10:01 \[medline\]\n/;
    const [fetched] = (await cite({ pmid: 40, style: 'nbib' })).citations;
    assert.match(fetched.text, told);
    await live.invoke('pubmed.get', { pmid: 40 });
    const [held] = (await cite({ pmid: 40, style: 'nbib' })).citations;
    assert.equal(held.text, fetched.text);
    const { body } = await live.invoke('corpus.checkpoint.create', { name: 'cited' });
    const frozen = await cite({ pmid: 40, style: 'nbib', checkpoint_id: body.result.checkpoint_id });
    assert.equal(frozen.citations[0].text, fetched.text);
  });

  test('a damaged object of the archive fails that form with its name, and no other', async () => {
    await live.invoke('pubmed.get', { pmid: 24 });
    const { body } = await live.invoke('rag.get', { doc_id: 'pmid:24' });
    await writeFile(new URL(body.result.archive.s3_uri), 'no envelope');
    const { status, body: failed } = await live.invoke('pubmed.cite', { pmid: 24, style: 'nbib' });
    assert.deepEqual([status, failed.error_code], [500, 'ARCHIVE_CORRUPT']);
    assert.equal((await cite({ pmid: 24, style: 'ris' })).citations.length, 1);
  });

  test('a group among the authors keeps its name whole', async () => {
    const [only] = (await cite({ pmid: 16949478, style: 'bibtex' })).citations;
    assert.match(only.text, /\{European Heart Rhythm Association\}/);
  });

  test('a retracted work says so', async () => {
    const [only] = (await cite({ pmid: 31541003 })).citations;
    assert.match(only.text, /retract/i);
  });

  test('tells of each PMID without a citation why there is none', async () => {
    live.ncbi.library.merge(9861576, 40);
    const { citations, problems } = await cite({ pmids: [9861576, 999999999, 40] });
    assert.deepEqual(
      citations.map(({ pmid }: { pmid: string }) => pmid),
      ['40'],
    );
    assert.deepEqual(problems, [
      { pmid: '9861576', reason: 'merged_into', merged_into: '40' },
      { pmid: '999999999', reason: 'not_found', merged_into: null },
    ]);
  });

  test('refuses a style that it does not have', async () => {
    const { status, body } = await live.invoke('pubmed.cite', { pmid: 40, style: 'mla' });
    assert.equal(status, 400);
    assert.equal(body.message, '`style` must be one of bibtex, ris, nbib, csl-json, vancouver, apa.');
  });
});
