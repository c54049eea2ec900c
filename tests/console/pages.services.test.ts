import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import {
  findBarriers,
  findOverflow,
  startBrowser,
  type TestBrowser,
  whyNoBrowser,
} from '../support/console/browser.ts';
import { checkHtml, whyNoHtmlChecker } from '../support/console/html-checker.ts';
import { openConsole } from '../support/console/open-console.ts';
import { makeTestHome } from '../support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';

const NASTY = '&lt;script&gt;alert(1)&lt;/script&gt;\u202eevil';
const WORDS = 'Metformin lowered the risk of cancer by a third. ';
const CITING =
  '<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">1001</ArticleId></ArticleIdList></Reference></ReferenceList>';
const RECORDS = [
  articleXml({ pmid: 1001, title: 'Metformin lowers the risk of cancer.', abstract: WORDS, year: 2001 }),
  articleXml({
    pmid: 1002,
    title: NASTY,
    abstract: `${WORDS}${NASTY} ${'x'.repeat(10_000)}`,
    year: 2019,
    references: CITING,
  }),
  articleXml({
    pmid: 1003,
    title: `Metformin ${'and-a-word-without-end'.repeat(40)}`,
    abstract: WORDS,
    publicationTypes: ['Retracted Publication'],
    references: CITING,
  }),
];
const PAGES = [
  '/ui',
  '/ui/search?q=metformin&retracted=1&explain=1&type=Review',
  '/ui/search?q=metformin&retracted=1',
  '/ui/search?q=nothing&from=1900&to=1901',
  '/ui/papers/1001',
  '/ui/papers/1002',
  '/ui/papers/1003',
  '/ui/papers/1001/raw',
  '/ui/cite?pmid=1001&pmid=1002&style=ris',
  '/ui/papers/9999',
];

describe('pages to search and to read, in a browser', { skip: whyNoBrowser() }, () => {
  const stack = new AsyncDisposableStack();
  let browser: TestBrowser;
  let url: string;
  before(async () => {
    const home = stack.use(await makeTestHome());
    await home.load(await home.write('some.xml', setXml(...RECORDS)));
    const { app } = stack.use(await openConsole(home));
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    browser = stack.use(await startBrowser());
  });
  after(() => stack.disposeAsync());

  test('the first Tab leads past the navigation', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/ui');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').textContent(), 'Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.locator(':focus').getAttribute('id'), 'q');
  });

  test('a filter is checked and a file taken with the mouse', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/ui/search?q=metformin');
    await page.locator('summary', { hasText: 'Filters' }).click();
    await page.getByLabel('With retracted papers').check();
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('.word.bad').waitFor();
    await page.getByLabel('All', { exact: true }).check();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'citations.txt');
    assert.equal((await readFile(await download.path(), 'utf8')).trim().split('\n').length, 3);
  });

  test('everything is read without JavaScript', async () => {
    await using watched = await browser.open({ url, javaScript: false });
    const { page } = watched;
    await page.goto('/ui');
    await page.getByLabel('Question').fill('metformin');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('.results a').first().click();
    await page.getByRole('link', { name: 'Check and show the raw record' }).click();
    await page.getByText('Verified').waitFor();
    assert.equal(await page.locator('button[data-copies]:visible').count(), 0);
  });

  test('times stand in the reader’s zone, with the exact one where the pointer rests', async () => {
    await using watched = await browser.open({ url });
    await watched.page.goto('/ui/papers/1001');
    const time = watched.page.locator('time[data-local]');
    const exact = (await time.getAttribute('title')) ?? '';
    assert.match(exact, /Z$/);
    const local = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'medium',
      timeStyle: 'short',
      timeZone: 'Europe/Berlin',
    });
    assert.equal(await time.textContent(), local.format(new Date(exact)));
  });

  for (const [dark, narrow] of [
    [false, false],
    [true, true],
  ] as const) {
    test(`nobody is shut out, ${narrow ? 'at 360 px, dark' : 'wide, light'}`, async () => {
      await using watched = await browser.open({ url, dark, narrow, expected: /status of 404/ });
      for (const address of PAGES) {
        await watched.page.goto(address);
        await watched.page.evaluate(
          "for (const one of document.querySelectorAll('details')) one.open = true",
        );
        assert.deepEqual(await findOverflow(watched.page), [], address);
        assert.deepEqual(await findBarriers(watched.page), [], address);
      }
    });
  }

  test('their HTML is right', { skip: whyNoHtmlChecker() }, async () => {
    const pages: Record<string, string> = {};
    for (const [at, address] of PAGES.entries()) {
      const response = await fetch(`${url}${address}`, { headers: { accept: 'text/html' } });
      pages[`page-${at}`] = await response.text();
    }
    const found = await checkHtml(pages);
    // What it makes of ten thousand letters without a blank is no language.
    assert.deepEqual(
      found.filter((one) => !one.includes('appears to be written in')),
      [],
    );
  });
});
