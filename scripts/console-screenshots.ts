/**
 * `node scripts/console-screenshots.ts`: serves the console over the 1,000 records of `data/`, two
 * checkpoints, a query that is followed and some jobs, and writes a picture of each page for docs/console.md.
 * Look at them before you commit them.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { corpusCheckpointCreate } from '../src/tools/corpus-checkpoint-create.ts';
import { startBrowser, whyNoBrowser } from '../tests/support/browser.ts';
import { callTool } from '../tests/support/call-tool.ts';
import { createConsoleApp } from '../tests/support/console-app.ts';
import { makeJobs, TERM } from '../tests/support/console-corpus.ts';
import { follow } from '../tests/support/filled-corpus.ts';
import { articleXml, setXml } from '../tests/support/pubmed-xml.ts';
import { loadInto, makeTestHome } from '../tests/support/test-corpus.ts';

const FOLDER = fileURLToPath(new URL('../docs/console/', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../data/sample-1000.xml.gz', import.meta.url));
const QUESTION = 'Can games and exercise lower the risk of falls in older people?';
const PAPER = '31839849';

const why = whyNoBrowser();
if (why !== false) throw new Error(why);
await using home = await makeTestHome({ engine: 'PGlite' });
await using corpus = await home.open();
await loadInto(corpus, SAMPLE);
const make = (name: string) =>
  callTool(corpus, corpusCheckpointCreate, { name, primary_queries: [QUESTION] });
const first = await make('Review of falls, March');
const later = [
  articleXml({ pmid: 1, title: 'Balance training in care homes: a randomised trial.' }),
  articleXml({ pmid: 2, title: 'Tai chi and gait after seventy.' }),
  '<PubmedArticle></PubmedArticle>',
];
await loadInto(corpus, await home.write('later.xml', setXml(...later)));
const second = await make('Review of falls, April');
await follow(corpus, TERM);
const { running, failed } = await makeJobs(corpus);
await using serving = new AsyncDisposableStack();
const app = serving.adopt(createConsoleApp(corpus.services, corpus.checks), (one) => one.close());
const url = await app.listen({ host: '127.0.0.1', port: 0 });
await using browser = await startBrowser();
await mkdir(FOLDER, { recursive: true });

const search = `/ui/search?q=${encodeURIComponent(QUESTION)}`;
const diff = `/ui/checkpoints/diff?from=${first.checkpoint_id}&to=${second.checkpoint_id}`;
const pages: Readonly<Record<string, string>> = {
  search,
  paper: `/ui/papers/${PAPER}`,
  topics: '/ui/topics',
  jobs: '/ui/jobs',
  job: `/ui/jobs/${running.jobId}`,
  'job-failed': `/ui/jobs/${failed.jobId}`,
  checkpoints: '/ui/checkpoints',
  changes: diff,
  corpus: '/ui/corpus',
  health: '/ui/health',
};
for (const [name, path] of Object.entries(pages)) await take(name, path, {});
await take('search-dark-narrow', search, { dark: true, narrow: true });
await take('jobs-dark-narrow', '/ui/jobs', { dark: true, narrow: true });

async function take(name: string, path: string, look: { dark?: boolean; narrow?: boolean }): Promise<void> {
  await using watched = await browser.open({ url, ...look });
  const { page } = watched;
  await page.goto(path);
  await settle(page);
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}

/** The times of this moment would make each picture a new one. */
async function settle(page: Page): Promise<void> {
  await page.evaluate<unknown>(
    "for (const time of document.querySelectorAll('time')) time.textContent = '26 Nov 2026, 09:30'",
  );
}
