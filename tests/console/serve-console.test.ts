import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { html } from '../../src/console/html.ts';
import type { ConsolePage } from '../../src/console/page.ts';
import { serveConsole } from '../../src/console/serve-console.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { ping } from '../../src/tools/ping.ts';
import { createTestApp } from '../support/http/test-app.ts';

const STYLE = new URL('../../src/console/assets/console.css', import.meta.url);
const NASTY = '<script>alert(1)</script>';
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const browser = { accept: 'text/html,*/*;q=0.8' };

let posted: string[] = [];
const PAGES: ConsolePage[] = [
  {
    path: '/ui',
    navigation: 'First',
    answer: async ({ call, query, formToken }) => {
      const { message } = await call(ping, { message: query.get('m') ?? 'hello' });
      return { title: message, content: html`<p>${message}</p><i>${formToken}</i>` };
    },
  },
  {
    path: '/ui/things/:id',
    answer: async ({ tryCall, params }) => {
      const { failure } = await tryCall({ ...ping, name: 'test.none' }, {});
      return { title: params.id ?? '', content: html`<p>${failure?.error_code} ${failure?.trace_id}</p>` };
    },
  },
  {
    path: '/ui/things',
    method: 'POST',
    answer: async ({ form: given }) => {
      posted.push(given.get('name') ?? '');
      return { location: '/ui/things/1' };
    },
  },
  {
    path: '/ui/kept',
    navigation: 'Only of admins',
    scope: 'admin',
    answer: async () => ({ fileName: '../a b".txt', contentType: 'text/plain', text: NASTY }),
  },
];

describe('the console', () => {
  let app: ReturnType<typeof createTestApp>;
  before(() => {
    app = createTestApp();
    serveConsole(app.app, {
      ...app.parts,
      pages: PAGES,
      sessionKey: 'k'.repeat(32),
      clock: systemClock,
      version: '1.2.3',
    });
  });
  after(() => app[Symbol.asyncDispose]());

  const get = (url: string, headers: Record<string, string> = browser) => app.app.inject({ url, headers });
  async function readToken(): Promise<string> {
    const { body } = await get('/ui');
    return /<i>([^<]+)<\/i>/.exec(body)?.[1] ?? assert.fail(body);
  }
  const post = (payload: string, headers: Record<string, string> = {}) =>
    app.app.inject({
      method: 'POST',
      url: '/ui/things',
      payload,
      headers: { host: 'localhost:80', ...browser, ...form, ...headers },
    });

  test('answers a page that a tool filled, within its navigation', async () => {
    for (const url of ['/ui', '/ui/']) {
      const { statusCode, headers, body } = await get(url);
      assert.equal(statusCode, 200);
      assert.equal(headers['content-type'], 'text/html; charset=utf-8');
      assert.match(body, /^<!doctype html>\n<html lang="en">/);
      assert.match(body, /<title>hello · bio-mcp<\/title>/);
      assert.match(body, /<a href="\/ui" aria-current="page">First<\/a>/);
      assert.match(body, /<a href="\/ui\/kept">Only of admins<\/a>/);
      assert.match(body, /bio-mcp 1\.2\.3/);
    }
  });

  test('lets a page hold no script and be kept and framed by nobody', async () => {
    for (const url of ['/ui', '/ui/none', '/ui/things/1', '/ui/kept']) {
      const { headers } = await get(url);
      const policy = String(headers['content-security-policy']);
      assert.match(policy, /default-src 'none'/);
      assert.match(policy, /frame-ancestors 'none'/);
      assert.doesNotMatch(policy, /unsafe/);
      assert.equal(headers['cache-control'], 'no-store');
      assert.equal(headers['referrer-policy'], 'same-origin');
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    const { body } = await get(`/ui?m=${encodeURIComponent(NASTY)}`);
    assert.ok(!body.includes(NASTY));
    assert.doesNotMatch(body, /<style|style="|<script>|<script(?! type="module" src="\/ui\/assets\/)/);
  });

  test('leads browsers from / to it, and tells programs what there is', async () => {
    const page = await get('/');
    assert.equal(page.statusCode, 302);
    assert.equal(page.headers.location, '/ui');
    assert.equal(page.headers.vary, 'accept');
    const program = await get('/', { accept: 'application/json' });
    assert.equal(program.statusCode, 404);
    assert.equal(program.json().error_code, 'NOT_FOUND');
  });

  test('serves what pages load for ever, by an address that changes with it', async () => {
    const { body } = await get('/ui');
    const addresses = [...body.matchAll(/(?:href|src)="(\/ui\/assets\/[^"]+)"/g)].map(
      ([, address]) => address ?? '',
    );
    assert.equal(addresses.length, 3);
    let bytes = Buffer.byteLength(body);
    for (const address of addresses) {
      const { statusCode, headers, rawPayload } = await get(address);
      assert.equal(statusCode, 200);
      assert.match(address, /\.[0-9a-f]{12}\.(?:css|js|svg)$/);
      assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable');
      bytes += rawPayload.length;
    }
    assert.ok(bytes < 150_000, String(bytes));
    assert.equal((await get('/ui/assets/console.000000000000.css')).statusCode, 404);
  });

  test('its style says nothing twice, so that nothing old stands behind what mends it', () => {
    const rules: string[] = readFileSync(STYLE, 'utf8').match(/^[^\s}][^{]*\{[^}]*\}/gm) ?? [];
    assert.ok(rules.length > 50, `only ${rules.length} rules were found`);
    assert.deepEqual(
      rules.filter((rule, at) => rules.indexOf(rule) !== at),
      [],
    );
  });

  test('tells a browser of a miss by a page, and a program by the envelope', async () => {
    const page = await get('/ui/nothing');
    assert.equal(page.statusCode, 404);
    assert.match(page.body, /<b>NOT_FOUND<\/b>/);
    assert.match(page.body, new RegExp(`<code>${page.headers['x-trace-id']}</code>`));
    const program = await get('/ui/nothing', { accept: 'application/json' });
    assert.equal(program.json().error_code, 'NOT_FOUND');
  });

  test('tells what Fastify refuses as the caller’s own fault, by a page too', async () => {
    const { statusCode, body } = await post('name=x', { 'content-type': 'text/plain' });
    assert.equal(statusCode, 400);
    assert.match(body, /VALIDATION/);
  });

  test('shows a failed call in its place, with the id under which the log has it', async () => {
    const { statusCode, body, headers } = await get('/ui/things/%3Cb%3E');
    assert.equal(statusCode, 200);
    assert.match(body, new RegExp(`TOOL_NOT_FOUND ${headers['x-trace-id']}`));
    assert.match(body, /<title>&lt;b/);
  });

  test('takes a form that was sent by its own page alone', async () => {
    posted = [];
    const token = await readToken();
    const right = `name=a&token=${token}`;
    for (const headers of [
      { origin: 'http://localhost:80' },
      { origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' },
      {},
    ] as Record<string, string>[]) {
      const { statusCode, headers: told } = await post(right, headers);
      assert.equal(statusCode, 303);
      assert.equal(told.location, '/ui/things/1');
    }
    assert.deepEqual(posted, ['a', 'a', 'a']);
    const refused: [string, Record<string, string>][] = [
      ['name=b', {}],
      ['name=b&token=', {}],
      [`name=b&token=${token.slice(1)}`, {}],
      [`name=b&token=${token}`, { origin: 'http://localhost:3000' }],
      [`name=b&token=${token}`, { origin: 'https://elsewhere.example' }],
      [`name=b&token=${token}`, { origin: 'null' }],
      [`name=b&token=${token}`, { 'sec-fetch-site': 'cross-site' }],
      [`name=b&token=${token}`, { 'sec-fetch-site': 'same-site' }],
    ];
    for (const [payload, headers] of refused) {
      const { statusCode, body } = await post(payload, headers);
      assert.equal(statusCode, 403, JSON.stringify(headers));
      assert.match(body, /<b>FORBIDDEN<\/b>/);
    }
    assert.equal(posted.length, 3);
  });

  test('gives a file a name that is one', async () => {
    const { headers, body } = await get('/ui/kept');
    assert.equal(headers['content-disposition'], 'attachment; filename="..-a-b-.txt"');
    assert.equal(body, NASTY);
  });

  test('is no part of what programs are told of', async () => {
    const { paths } = (await get('/openapi.json')).json();
    assert.deepEqual(
      Object.keys(paths).filter((path) => path === '/' || path.startsWith('/ui')),
      [],
    );
  });
});
