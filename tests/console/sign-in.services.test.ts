import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { AccessTokens } from '../../src/access/access-tokens.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import {
  findBarriers,
  findOverflow,
  startBrowser,
  type TestBrowser,
  tabTo,
  whyNoBrowser,
} from '../support/console/browser.ts';
import { checkHtml, whyNoHtmlChecker } from '../support/console/html-checker.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { CONSOLE_CLIENT, startIssuer } from '../support/http/oidc-issuer.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const openDatabase = shareDatabase(testDatabases[0] ?? assert.fail());

describe('signing in, in a browser', { skip: whyNoBrowser() }, () => {
  const stack = new AsyncDisposableStack();
  const clock = createHeldClock(new Date().toISOString());
  let browser: TestBrowser;
  let url: string;
  let tokens: AccessTokens;
  let token: string;
  before(async () => {
    tokens = createSqlAccessTokens({ database: await openDatabase(), clock });
    const now = () => performance.now();
    const guarded = stack.use(await openGuardedApp({ env: { BIO_MCP_AUTH: 'bearer' }, tokens, clock, now }));
    url = await guarded.app.listen({ host: '127.0.0.1', port: 0 });
    token = await giveToken(tokens, { name: 'analyst', scopes: ['bio:read'] });
    browser = stack.use(await startBrowser());
  });
  after(() => stack.disposeAsync());

  for (const javaScript of [true, false]) {
    test(`in by the keyboard and out again, ${javaScript ? 'with' : 'without'} JavaScript`, async () => {
      await using watched = await browser.open({ url, javaScript, expected: /status of 401/ });
      const { page } = watched;
      await page.goto('/ui/cite');
      await page.getByLabel('Token').fill('wrong');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await page.getByLabel('Token').fill(token);
      await page.keyboard.press('Enter');
      await page.getByText('Signed in as analyst').waitFor();
      assert.equal(new URL(page.url()).pathname, '/ui/cite');
      assert.equal(await page.evaluate('document.cookie'), '');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByLabel('Token').waitFor();
      await page.goto('/ui');
      assert.equal(new URL(page.url()).pathname, '/ui/sign-in');
    });
  }

  test('in by the pages of the issuer, and back to the page that was asked for', async () => {
    await using stack = new AsyncDisposableStack();
    // The address is part of what the issuer knows of us, and of our own settings.
    let handle: RequestListener = () => undefined;
    const front = createServer((request, response) => handle(request, response));
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    stack.defer(() => new Promise<void>((resolve) => front.close(() => resolve())));
    const { port } = front.address() as AddressInfo; // of a server that listens on a port
    // For a browser this is another site than the issuer's.
    const ours = `http://localhost:${port}`;
    const issuer = stack.use(await startIssuer(`${ours}/mcp`));
    const { app } = stack.use(
      await openGuardedApp({
        env: {
          BIO_MCP_AUTH: 'oidc',
          BIO_MCP_OIDC_ISSUER: issuer.url,
          BIO_MCP_OIDC_CLIENT_ID: CONSOLE_CLIENT.client_id,
          BIO_MCP_OIDC_CLIENT_SECRET: CONSOLE_CLIENT.client_secret,
          BIO_MCP_HTTP_PUBLIC_URL: ours,
        },
        ...{ tokens, clock, now: () => performance.now() },
      }),
    );
    handle = (request, response) => app.routing(request, response);
    await using watched = await browser.open({ url: ours, expected: /^(?:elsewhere|console): / });
    const { page } = watched;
    await page.goto(`${ours}/ui/cite?style=ris`);
    await tabTo(page, 'a.first');
    await page.keyboard.press('Enter');
    await page.locator('input[name=login]').fill('ada');
    await page.locator('input[name=password]').fill('any');
    assert.equal(new URL(page.url()).origin, issuer.url);
    await page.keyboard.press('Enter');
    await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
    await page.locator('button[type=submit]').click();
    await page.getByText('Signed in as ada').waitFor();
    assert.equal(page.url(), `${ours}/ui/cite?style=ris`);
    assert.equal(await page.evaluate('document.cookie'), '');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: /^Sign in with/ }).waitFor();
    await page.goto(`${ours}/ui`);
    assert.equal(new URL(page.url()).pathname, '/ui/sign-in');
  });

  for (const [look, settings] of Object.entries({
    'light and wide': {},
    'dark and at 360 px': { dark: true, narrow: true },
  })) {
    test(`nobody is shut out, ${look}`, async () => {
      await using watched = await browser.open({ url, ...settings });
      await watched.page.goto('/ui/sign-in?ended=1');
      assert.deepEqual(await findOverflow(watched.page), []);
      assert.deepEqual(await findBarriers(watched.page), []);
    });
  }

  test('its HTML is right', { skip: whyNoHtmlChecker() }, async () => {
    const page = await fetch(`${url}/ui/sign-in?ended=1`, { headers: { accept: 'text/html' } });
    assert.deepEqual(await checkHtml({ 'sign-in': await page.text() }), []);
  });
});
