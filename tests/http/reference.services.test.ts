import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import {
  findBarriers,
  findOverflow,
  startBrowser,
  type TestBrowser,
  tabTo,
  whyNoBrowser,
} from '../support/console/browser.ts';
import { checkHtml, whyNoHtmlChecker } from '../support/console/html-checker.ts';
import { createTestApp } from '../support/http/test-app.ts';

/** The markup of Swagger UI 5.35 itself; the plain page has none of them. */
const OF_SWAGGER_UI = /^(nested-interactive|heading-order|region|scrollable-region-focusable):/;

describe('the description for people, in a browser', { skip: whyNoBrowser() }, () => {
  let browser: TestBrowser;
  let served: ReturnType<typeof createTestApp>;
  let url: string;
  before(async () => {
    browser = await startBrowser();
    served = createTestApp();
    url = await served.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(async () => {
    await served[Symbol.asyncDispose]();
    await browser[Symbol.asyncDispose]();
  });

  test('a call is tried with the mouse, and nothing is asked of anybody else', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/docs');
    await page.locator('#operations-tools-listTools .opblock-summary-control').click();
    await awaitDrawn(page);
    await page.locator('#operations-tools-listTools button.execute').click();
    await expectAnswer(page);
  });

  test('a call is tried with the keyboard alone', async () => {
    await using watched = await browser.open({ url });
    const { page } = watched;
    await page.goto('/docs');
    await page.locator('#operations-tools-listTools').waitFor();
    await tabTo(page, '#operations-tools-listTools .opblock-summary-control');
    await page.keyboard.press('Enter');
    await awaitDrawn(page);
    await tabTo(page, '#operations-tools-listTools button.execute');
    await page.keyboard.press('Enter');
    await expectAnswer(page);
  });

  for (const narrow of [false, true]) {
    test(`neither page is wider than a ${narrow ? 'narrow' : 'wide'} window`, async () => {
      await using watched = await browser.open({ url, narrow });
      await watched.page.goto('/docs');
      await watched.page.locator('#operations-tools-listTools .opblock-summary-control').click();
      await awaitDrawn(watched.page);
      await watched.page.locator('#operations-tools-listTools button.execute').click();
      await expectAnswer(watched.page);
      assert.deepEqual(await findOverflow(watched.page), []);
      await watched.page.goto('/docs/plain');
      assert.deepEqual(await findOverflow(watched.page), []);
    });
  }

  test('without JavaScript the page leads to the one that needs none', async () => {
    await using watched = await browser.open({ url, javaScript: false });
    const { page } = watched;
    await page.goto('/docs');
    await page.getByRole('link', { name: 'page without scripts' }).last().click();
    await page.waitForURL('**/docs/plain');
    assert.match(String(await page.locator('#invokeTool h3').textContent()), /POST \/v1\/mcp\/invoke/);
  });

  test('a call that is being tried shuts out nobody by what is ours to say', async () => {
    await using watched = await browser.open({ url });
    await watched.page.goto('/docs');
    await watched.page.locator('#operations-tools-listTools .opblock-summary-control').click();
    await awaitDrawn(watched.page);
    await watched.page.locator('#operations-tools-listTools button.execute').click();
    await watched.page.locator('#operations-tools-listTools .live-responses-table').waitFor();
    const barriers = await findBarriers(watched.page);
    assert.deepEqual(
      barriers.filter((sentence) => !OF_SWAGGER_UI.test(sentence)),
      [],
    );
  });

  for (const dark of [false, true]) {
    test(`the plain page is open to everybody, ${dark ? 'dark' : 'light'}`, async () => {
      await using watched = await browser.open({ url, dark });
      await watched.page.goto('/docs/plain');
      assert.deepEqual(await findBarriers(watched.page), []);
    });
  }

  test('both are good HTML', { skip: whyNoHtmlChecker() }, async () => {
    const [reference, plain] = await Promise.all(
      ['/docs', '/docs/plain'].map(async (path) => (await served.app.inject(path)).body),
    );
    assert.deepEqual(await checkHtml({ reference: reference ?? '', plain: plain ?? '' }), []);
  });
});

/**
 * Swagger UI draws an operation that was opened, then resolves it and draws it once more: what was pressed
 * between the two is lost.
 */
async function awaitDrawn(page: Page): Promise<void> {
  await page.locator('#operations-tools-listTools .responses-wrapper').waitFor();
}

async function expectAnswer(page: Page): Promise<void> {
  const answer = page.locator('#operations-tools-listTools .live-responses-table .response-col_status');
  await answer.filter({ hasText: '200' }).waitFor();
}
