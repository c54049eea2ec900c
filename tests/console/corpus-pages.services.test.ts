import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import type { Corpus } from '../../src/compose.ts';
import {
  findBarriers,
  findOverflow,
  startBrowser,
  type TestBrowser,
  tabTo,
  whyNoBrowser,
} from '../support/console/browser.ts';
import { createConsoleApp } from '../support/console/console-app.ts';
import { fillConsole, TERM } from '../support/console/console-corpus.ts';
import { CONSOLE_TASKS } from '../support/console/console-tasks.ts';
import { byKeyboard, byMouse } from '../support/console/hands.ts';
import { checkHtml, whyNoHtmlChecker } from '../support/console/html-checker.ts';
import { makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';

const options = { signal: new AbortController().signal };

const LOOKS = { 'light and wide': {}, 'dark and at 360 px': { dark: true, narrow: true } };
/** All else is the same in the dark. */
const COLOURS = ['color-contrast'];

describe('the pages of the console, in a browser', { skip: whyNoBrowser() }, () => {
  let browser: TestBrowser;
  let home: TestHome;
  let corpus: Corpus;
  let app: FastifyInstance;
  let url: string;
  let filled: Awaited<ReturnType<typeof fillConsole>>;
  let paths: Record<string, string>;
  before(async () => {
    [browser, home] = await Promise.all([startBrowser(), makeTestHome()]);
    corpus = await home.open();
    filled = await fillConsole(home, corpus);
    app = createConsoleApp(corpus.services);
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    const [from, to] = filled.checkpoints;
    paths = {
      topics: '/ui/topics',
      topic: `/ui/topics/topic?term=${encodeURIComponent(TERM)}`,
      jobs: '/ui/jobs',
      job: `/ui/jobs/${filled.jobs.running.jobId}`,
      failed: `/ui/jobs/${filled.jobs.failed.jobId}`,
      checkpoints: '/ui/checkpoints',
      diff: `/ui/checkpoints/diff?from=${from}&to=${to}`,
      corpus: '/ui/corpus',
      health: '/ui/health',
      tools: '/ui/docs',
      tool: '/ui/docs?tool=rag.search',
      'tool without parameters': '/ui/docs?tool=corpus.reindex',
    };
  });
  after(async () => {
    await app.close();
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
    await browser[Symbol.asyncDispose]();
  });

  for (const [dark, narrow] of [
    [false, false],
    [true, true],
  ] as const) {
    test(`shut out nobody, ${dark ? 'dark and narrow' : 'light and wide'}`, async () => {
      await using watched = await browser.open({ url, dark, narrow });
      for (const [name, path] of Object.entries(paths)) {
        await watched.page.goto(path);
        assert.deepEqual([name, await findOverflow(watched.page)], [name, []]);
        assert.deepEqual([name, await findBarriers(watched.page, dark ? COLOURS : undefined)], [name, []]);
      }
    });
  }

  test('can be read without JavaScript', async () => {
    await using watched = await browser.open({ url, javaScript: false });
    const { page } = watched;
    await page.goto('/ui/jobs');
    await page.getByLabel('State').selectOption('failed');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: 'pubmed.sync.incremental' }).click();
    await page.getByText('PubMed does not answer; try again later.').waitFor();
    await page.getByRole('link', { name: 'Checkpoints' }).click();
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.getByRole('heading', { name: 'What changed' }).waitFor();
    await page.getByRole('link', { name: 'Corpus' }).click();
    await page.getByText('Papers by year').first().waitFor({ state: 'attached' });
    await page.getByRole('link', { name: 'Try a tool' }).click();
    await page.getByRole('link', { name: 'corpus.status' }).click();
    await page.getByRole('button', { name: 'Try it' }).click();
    await page.locator('#answer + pre', { hasText: '"documents"' }).waitFor();
  });

  for (const [look, settings] of Object.entries(LOOKS)) {
    test(`show what a tool answers, ${look}`, async () => {
      await using watched = await browser.open({ url, ...settings });
      const { page } = watched;
      const answers = {
        'corpus.status': ['{}', '"documents"'],
        ping: [JSON.stringify({ message: 'x'.repeat(1_000) }), 'xxx'],
        'rag.get': ['{"doc_id": "pmid:999"}', 'Trace id'],
      };
      for (const [name, [params = '', told = '']] of Object.entries(answers)) {
        await page.goto(`/ui/docs?tool=${name}`);
        await page.getByText('The same as JSON').click();
        await page.getByLabel('Parameters, as JSON').fill(params);
        await page.locator('details form button').click();
        await page.getByRole('heading', { name: 'Answer' }).waitFor();
        assert.ok((await page.locator('#answer + *').textContent())?.includes(told), name);
        assert.deepEqual([name, await findOverflow(page)], [name, []]);
        assert.deepEqual([name, await findBarriers(page)], [name, []]);
      }
    });
  }

  for (const [way, toHands] of Object.entries({ keyboard: byKeyboard, mouse: byMouse })) {
    for (const [look, settings] of Object.entries(LOOKS)) {
      test(`do what they are for by ${way} alone, ${look}`, async () => {
        await using watched = await browser.open({ url, ...settings });
        const { page } = watched;
        const own = `by ${way}, ${look}`;
        const bench = { page, hands: toHands(page), checkpoints: filled.checkpoints, own };
        for (const [name, task] of Object.entries(CONSOLE_TASKS)) {
          await task(bench).catch((cause: unknown) => assert.fail(new Error(name, { cause })));
        }
      });
    }
  }

  test('a sync is started, followed and cancelled', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/ui/topics');
    await page.getByLabel('Query, in PubMed’s own language').fill('tai chi[ti]');
    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByRole('heading', { name: /^pubmed\.sync\.incremental/ }).waitFor();
    await page.getByText('queued').waitFor();
    const job = await corpus.services.jobs.claim({ tools: ['pubmed.sync.incremental'] }, options);
    assert.ok(job);
    await page.getByText('running', { exact: true }).waitFor();
    await corpus.services.jobs.saveProgress(job, { pct: 73, message: 'records 1–73 of 100' }, options);
    await page.getByText('73 %, records 1–73 of 100').waitFor();
    await tabTo(page, '#cancel');
    await page.keyboard.press('Enter');
    await page.getByText('cancelled', { exact: true }).waitFor();
    assert.equal(await page.locator('#cancel').count(), 0);
  });

  test('the list of jobs shows a new one and an end while it is open', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/ui/jobs');
    const { jobs } = corpus.services;
    const { job } = await jobs.enqueue({ tool: 'corpus.reindex', params: {} }, options);
    await page.getByRole('rowheader', { name: job.jobId.slice(-8) }).waitFor();
    await jobs.cancel(job.jobId, options);
    await page.getByText('cancelled', { exact: true }).first().waitFor();
  });

  test('a server that dies under an open page is told, and the page recovers by itself', async () => {
    const { running } = filled.jobs;
    await using serving = new AsyncDisposableStack();
    const dying = serving.adopt(createConsoleApp(corpus.services), (one) => one.close());
    const address = await dying.listen({ host: '127.0.0.1', port: 0 });
    await using watched = await browser.open({
      url: address,
      expected: /ERR_CONNECTION_REFUSED|ERR_INCOMPLETE|Failed to load/,
    });
    const { page } = watched;
    await page.goto(paths.job ?? '');
    await page.getByText('40 %, records').waitFor();
    const told = page.getByText('The server does not answer.');
    await dying.close();
    await told.waitFor();
    await page.getByText('40 %, records').waitFor();
    await filled.jobs.jobs.saveProgress(running, { pct: 90, message: 'nearly' }, options);
    const back = serving.adopt(createConsoleApp(corpus.services), (one) => one.close());
    await back.listen({ host: '127.0.0.1', port: Number(new URL(address).port) });
    await page.getByText('90 %, nearly').waitFor();
    await told.waitFor({ state: 'detached' });
  });

  test('a page whose end has not come says so', async () => {
    const whole = (await app.inject({ url: '/ui/corpus', headers: { accept: 'text/html' } })).body;
    const middle = whole.indexOf('<h2>', whole.length / 4);
    let held: ServerResponse | undefined;
    const slow = createServer((request, response) => {
      if (request.url !== '/ui/corpus') return app.routing(request, response);
      held = response;
      response.writeHead(200, { 'content-type': 'text/html', 'content-length': Buffer.byteLength(whole) });
      response.write(whole.slice(0, middle));
    });
    await once(slow.listen(0, '127.0.0.1'), 'listening');
    await using _ = { [Symbol.asyncDispose]: async () => void slow.close() };
    const { port } = slow.address() as AddressInfo; // of a server that listens on a port
    await using watched = await browser.open({ url: `http://127.0.0.1:${port}` });
    const { page } = watched;
    const notice = `getComputedStyle(document.body, '::after')`;
    await page.goto('/ui/corpus', { waitUntil: 'commit' });
    await page.waitForFunction(`${notice}.visibility === 'visible' && ${notice}.content.includes('its end')`);
    held?.end(whole.slice(middle));
    await page.waitForFunction(`${notice}.content === 'none'`);
    await page.getByRole('contentinfo').waitFor();
  });

  test('are good HTML', { skip: whyNoHtmlChecker() }, async () => {
    const bodies = await Promise.all(
      Object.entries(paths).map(async ([name, path]) => {
        const { body } = await app.inject({ url: path, headers: { accept: 'text/html' } });
        return [name, body] as const;
      }),
    );
    assert.deepEqual(await checkHtml(Object.fromEntries(bodies)), []);
  });
});
