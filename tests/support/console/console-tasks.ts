import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import type { Hands } from './hands.ts';

export interface TaskBench {
  page: Page;
  hands: Hands;
  checkpoints: readonly [string, string];
  /** A text of this run alone. */
  own: string;
}

/**
 * What each page of the console is for, over the corpus of `fillConsole`; each ends where its end is seen.
 */
export const CONSOLE_TASKS: Readonly<Record<string, (bench: TaskBench) => Promise<void>>> = {
  async 'search: ask, choose papers, cite them'({ page, hands }) {
    await page.goto('/ui');
    await hands.write('#q', 'exercise and falls');
    await hands.press('form[role="search"] button');
    await page.locator('.results').waitFor();
    await hands.tick('input[name="pmid"]');
    await hands.choose('#style', 'BibTeX');
    await hands.press('form[action="/ui/cite"] button:not([formaction])');
    await page.locator('#citations').waitFor();
    assert.match((await page.locator('#citations').textContent()) ?? '', /^@article\{/);
  },
  async 'search: set a filter'({ page, hands }) {
    await page.goto('/ui/search?q=exercise');
    await hands.press('summary:has(+ .filters)');
    await hands.tick('#retracted');
    await hands.write('#from', '2009');
    await hands.press('form[role="search"] button');
    await page.locator('.set', { hasText: 'with retracted papers' }).waitFor();
    await page.locator('.word.bad').waitFor();
  },
  async 'paper: read on, down to the raw record'({ page, hands }) {
    await page.goto('/ui/papers/2');
    await hands.press('.quality > summary');
    await page.getByText('What the quality is made of').waitFor();
    await hands.press('a[href$="/raw"]');
    await page.getByText('Verified').waitFor();
  },
  async 'topics: bring a query in, and cancel its job'({ page, hands, own }) {
    await page.goto('/ui/topics');
    await hands.write('#term', own);
    await hands.press('main form:has(#term) button');
    await page.locator('#cancel').waitFor();
    await hands.press('#cancel');
    await page.getByText('cancelled', { exact: true }).waitFor();
  },
  async 'jobs: find the one that failed, and why'({ page, hands }) {
    await page.goto('/ui/jobs?tool=pubmed.sync.incremental');
    await hands.choose('#state', 'failed');
    await hands.press('form[action="/ui/jobs"] button');
    await page.waitForURL(/state=failed/);
    await page.getByRole('table').getByRole('link').last().waitFor();
    await hands.press('tr:last-child a[href^="/ui/jobs/"]');
    await page.getByText('PubMed does not answer; try again later.').waitFor();
  },
  async 'checkpoints: make one, and see what changed since'({ page, hands, own }) {
    await page.goto('/ui/checkpoints');
    await hands.write('#name', own);
    await hands.press('main form:has(#name) button');
    await page.getByRole('rowheader', { name: own }).waitFor();
    await hands.press(`a[aria-label="What changed since ${own}"]`);
    await page.getByText(`From “${own}” to the corpus as it is now.`).waitFor();
  },
  async 'checkpoints: compare two, and take the changes along'({ page, hands, checkpoints: [from] }) {
    await page.goto('/ui/checkpoints');
    await hands.choose('#from', (await page.locator(`#from > option[value="${from}"]`).textContent()) ?? '');
    await hands.choose('#to', 'the corpus as it is now');
    await hands.press('form[action="/ui/checkpoints/diff"] button');
    await page.getByRole('heading', { name: 'Retracted or doubted' }).waitFor();
    const downloading = page.waitForEvent('download');
    await hands.press('a[href^="/ui/checkpoints/diff.csv"]');
    const download = await downloading;
    assert.match(download.suggestedFilename(), /^changes-.*\.csv$/);
    assert.equal((await readFile(await download.path(), 'utf8')).trim().split('\r\n').length, 3);
  },
  async 'corpus: from the picture to its numbers'({ page, hands }) {
    await page.goto('/ui');
    await hands.press('nav a[href="/ui/corpus"]');
    await page.getByRole('heading', { name: 'By year' }).waitFor();
    await hands.press('#years > summary');
    await page.getByRole('rowheader', { name: '2021' }).waitFor();
  },
  async 'tools: try one'({ page, hands, own }) {
    await page.goto('/ui');
    await hands.press('footer a[href="/ui/docs"]');
    await page.getByRole('heading', { name: 'Tools' }).waitFor();
    await hands.press('a[href="/ui/docs?tool=ping"]');
    await page.getByRole('heading', { name: 'ping' }).waitFor();
    await hands.write('#field-message', own);
    await hands.press('form[action="/ui/docs"] button');
    await page.locator('#answer + pre', { hasText: own }).waitFor();
  },
  async 'health: see that all is well'({ page, hands }) {
    await page.goto('/ui');
    await hands.press('nav a[href="/ui/health"]');
    await page.getByText('Everything that is needed answers.').waitFor();
  },
};
