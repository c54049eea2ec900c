import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { toNextAddress } from '../../src/console/sign-in/next-address.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { createBrowser } from '../support/console/console-browser.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { CONSOLE_CLIENT, type Issuer, startIssuer } from '../support/http/oidc-issuer.ts';
import { shareDatabase, testDatabases } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const PUBLIC = 'https://bio-mcp.example.org';
const { signal } = new AbortController();
const openDatabase = shareDatabase(testDatabases[0] ?? assert.fail());
const clock = createHeldClock(new Date().toISOString());
let elapsedMs = 0;
let issuer: Issuer;
let tokens: ReturnType<typeof createSqlAccessTokens>;
let guarded: Awaited<ReturnType<typeof openGuardedApp>>;
let token: string;

before(async () => {
  issuer = await startIssuer(`${PUBLIC}/mcp`);
  tokens = createSqlAccessTokens({ database: await openDatabase(), clock });
  guarded = await openGuardedApp({
    env: {
      BIO_MCP_AUTH: 'bearer,oidc',
      BIO_MCP_OIDC_ISSUER: issuer.url,
      BIO_MCP_OIDC_CLIENT_ID: CONSOLE_CLIENT.client_id,
      BIO_MCP_OIDC_CLIENT_SECRET: CONSOLE_CLIENT.client_secret,
      BIO_MCP_HTTP_PUBLIC_URL: PUBLIC,
    },
    tokens,
    clock,
    now: () => elapsedMs,
  });
  token = await giveToken(tokens, { name: 'analyst', scopes: ['bio:read'] });
});
after(async () => {
  await guarded[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

const open = () => createBrowser(guarded.app, PUBLIC);

async function signIn(credential = token, next = '/ui') {
  const browser = open();
  await browser.get(`/ui/sign-in?next=${encodeURIComponent(next)}`);
  return { browser, answer: await browser.submit('/ui/sign-in', { credential }) };
}

describe('signing in by a token', () => {
  test('leads there from any page, and back to it', async () => {
    const browser = open();
    const led = await browser.get('/ui/search?q=a%26b');
    assert.equal(led.statusCode, 303);
    assert.equal(led.headers.location, '/ui/sign-in?next=%2Fui%2Fsearch%3Fq%3Da%2526b');
    const page = await browser.get(String(led.headers.location));
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /<h1 dir="auto">Sign in<\/h1>/);
    assert.doesNotMatch(page.body, /<nav|1\.2\.3/);
    const answer = await browser.submit('/ui/sign-in', { credential: token });
    assert.equal(answer.statusCode, 303);
    assert.equal(answer.headers.location, '/ui/search?q=a%26b');
    const first = await browser.get('/ui');
    assert.equal(first.statusCode, 200);
    assert.match(first.body, /Signed in as <b dir="auto">analyst<\/b>/);
    assert.equal(first.headers['cache-control'], 'no-store');
    assert.ok(guarded.lines.some((line) => line.audit === 'signed in' && line.by === 'analyst'));
    assert.ok(!JSON.stringify(guarded.lines).includes(token));
  });

  test('tells programs of a missing credential as everywhere', async () => {
    const answer = await guarded.app.inject({ url: '/ui', headers: { host: 'bio-mcp.example.org' } });
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.json().error_code, 'UNAUTHENTICATED');
  });

  test('counts under /ui alone', async () => {
    const { browser } = await signIn();
    for (const url of ['/v1/mcp/tools', '/v1/jobs', '/metrics', '/docs', '/uix', '/']) {
      const { statusCode, headers } = await browser.get(url, {
        accept: 'application/json',
        cookie: browser.cookies(),
      });
      assert.equal(statusCode, 401, url);
      assert.match(String(headers['www-authenticate']), /^Bearer /);
    }
    const posted = await guarded.app.inject({
      method: 'POST',
      url: '/v1/mcp/invoke',
      headers: { host: 'bio-mcp.example.org', cookie: browser.cookies() },
      payload: { tool: 'ping' },
    });
    assert.equal(posted.statusCode, 401);
  });

  test('refuses what opens nothing, and counts it', async () => {
    for (const credential of ['', 'open-sesame', `${token.slice(0, -1)}x`]) {
      const { browser, answer } = await signIn(credential);
      assert.equal(answer.statusCode, credential === '' ? 400 : 401, credential);
      assert.match(answer.body, /role="alert"/);
      assert.equal((await browser.get('/ui')).statusCode, 303);
    }
    elapsedMs += 61_000;
    const browser = open();
    await browser.get('/ui/sign-in');
    for (let at = 0; at < 100; at += 1) await browser.submit('/ui/sign-in', { credential: 'wrong' });
    const answer = await browser.submit('/ui/sign-in', { credential: 'wrong' });
    assert.equal(answer.statusCode, 429);
    assert.ok(Number(answer.headers['retry-after']) > 0);
    elapsedMs += 61_000;
  });

  test('ends at the request after its token was revoked, and says so', async () => {
    const text = await giveToken(tokens, { name: 'leaver', scopes: ['bio:read'] });
    const { browser } = await signIn(text);
    assert.equal((await browser.get('/ui')).statusCode, 200);
    await tokens.revoke('leaver', { signal });
    elapsedMs += 10_000;
    const answer = await browser.get('/ui/search?q=x');
    assert.equal(answer.statusCode, 303);
    assert.equal(answer.headers.location, '/ui/sign-in?next=%2Fui%2Fsearch%3Fq%3Dx&ended=1');
    assert.doesNotMatch(browser.cookies(), /bio_mcp_session/);
    assert.match((await browser.get(String(answer.headers.location))).body, /Your session has ended/);
  });

  test('ends with its token', async () => {
    const expiresAt = new Date(clock.now().getTime() + 3_600_000).toISOString();
    const { browser } = await signIn(
      await giveToken(tokens, { name: 'guest', scopes: ['bio:read'], expiresAt }),
    );
    assert.equal((await browser.get('/ui')).statusCode, 200);
    clock.advance(3_600_000);
    assert.equal((await browser.get('/ui')).statusCode, 303);
    clock.advance(-3_600_000); // tokens of the issuer are of today
  });

  test('makes a session of its own, whatever was there before', async () => {
    const { browser: one } = await signIn();
    const planted = one.cookies();
    const { browser: other } = await signIn();
    assert.notEqual(other.cookies(), planted);
    const victim = open();
    victim.plant(planted);
    await victim.get('/ui');
    const cookies = victim.cookies();
    await victim.submit('/ui/sign-out', {}, '/ui');
    await victim.get('/ui/sign-in');
    await victim.submit('/ui/sign-in', { credential: token });
    assert.notEqual(victim.cookies(), cookies);
    for (const cookie of victim.told.filter((line) => line.startsWith('bio_mcp_session='))) {
      assert.match(cookie, /; Path=\/ui; Max-Age=\d+; HttpOnly; SameSite=Lax; Secure$/);
    }
  });

  test('ends by signing out, which no other site can do', async () => {
    const { browser } = await signIn();
    await browser.get('/ui');
    const stranger = await browser.submit('/ui/sign-out', { token: 'x' }, '/ui');
    assert.equal(stranger.statusCode, 403);
    assert.equal((await browser.get('/ui')).statusCode, 200);
    const answer = await browser.submit('/ui/sign-out', {}, '/ui');
    assert.equal(answer.headers.location, '/ui/sign-in');
    assert.equal((await browser.get('/ui')).statusCode, 303);
  });

  test('takes no form that another browser was shown', async () => {
    const [one, other] = [open(), open()];
    await one.get('/ui/sign-in');
    await other.get('/ui/sign-in');
    const answer = await other.submit('/ui/sign-in', { credential: token, token: one.formToken() });
    assert.equal(answer.statusCode, 403);
    const cookieless = await guarded.app.inject({
      method: 'POST',
      url: '/ui/sign-in',
      headers: {
        host: 'bio-mcp.example.org',
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: new URLSearchParams({ credential: token, token: one.formToken() }).toString(),
    });
    assert.equal(cookieless.statusCode, 403);
    assert.doesNotMatch(String(cookieless.headers['set-cookie']), /bio_mcp_session/);
  });

  const elsewhere = [
    'https://elsewhere.example/ui',
    '//elsewhere.example/ui',
    '/\\elsewhere.example',
    '/ui/../v1/jobs',
    '/ui/%2e%2e/v1/jobs',
    '/v1/jobs',
    '/uix',
    'javascript:alert(1)',
    '/ui\r\nset-cookie: a=b',
    '/ui/sign-out',
    `/ui/${'x'.repeat(3_000)}`,
    '',
  ];
  for (const next of elsewhere) {
    test(`leads to the first page and not to ${JSON.stringify(next.slice(0, 40))}`, () => {
      assert.equal(toNextAddress(next), '/ui');
    });
  }
});

describe('signing in by an issuer', () => {
  async function begin() {
    const browser = open();
    const page = await browser.get('/ui/sign-in?next=/ui/search');
    assert.match(page.body, /href="\/ui\/sign-in\/start\?next=%2Fui%2Fsearch"/);
    const led = await browser.get('/ui/sign-in/start?next=/ui/search');
    assert.equal(led.statusCode, 303);
    return { browser, address: new URL(String(led.headers.location)) };
  }

  test('goes by code, PKCE, state and nonce, and lets in by the access token', async () => {
    const { browser, address } = await begin();
    const { searchParams } = address;
    assert.equal(address.origin, issuer.url);
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.equal(searchParams.get('redirect_uri'), `${PUBLIC}/ui/sign-in/callback`);
    assert.equal(searchParams.get('resource'), `${PUBLIC}/mcp`);
    for (const name of ['state', 'nonce', 'code_challenge'])
      assert.ok((searchParams.get(name) ?? '').length >= 40);
    const back = new URL(await issuer.leadBack(address.href));
    const answer = await browser.get(`${back.pathname}${back.search}`);
    assert.equal(answer.statusCode, 303, answer.body);
    assert.equal(answer.headers.location, '/ui/search');
    assert.match((await browser.get('/ui')).body, /Signed in as <b dir="auto">ada<\/b>/);
    // An answer of the issuer counts once.
    const again = await browser.get(`${back.pathname}${back.search}`);
    assert.equal(again.statusCode, 400);
  });

  test('takes the answer in the browser that began, and no other', async () => {
    const { address } = await begin();
    const back = new URL(await issuer.leadBack(address.href));
    const stranger = open();
    assert.equal((await stranger.get(`${back.pathname}${back.search}`)).statusCode, 400);
    const { browser: other } = await begin();
    const answer = await other.get(`${back.pathname}${back.search}`);
    assert.equal(answer.statusCode, 401);
    assert.equal((await other.get('/ui')).statusCode, 303);
  });

  test('keeps a session while the issuer does not answer for its keys, and goes on with it', async () => {
    const { browser, address } = await begin();
    const back = new URL(await issuer.leadBack(address.href));
    await browser.get(`${back.pathname}${back.search}`);
    const hour = 61 * 60_000;
    elapsedMs += hour; // keys that are older count for nothing
    issuer.answerKeysBy((_request, response) => response.writeHead(500).end());
    const away = await browser.get('/ui/search');
    assert.equal(away.statusCode, 401);
    assert.match(away.body, /The issuer that signed you in does not answer.*try again in a minute/);
    assert.equal(away.headers['set-cookie'], undefined);
    issuer.answerKeysBy(null);
    assert.match((await browser.get('/ui')).body, /Signed in as <b dir="auto">ada<\/b>/);
  });

  test('says it where the issuer says no', async () => {
    const { browser, address } = await begin();
    const query = new URLSearchParams({
      error: 'access_denied',
      state: address.searchParams.get('state') ?? '',
      iss: issuer.url,
    });
    const answer = await browser.get(`/ui/sign-in/callback?${query}`);
    assert.equal(answer.statusCode, 401);
    assert.match(answer.body, /The issuer did not let you in/);
    assert.ok(!JSON.stringify(guarded.lines).includes(CONSOLE_CLIENT.client_secret));
  });
});
