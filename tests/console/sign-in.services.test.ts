import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import {
  findBarriers,
  findOverflow,
  startBrowser,
  type TestBrowser,
  whyNoBrowser,
} from '../support/browser.ts';
import { shareDatabase, testDatabases } from '../support/databases.ts';
import { giveToken, openGuardedApp } from '../support/guarded-app.ts';
import { createHeldClock } from '../support/held-clock.ts';

const openDatabase = shareDatabase(testDatabases[0] ?? assert.fail());

describe('signing in, in a browser', { skip: whyNoBrowser() }, () => {
  const stack = new AsyncDisposableStack();
  const clock = createHeldClock(new Date().toISOString());
  let browser: TestBrowser;
  let url: string;
  let token: string;
  before(async () => {
    const tokens = createSqlAccessTokens({ database: await openDatabase(), clock });
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

  test('nobody is shut out at 360 px', async () => {
    await using watched = await browser.open({ url, narrow: true });
    await watched.page.goto('/ui/sign-in?ended=1');
    assert.deepEqual(await findOverflow(watched.page), []);
    assert.deepEqual(await findBarriers(watched.page), []);
  });
});
