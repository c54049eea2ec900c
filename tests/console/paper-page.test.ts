import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { corpusCheckpointCreate } from '../../src/tools/corpus-checkpoint-create.ts';
import { openConsole } from '../support/console/open-console.ts';
import { callTool } from '../support/corpus/call-tool.ts';
import { loadInto, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const NASTY = '<script>alert(1)</script>" onload="x';
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const RTL = '\u202eevil';
const LONG = 'x'.repeat(10_000);

/** What a hostile record could hold wherever a text stands. */
const HOSTILE = articleXml({
  pmid: 2001,
  title: `${escaped(NASTY)} ${RTL}`,
  abstract: `${escaped(NASTY)}</AbstractText><AbstractText Label="${escaped(NASTY)}">${LONG}`,
  journal: `<Title>${escaped(NASTY)}</Title>`,
  authors: `<AuthorList><Author><LastName>${escaped(NASTY)}</LastName><ForeName>${RTL}</ForeName><AffiliationInfo><Affiliation>${escaped(NASTY)}</Affiliation></AffiliationInfo></Author></AuthorList>`,
  ids: { doi: `10.1/${escaped(NASTY)}`, pmc: 'PMC1/../../x' },
  references: `<ReferenceList><Reference><Citation>${escaped(NASTY)}</Citation></Reference></ReferenceList>`,
  more: `<KeywordList Owner="NOTNLM"><Keyword>${escaped(NASTY)}</Keyword></KeywordList><MeshHeadingList><MeshHeading><DescriptorName UI="D1" MajorTopicYN="Y">${escaped(NASTY)}</DescriptorName></MeshHeading></MeshHeadingList>`,
});
const REFERRING =
  '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">2002</ArticleId></ArticleIdList></Reference></ReferenceList>';
const correction = (type: string, pmid: number) =>
  `<CommentsCorrectionsList><CommentsCorrections RefType="${type}"><RefSource>J Tests. 2021</RefSource><PMID Version="1">${pmid}</PMID></CommentsCorrections></CommentsCorrectionsList>`;

describe('the page of a paper', () => {
  const stack = new AsyncDisposableStack();
  let home: TestHome;
  let app: FastifyInstance;
  let checkpoint: string;
  before(async () => {
    home = stack.use(await makeTestHome());
    {
      await using corpus = await home.open();
      const first = articleXml({ pmid: 2002, title: 'A plain paper.', abstract: 'It was plain.' });
      const citing = articleXml({ pmid: 2004, title: escaped(NASTY), year: 2019, references: REFERRING });
      await loadInto(corpus, await home.write('pubmed26n0001.xml', setXml(HOSTILE, first, citing)));
      checkpoint = (await callTool(corpus, corpusCheckpointCreate, { name: 'before' })).checkpoint_id;
      const later = articleXml({
        pmid: 2002,
        title: 'A retracted paper.',
        abstract: 'It was plain.',
        publicationTypes: ['Retracted Publication'],
        more: correction('RetractionIn', 2003),
      });
      const doubtful = articleXml({
        pmid: 2005,
        year: 2021,
        publicationTypes: ['Retracted Publication'],
        references: REFERRING,
      });
      await loadInto(corpus, await home.write('pubmed26n0002.xml', setXml(later, doubtful)));
    }
    app = stack.use(await openConsole(home)).app;
  });
  after(() => stack.disposeAsync());

  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html', host: 'localhost' } });

  test('says before all else that it was retracted, where, and what changed', async () => {
    const { statusCode, body } = await get('/ui/papers/2002');
    assert.equal(statusCode, 200);
    assert.match(body, /<h1 dir="auto">A retracted paper\.<\/h1><div class="notice bad" role="note">/);
    assert.match(body, /<span class="word bad">Retracted<\/span>/);
    assert.match(body, /Retraction in: <a href="\/ui\/papers\/2003">PMID 2003<\/a>/);
    assert.match(
      body,
      /<td dir="auto" data-name="What changed">corrections, publication_types, retraction_status, title<\/td>/,
    );
    assert.match(body, /<summary>Quality 0\.\d\d of 1<\/summary>/);
    assert.match(body, /<code>[0-9a-f]{64}<\/code>/);
  });

  test('shows what a checkpoint froze, and that it was retracted since', async () => {
    const { body } = await get(`/ui/papers/2002?checkpoint=${checkpoint}`);
    assert.match(body, /<h1 dir="auto">A plain paper\.<\/h1>/);
    assert.match(body, /Retracted since the checkpoint/);
    assert.match(body, new RegExp(`As checkpoint <code>${checkpoint}</code> froze it`));
  });

  test('lists what in the corpus cites it, newest first and what was retracted marked, without asking PubMed', async () => {
    const { body } = await get('/ui/papers/2002');
    const [, list = ''] = /<h2 id="cited-by">(.*?)<h2/s.exec(body) ?? [];
    assert.match(list, /2 papers in the corpus name it in their references\./);
    assert.match(
      list,
      /href="\/ui\/papers\/2005">Title 2005\.<\/a> <span><bdi>Journal of tests<\/bdi>, <bdi>2021<\/bdi><\/span> .*Retracted<.*href="\/ui\/papers\/2004">&lt;script>/s,
    );
    assert.match((await get('/ui/papers/2001')).body, /Nothing in the corpus names it in its references\./);
  });

  test('lists inside a checkpoint what cited it then', async () => {
    const { body } = await get(`/ui/papers/2002?checkpoint=${checkpoint}`);
    assert.match(body, /1 paper in the checkpoint names it in its references\./);
    assert.ok(body.includes(`href="/ui/papers/2004?checkpoint=${checkpoint}"`));
    assert.doesNotMatch(body, /papers\/2005/);
  });

  test('keeps every text of a hostile record a text', async () => {
    for (const url of ['/ui/papers/2001', '/ui/papers/2001/raw']) {
      const { statusCode, body } = await get(url);
      assert.equal(statusCode, 200);
      assert.doesNotMatch(body, /<script>|onload="x|href="javascript/);
      assert.ok(body.includes(LONG));
    }
    const { body } = await get('/ui/papers/2001');
    assert.match(body, /<h3 dir="auto">&lt;script>/);
    for (const [, href = ''] of body.matchAll(/href="([^"]*)"/g)) {
      assert.match(
        href,
        /^(?:\/ui|#content$|https:\/\/(?:pubmed\.ncbi\.nlm\.nih\.gov|doi\.org|pmc\.ncbi\.nlm\.nih\.gov)\/)/,
      );
    }
    assert.doesNotMatch(body, /href="[^"]*\.\.\//);
    assert.match(body, /<bdi>\u202eevil/);
  });

  test('shows and gives the raw record byte for byte, held to its hash', async () => {
    const page = await get('/ui/papers/2002/raw');
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /<span class="word good">Verified<\/span>/);
    assert.match(page.body, /&lt;ArticleTitle>A retracted paper\./);
    const file = await get('/ui/papers/2002/raw/file');
    assert.equal(file.headers['content-disposition'], 'attachment; filename="2002.xml"');
    const [, hash] = /SHA-256<\/dt><dd dir="auto"><code>([0-9a-f]{64})</.exec(page.body) ?? [];
    assert.equal(createHash('sha256').update(file.rawPayload).digest('hex'), hash);
    assert.match((await get(`/ui/papers/2002/raw?checkpoint=${checkpoint}`)).body, /A plain paper\./);
  });

  test('says of a paper that is not there what to do', async () => {
    const { statusCode, body } = await get('/ui/papers/9999');
    assert.equal(statusCode, 404);
    assert.match(body, /The corpus does not hold pmid:9999/);
    assert.equal((await get('/ui/papers/%3Cb%3E')).statusCode, 400);
  });

  test('shows no byte of a raw record that is another than it was', async () => {
    const folder = join(home.dataDir, 'archive');
    const names = await readdir(folder, { recursive: true });
    const name =
      names.find((one) => /\/2002\.json/.test(one) && one.includes('raw/')) ?? assert.fail(names.join());
    await writeFile(join(folder, name), 'other bytes');
    const { statusCode, body } = await get('/ui/papers/2002/raw');
    assert.equal(statusCode, 500);
    assert.match(body, /<b>ARCHIVE_CORRUPT<\/b>/);
    assert.doesNotMatch(body, /other bytes|ArticleTitle/);
    assert.equal((await get('/ui/papers/2002')).statusCode, 200);
  });
});
