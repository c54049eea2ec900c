import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openAccess } from '../../src/compose/rooms/open-access.ts';
import type { Corpus } from '../../src/compose.ts';
import { PAGES } from '../../src/console/pages.ts';
import { mayUse, type Scope, type ScopeName } from '../../src/domain/caller.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { createConsoleApp } from '../support/console/console-app.ts';
import { createBrowser } from '../support/console/console-browser.ts';
import { fillConsole } from '../support/console/console-corpus.ts';
import { loadInto, makeTestHome, type TestHome } from '../support/corpus/test-corpus.ts';
import { giveToken } from '../support/http/guarded-app.ts';
import { articleXml, setXml } from '../support/pubmed/pubmed-xml.ts';
import { silentLogger } from '../support/telemetry/silent-logger.ts';

const ORIGIN = 'http://127.0.0.1:8080';
/** Of one page with other ids or cursors, the first ones tell enough. */
const MOST_OF_A_PAGE = 4;
const SECRET = 'a_key_that_nobody_is_shown';
const POSTED = PAGES.filter(({ method }) => method === 'POST');

describe('what the pages offer', () => {
  let home: TestHome;
  let corpus: Corpus;
  let app: FastifyInstance;
  let seeds: string[];
  let tokensGiven = 0;
  before(async () => {
    home = await makeTestHome({ settings: { BIO_MCP_AUTH: 'bearer', BIO_MCP_PUBMED_API_KEY: SECRET } });
    corpus = await home.open();
    const filled = await fillConsole(home, corpus);
    const spoilt = articleXml({ pmid: 30, more: '<Note>R&D</Note>' });
    await loadInto(corpus, await home.write('spoilt.xml', setXml(spoilt)));
    const tokens = corpus.services.accessTokens;
    const access = await openAccess({ config: home.config, tokens, logger: silentLogger() });
    app = createConsoleApp(corpus.services, [], access, home.config.settings);
    const [from, to] = filled.checkpoints;
    seeds = [
      '/ui',
      '/ui/search?q=falls',
      '/ui/cite?pmid=1',
      `/ui/jobs/${filled.jobs.running.jobId}`,
      `/ui/jobs/${filled.jobs.failed.jobId}`,
      `/ui/checkpoints/diff?from=${from}&to=${to}`,
    ];
  });
  after(async () => {
    await app.close();
    await corpus[Symbol.asyncDispose]();
    await home[Symbol.asyncDispose]();
  });

  async function signIn(scope: ScopeName) {
    tokensGiven += 1;
    const token = await giveToken(corpus.services.accessTokens, {
      name: `${scope} ${tokensGiven}`,
      scopes: [scope],
    });
    const browser = createBrowser(app, ORIGIN);
    await browser.get('/ui/sign-in');
    assert.equal((await browser.submit('/ui/sign-in', { credential: token })).statusCode, 303);
    return browser;
  }

  /** Follows every link, and resolves to the pages that were seen and to where their forms post. */
  async function walk(browser: Awaited<ReturnType<typeof signIn>>) {
    const [seen, actions] = [new Map<string, number>(), new Set<string>()];
    const todo = [...seeds];
    const known = new Set(todo);
    for (let url = todo.shift(); url !== undefined; url = todo.shift()) {
      const page = toPage(url, 'GET');
      const count = seen.get(page.path) ?? 0;
      if (count >= MOST_OF_A_PAGE) continue;
      seen.set(page.path, count + 1);
      const { statusCode, body } = await browser.get(url);
      assert.equal(statusCode, 200, `${url}: ${body.slice(0, 2_000)}`);
      for (const [, action = ''] of body.matchAll(/<form[^>]* method="post" action="([^"]+)"/g))
        actions.add(action);
      for (const [, href = ''] of body.matchAll(/href="(\/ui[^"]*)"/g)) {
        const address = href.replaceAll('&amp;', '&');
        if (known.has(address) || address.startsWith('/ui/assets/')) continue;
        known.add(address);
        todo.push(address);
      }
    }
    actions.delete('/ui/sign-out');
    return { seen: [...seen.keys()], actions: [...actions] };
  }

  test('is no more than a token may do, on every page', async () => {
    const expected: Record<string, string[]> = {
      'bio:read': POSTED.filter(({ scope = 'read' }) => scope === 'read').map(({ path }) => path),
      'bio:sync': POSTED.map(({ path }) => path),
    };
    for (const scope of ['bio:read', 'bio:sync'] as const) {
      const { seen, actions } = await walk(await signIn(scope));
      const shown = PAGES.filter(({ method = 'GET' }) => method === 'GET').map(({ path }) => path);
      const missed = shown.filter((path) => !seen.includes(path));
      assert.deepEqual(missed, [], 'every page was walked');
      const offered = new Set(actions.map((action) => toPage(action, 'POST')));
      for (const { path, scope: needed = 'read' } of offered)
        assert.ok(needed === 'open' || mayUse({ scope: toScope(scope) }, needed), path);
      assert.deepEqual([...offered].map(({ path }) => path).sort(), expected[scope]?.sort());
    }
  });

  test('of health: settings for an administrator alone, and of a secret that it is set', async () => {
    for (const scope of ['bio:sync', 'bio:admin'] as const) {
      const { body } = await (await signIn(scope)).get('/ui/health');
      assert.match(body, /480 requests a minute, with an API key.*0 requests in the latest minute.*at once/s);
      const isShown = scope === 'bio:admin';
      assert.equal(/BIO_MCP_PUBMED_API_KEY<\/code><\/th>\s*<td[^>]*>set, and secret</.test(body), isShown);
      assert.equal(body.includes('BIO_MCP_HTTP_PORT'), isShown);
      assert.ok(!body.includes(SECRET));
    }
  });

  test('of tools: those that a token may call, each with a form', async () => {
    for (const scope of ['bio:read', 'bio:sync', 'bio:admin'] as const) {
      const browser = await signIn(scope);
      const { body } = await browser.get('/ui/docs');
      const shown = [...body.matchAll(/href="\/ui\/docs\?tool=([^"]+)"/g)].map(([, name]) => name);
      const allowed = TOOLS.filter((tool) => mayUse({ scope: toScope(scope) }, tool.scope));
      assert.deepEqual(
        shown,
        allowed.map(({ name }) => name),
      );
      for (const { name } of TOOLS) {
        const { statusCode, json } = await browser.get(`/ui/docs?tool=${name}`, {
          accept: 'application/json',
        });
        const told = statusCode === 200 ? null : json().error_code;
        assert.deepEqual([name, told], [name, shown.includes(name) ? null : 'FORBIDDEN']);
      }
    }
  });

  test('is refused all the same, where a reader sends a form that he was not given', async () => {
    const browser = await signIn('bio:read');
    await browser.get('/ui/search?q=falls');
    for (const { path } of POSTED) {
      const { statusCode, json } = await app.inject({
        method: 'POST',
        url: path.replace(':id', '01a20d17-b8bc-70e4-9f1b-de1700330c82'),
        headers: {
          ...{ host: new URL(ORIGIN).host, origin: ORIGIN, cookie: browser.cookies() },
          'content-type': 'application/x-www-form-urlencoded',
        },
        payload: new URLSearchParams({ token: browser.formToken(), tool: 'pubmed.sync' }).toString(),
      });
      assert.deepEqual([statusCode, json().error_code], [403, 'FORBIDDEN'], path);
    }
  });
});

function toScope(name: ScopeName): Scope {
  return name.slice('bio:'.length) as Scope; // as names of scopes are made
}

function toPage(url: string, method: 'GET' | 'POST') {
  const [path = ''] = url.split('?');
  const page = PAGES.filter((one) => (one.method ?? 'GET') === method).find((one) =>
    [one.path, ...(one.aliases ?? [])].some((pattern) =>
      new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
    ),
  );
  return page ?? assert.fail(`no page answers ${method} ${url}`);
}
