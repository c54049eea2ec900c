/**
 * `node scripts/console-screenshots.ts [NAME…]`: serves the console over the 1,000 records of `data/`, two
 * checkpoints, queries that are followed and some jobs, and writes a picture of each page, or of those that
 * are named, for docs/console.md. With `--both DIR` they go there, each light and wide and dark and narrow.
 * Look at them before you commit them.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { corpusCheckpointCreate } from '../src/tools/corpus-checkpoint-create.ts';
import { startBrowser, whyNoBrowser } from '../tests/support/console/browser.ts';
import { createConsoleApp } from '../tests/support/console/console-app.ts';
import { makeJobs, TERM } from '../tests/support/console/console-corpus.ts';
import { callTool } from '../tests/support/corpus/call-tool.ts';
import { follow } from '../tests/support/corpus/filled-corpus.ts';
import { loadInto, makeTestHome } from '../tests/support/corpus/test-corpus.ts';
import { articleXml, setXml } from '../tests/support/pubmed/pubmed-xml.ts';

const FOLDER = fileURLToPath(new URL('../docs/console/', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../data/sample-1000.xml.gz', import.meta.url));
const QUESTION = 'Can games and exercise lower the risk of falls in older people?';
const PAPER = '31839849';

const options = { signal: new AbortController().signal };

const {
  values: { both },
  positionals: named,
} = parseArgs({ allowPositionals: true, options: { both: { type: 'string' } } });
const why = whyNoBrowser();
if (why !== false) throw new Error(why);
await using home = await makeTestHome({ engine: 'PGlite' });
await using corpus = await home.open();
await loadInto(corpus, SAMPLE);
const make = (name: string) =>
  callTool(corpus, corpusCheckpointCreate, { name, primary_queries: [QUESTION] });
const first = await make('Review of falls, March');
const references = `<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pubmed">${PAPER}</ArticleId></ArticleIdList></Reference></ReferenceList>`;
const later = [
  articleXml({ pmid: 1, title: 'Balance training in care homes: a randomised trial.', references }),
  articleXml({ pmid: 2, title: 'Tai chi and gait after seventy.', references }),
  '<PubmedArticle></PubmedArticle>',
];
await loadInto(corpus, await home.write('later.xml', setXml(...later)));
const second = await make('Review of falls, April');
await followTopics();
const { running, failed } = await makeJobs(corpus);
await using serving = new AsyncDisposableStack();
/** The folder of this run would be another each time. */
const settings = home.config.settings.map((one) =>
  one.name === 'BIO_MCP_DATA_DIR' ? { ...one, value: '/data' } : one,
);
const app = serving.adopt(createConsoleApp(corpus.services, corpus.checks, null, settings), (one) =>
  one.close(),
);
const url = await app.listen({ host: '127.0.0.1', port: 0 });
await using browser = await startBrowser();
await mkdir(FOLDER, { recursive: true });

const search = `/ui/search?q=${encodeURIComponent(QUESTION)}`;
const diff = `/ui/checkpoints/diff?from=${first.checkpoint_id}&to=${second.checkpoint_id}`;
const pages: Readonly<Record<string, string>> = {
  search,
  paper: `/ui/papers/${PAPER}`,
  topics: '/ui/topics',
  topic: `/ui/topics/topic?term=${encodeURIComponent(TERM)}`,
  jobs: '/ui/jobs',
  job: `/ui/jobs/${running.jobId}`,
  'job-failed': `/ui/jobs/${failed.jobId}`,
  checkpoints: '/ui/checkpoints',
  changes: diff,
  corpus: '/ui/corpus',
  health: '/ui/health',
  tools: '/ui/docs',
  tool: '/ui/docs?tool=rag.search',
};
const isWanted = (name: string) => named.length === 0 || named.includes(name);
for (const [name, path] of Object.entries(pages)) {
  const inTheDark = both !== undefined || ['search', 'jobs'].includes(name);
  if (isWanted(name)) await take(name, path, {});
  if (isWanted(name) && inTheDark) await take(`${name}-dark-narrow`, path, { dark: true, narrow: true });
}

/** One over some weeks, with a warning; and one that NCBI does not know. */
async function followTopics(): Promise<void> {
  const brought = (most: number) => Array.from({ length: most }, (_, at) => String(at + 100));
  const sizes = {
    '2026-02-02': 210,
    '2026-02-09': 224,
    '2026-02-16': 231,
    '2026-02-23': 252,
    '2026-03-01': 263,
  };
  for (const [day, most] of Object.entries(sizes))
    await follow(corpus, TERM, { day, brought: brought(most) });
  const say = (term: string, warning: string) =>
    corpus.services.store.saveTopic({ term, at: new Date().toISOString(), warnings: [warning] }, options);
  await say(TERM, 'PubMed does not know the quoted phrase "older people".');
  await say('balnace training[ti]', 'PubMed does not know "balnace" and left it out of the query.');
}

async function take(name: string, path: string, look: { dark?: boolean; narrow?: boolean }): Promise<void> {
  await using watched = await browser.open({ url, ...look });
  const { page } = watched;
  // What is looked at and not kept shows more of a long page.
  if (both !== undefined)
    await page.setViewportSize({ width: look.narrow === true ? 360 : 1_280, height: 1_600 });
  await page.goto(path);
  await settle(page);
  await page.screenshot({ path: join(both ?? FOLDER, `${name}.png`) });
}

/** The times of this moment would make each picture a new one. */
async function settle(page: Page): Promise<void> {
  await page.evaluate<unknown>(
    "for (const time of document.querySelectorAll('time')) time.textContent = '26 Nov 2026, 09:30'",
  );
}
