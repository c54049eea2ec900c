import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { toYearBars } from '../../src/console/elements/year-bars.ts';
import { html, toHtml } from '../../src/console/html.ts';
import { createMarks } from '../../src/console/search/matched-words.ts';
import { openConsole } from '../support/console/open-console.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const NASTY = '</mark></title><script>alert(1)</script>" onload="x';
const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const RTL = '\u202eevil\u2066';
const LONG = 'x'.repeat(10_000);

const RECORDS = [
  articleXml({
    pmid: 1001,
    title: 'Metformin lowers the risk of colorectal cancer.',
    abstract: 'We followed 900 patients. Metformin lowered the risk of cancer by a third.',
    year: 2019,
    publicationTypes: ['Journal Article', 'Randomized Controlled Trial'],
  }),
  articleXml({
    pmid: 1002,
    title: `Metformin ${escaped(NASTY)} ${RTL}`,
    abstract: `Metformin and cancer: ${escaped(NASTY)} ${LONG}`,
    year: 2021,
    journal: `<Title>Journal of ${escaped(NASTY)}</Title>`,
  }),
  articleXml({
    pmid: 1003,
    title: 'Metformin cures every cancer.',
    abstract: 'Metformin cures every cancer, we found.',
    publicationTypes: ['Journal Article', 'Retracted Publication'],
  }),
];

describe('the search page', () => {
  const stack = new AsyncDisposableStack();
  let app: FastifyInstance;
  before(async () => {
    const home = stack.use(await makeTestHome());
    await home.load(await home.write('some.xml', setXml(...RECORDS)));
    app = stack.use(await openConsole(home)).app;
  });
  after(() => stack.disposeAsync());

  const get = (url: string) => app.inject({ url, headers: { accept: 'text/html', host: 'localhost' } });
  /** As it is read, and not as markup. */
  const toText = (body: string) => body.replaceAll('&quot;', '"').replaceAll('&amp;', '&');

  test('begins with one field, and says what to do', async () => {
    const { statusCode, body } = await get('/ui');
    assert.equal(statusCode, 200);
    assert.match(body, /<input id="q" type="search" name="q" value maxlength/);
    assert.match(body, /metformin and cancer risk/);
    assert.match(body, /<details><summary>Filters/);
  });

  test('shows papers with the sentences that answer, their words marked', async () => {
    const { statusCode, body } = await get('/ui/search?q=metformin+cancer+risk');
    assert.equal(statusCode, 200);
    assert.match(body, /<a href="\/ui\/papers\/1001"><mark>Metformin<\/mark> lowers the <mark>risk<\/mark>/);
    assert.match(
      body,
      /class="passage" dir="auto"><mark>Metformin<\/mark> lowered the <mark>risk<\/mark> of <mark>cancer<\/mark>/,
    );
    assert.match(
      body,
      /<bdi>Journal of tests<\/bdi> · <bdi>2019<\/bdi> · <bdi>Journal Article<\/bdi> · <bdi>Randomized Controlled Trial<\/bdi> · PMID 1001/,
    );
    assert.match(body, /<svg role="img" aria-label="Papers shown, by year"/);
    assert.match(body, /<label for="type-0"><span dir="auto">Journal Article<\/span> \(2\)<\/label>/);
  });

  test('tells in words of the retracted paper that is left out, and shows it where it is asked for', async () => {
    const { body } = await get('/ui/search?q=metformin+cancer');
    assert.match(body, /1 retracted paper was left out/);
    const [, address = ''] = /href="([^"]+)">Show with retracted papers/.exec(body) ?? [];
    const all = await get(address.replaceAll('&amp;', '&'));
    assert.match(all.body, /papers\/1003[\s\S]*?<span class="word bad">Retracted<\/span>/);
    assert.match(all.body, /<input id="retracted" type="checkbox" name="retracted" value="1" checked/);
  });

  test('keeps every text of a record or a question a text', async () => {
    for (const q of ['metformin', NASTY, `metformin ${RTL} "`, "'; $(reboot) `x` metformin"]) {
      const { statusCode, body } = await get(
        `/ui/search?q=${encodeURIComponent(q)}&journal=${encodeURIComponent(NASTY)}`,
      );
      assert.equal(statusCode, 200);
      assert.doesNotMatch(body, /<script>|onload="x"|<\/mark><\/title>/);
    }
    const { body } = await get('/ui/search?q=metformin');
    assert.ok(body.includes('&lt;script>alert(1)&lt;/script>'), 'the title is shown as it is');
    const hostile = await get(`/ui/search?q=${encodeURIComponent("it's metformin")}`);
    assert.match(toText(hostile.body), /-d '\{"tool":"rag.search","params":\{"query":"it'\\''s metformin"/);
  });

  test('filters by years and names, and keeps them in the form and in each link', async () => {
    const { body } = await get(
      '/ui/search?q=metformin&from=2019&to=2020&type=randomized+controlled+trial&type=',
    );
    assert.match(body, /papers\/1001/);
    assert.doesNotMatch(body, /papers\/1002/);
    assert.match(
      body,
      /<summary>Filters: <span class="set"><bdi>2019–2020<\/bdi> · <bdi>randomized controlled trial<\/bdi>/,
    );
    assert.match(body, /name="type" value="randomized controlled trial" checked/);
    assert.match(
      toText(body),
      /"filters":\{"year_from":"2019","year_to":"2020","publication_types":\["randomized controlled trial"\]\}/,
    );
    assert.match(
      body,
      /\/ui\/search\?q=metformin&amp;from=2019&amp;to=2020&amp;type=randomized\+controlled\+trial/,
    );
  });

  test('explains scores and quality of each paper, beside the sentences that answer', async () => {
    for (const url of [
      '/ui/search?q=metformin+cancer',
      '/ui/search?q=metformin+cancer&explain=1&by_quality=1',
    ]) {
      const { body } = await get(url);
      assert.match(body, /<summary class="small">Quality 0\.\d\d of 1: [^<]+\.<\/summary>/);
      assert.match(body, /<li>Design \d\.\d\d: [^<]+\.<\/li>/);
      assert.match(body, /By words 0\.\d\d, by meaning\s+0\.\d\d/);
    }
  });

  test('says why there is nothing, and shows an error in its place', async () => {
    const nothing = await get('/ui/search?q=metformin&from=1900&to=1901');
    assert.equal(nothing.statusCode, 200);
    assert.match(nothing.body, /Nothing in the corpus matches/);
    assert.match(nothing.body, /class="notice warning" role="status"/);
    const wrong = await get('/ui/search?q=metformin&from=soon');
    assert.equal(wrong.statusCode, 400);
    assert.match(wrong.body, /<b>VALIDATION<\/b> <span dir="auto">[^<]*year_from/);
    assert.match(wrong.body, /value="metformin"/);
    const gone = await get('/ui/search?q=metformin&checkpoint=0198c0de-0000-7000-8000-000000000000');
    assert.equal(gone.statusCode, 404);
  });

  test('cites what is chosen in six styles, to copy or as a file', async () => {
    const shown = await get('/ui/cite?pmid=1001&pmid=1002&style=bibtex');
    assert.equal(shown.statusCode, 200);
    assert.match(shown.body, /2 papers as BibTeX/);
    assert.match(shown.body, /@article\{/);
    assert.doesNotMatch(shown.body, /<script>/);
    for (const [style, start] of [
      ['bibtex', '@article'],
      ['ris', 'TY  - '],
      ['nbib', 'PMID- '],
      ['csl-json', '[\n{'],
      ['vancouver', 'Metformin'],
      ['apa', 'Metformin'],
    ] as const) {
      const { headers, body } = await get(`/ui/cite/file?pmid=1001&style=${style}`);
      assert.match(String(headers['content-disposition']), /^attachment; filename="citations\.\w+"$/);
      assert.ok(body.startsWith(start), `${style}: ${body.slice(0, 80)}`);
      if (style === 'csl-json') assert.equal(JSON.parse(body).length, 1);
    }
    assert.match((await get('/ui/cite')).body, /No paper is chosen/);
    assert.equal((await get('/ui/cite/file')).statusCode, 400);
  });
});

describe('matched words', () => {
  const shown = (question: string, text: string) => toHtml(html`<p>${createMarks(question)(text)}</p>`);
  for (const [question, text, expected] of [
    ['tumours of mice', 'A tumor in the mouse', 'A <mark>tumor</mark> in the <mark>mouse</mark>'],
    ['IL-6', 'of IL 6, IL-6 and IL6', 'of <mark>IL 6</mark>, <mark>IL-6</mark> and <mark>IL6</mark>'],
    ['E. coli', 'S. aureus, E. coli and coliform', 'S. aureus, <mark>E. coli</mark> and coliform'],
    ['NaCl', 'of sodium chloride in sodium', 'of <mark>sodium chloride</mark> in sodium'],
    [
      'TNF-α',
      'a tumor necrosis factor (TNF)-α factor',
      'a <mark>tumor necrosis factor (TNF)-α</mark> factor',
    ],
    ['IL-10', 'an interleukin (IL)-10 dose', 'an <mark>interleukin (IL)-10</mark> dose'],
    ['HPV16', 'HPV type 16 and 18', '<mark>HPV type 16</mark> and 18'],
    ['C677T', 'the 677C>T and p.V600E', 'the <mark>677C>T</mark> and p.V600E'],
    ['V600E', 'the p.V600E, p.(Val600Glu)', 'the <mark>p.V600E</mark>, <mark>p.(Val600Glu)</mark>'],
    ['99mTc', 'gave (99m)Tc twice', 'gave <mark>(99m)Tc</mark> twice'],
    ['vitamin D3', 'of vitamin D(3) levels', 'of <mark>vitamin D(3)</mark> levels'],
    ['hepatitis B', 'hepatitis A and B, group B', '<mark>hepatitis A and B</mark>, group B'],
    ['postnatal', 'pre- and postnatal', 'pre- and <mark>postnatal</mark>'],
    ['prenatal', 'pre- and postnatal', '<mark>pre- and postnatal</mark>'],
    ['type 2 diabetes', 'type 2 or type 1', '<mark>type 2</mark> or <mark>type</mark> 1'],
    ['aspirin -ibuprofen', 'aspirin, ibuprofen', '<mark>aspirin</mark>, ibuprofen'],
    ['<b>', 'a <b> b', 'a &lt;<mark>b</mark>> <mark>b</mark>'],
    ['', 'text', 'text'],
  ] as const) {
    test(`of "${question}" in "${text}"`, () => assert.equal(shown(question, text), `<p>${expected}</p>`));
  }
});

test('bars have the years of none between, and few of them for a long time', () => {
  const toBars = (...years: number[]) => toYearBars(new Map(years.map((year) => [year, 2])), { most: 40 });
  assert.deepEqual(toBars(2019, 2021), [
    { from: 2019, to: 2019, count: 2, name: '2019' },
    { from: 2020, to: 2020, count: 0, name: '2020' },
    { from: 2021, to: 2021, count: 2, name: '2021' },
  ]);
  const long = toBars(1781, 2026);
  assert.ok(long.length <= 40);
  assert.deepEqual([long[0]?.from, long.at(-1)?.to, long[0]?.count, long.at(-1)?.count], [1781, 2026, 2, 2]);
  assert.match(long[0]?.name ?? '', /^1781–\d{4}$/);
  assert.deepEqual(toBars(), []);
});
