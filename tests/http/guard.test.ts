import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, test } from 'node:test';
import type { AccessTokens } from '../../src/access/access-tokens.ts';
import { createTokenText } from '../../src/access/token-text.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { createSqlJobTable } from '../../src/store/jobs/sql-job-table.ts';
import { askUntil } from '../support/awaited.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { createTestQueue } from '../support/http/test-app.ts';
import { toModernRequest } from '../support/mcp/mcp-bench.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const openDatabase = shareDatabase(testPostgres);
const { signal } = new AbortController();

async function openBearerApp(env: Record<string, string> = {}) {
  const clock = createHeldClock();
  const time = { ms: 0 };
  const database = await openDatabase();
  const tokens = createSqlAccessTokens({ database, clock });
  const queue = createTestQueue(database);
  const settings = { BIO_MCP_AUTH: 'bearer', ...env };
  const opened = await openGuardedApp({ env: settings, tokens, clock, now: () => time.ms, queue });
  return { ...opened, tokens, queue, clock, time, database };
}

const toHeaders = (token: string) => ({ authorization: `Bearer ${token}` });
const readTools = { url: '/v1/mcp/tools' };

describe('a guarded server', () => {
  test('takes a token as soon as it is given, and none that is revoked', async () => {
    await using opened = await openBearerApp();
    const { app, tokens, time } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
    const ask = async () => (await app.inject({ ...readTools, headers: toHeaders(token) })).statusCode;
    assert.equal(await ask(), 200);
    await tokens.revoke('ada', { signal });
    time.ms += 6_000;
    assert.equal(await ask(), 401);
  });

  test('ends a token at the very moment that it was made for', async () => {
    await using opened = await openBearerApp();
    const { app, tokens, clock } = opened;
    const expiresAt = new Date(clock.now().getTime() + 60_000).toISOString();
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'], expiresAt });
    const ask = async () => (await app.inject({ ...readTools, headers: toHeaders(token) })).statusCode;
    clock.advance(59_999);
    assert.equal(await ask(), 200);
    clock.advance(1);
    assert.equal(await ask(), 401);
  });

  test('says 503 where the database cannot tell, but goes on for seconds with what it saw', async () => {
    await using opened = await openBearerApp();
    const { tokens, clock } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
    let isAway = false;
    const away: AccessTokens = {
      ...tokens,
      find: (hash, options) => (isAway ? Promise.reject(new Error('gone')) : tokens.find(hash, options)),
    };
    let ms = 0;
    await using second = await openGuardedApp({
      env: { BIO_MCP_AUTH: 'bearer' },
      ...{ tokens: away, clock, now: () => ms },
    });
    const ask = async () => (await second.app.inject({ ...readTools, headers: toHeaders(token) })).statusCode;
    assert.equal(await ask(), 200);
    isAway = true;
    ms += 5_000;
    assert.equal(await ask(), 200);
    ms += 5_000;
    assert.equal(await ask(), 500);
    // What watches learns that the database is away, for an hour.
    const scrape = async () =>
      (await second.app.inject({ url: '/metrics', headers: toHeaders(token) })).statusCode;
    assert.equal(await scrape(), 200);
    const readReasons = async () =>
      (await second.app.inject({ url: '/readyz', headers: toHeaders(token) })).json().checks[0].reason;
    assert.match(await readReasons(), /^The database at /);
    ms += 3_600_000;
    assert.equal(await readReasons(), null);
    assert.equal(await scrape(), 500);
  });

  test('writes the day of the last use down', async () => {
    await using opened = await openBearerApp();
    const { app, tokens } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
    await app.inject({ ...readTools, headers: toHeaders(token) });
    // It is written beside the answer.
    const look = async () => (await tokens.list({ signal }))[0]?.lastUsedOn ?? null;
    assert.equal(await askUntil(look, { what: 'a day of use', pauseMs: 0 }), '2026-03-01');
  });

  test('shows the tools that the caller may call, and no others', async () => {
    await using opened = await openBearerApp();
    const { app, tokens } = opened;
    const listed: Record<string, string[]> = {};
    for (const scope of ['read', 'sync', 'admin'] as const) {
      const token = await giveToken(tokens, { name: scope, scopes: [`bio:${scope}`] });
      const plain = await app.inject({ ...readTools, headers: toHeaders(token) });
      const [payload, headers] = toModernRequest('tools/list');
      const accept = 'application/json, text/event-stream';
      const sent = { ...headers, ...toHeaders(token), accept, 'content-type': 'application/json' };
      const mcp = await app.inject({ method: 'POST', url: '/mcp', payload, headers: sent });
      const names = plain.json().tools.map(({ name }: { name: string }) => name);
      const { result } = mcp.json();
      assert.equal(result.cacheScope, 'private');
      assert.deepEqual(
        result.tools.map(({ name }: { name: string }) => name),
        names.map((name: string) => name.replaceAll('.', '_')),
      );
      listed[scope] = names;
    }
    assert.ok(!listed.read?.includes('pubmed.sync') && listed.read?.includes('rag.search'));
    assert.ok(listed.sync?.includes('pubmed.sync') && !listed.sync.includes('corpus.reindex'));
    assert.ok(listed.admin?.includes('corpus.reindex'));
  });

  test('keeps who posted a job, in its row and for its parts', async () => {
    await using opened = await openBearerApp();
    const { app, tokens, queue, database } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:sync'] });
    const payload = { tool: 'pubmed.sync', params: { term: 'wombats' } };
    const posted = await app.inject({ method: 'POST', url: '/v1/jobs', payload, headers: toHeaders(token) });
    const job = await queue.get(posted.json().job_id, { signal });
    assert.deepEqual([job.createdBy, job.createdScope], ['ada', 'sync']);
    const leased = await queue.claim({ tools: ['pubmed.sync'] }, { signal });
    assert.ok(leased);
    await queue.split(leased, [{ params: { term: 'wombats a' }, inTurn: false }], { signal });
    const table = createSqlJobTable({ database });
    const parts = await table.list({ state: 'queued', tool: null, limit: 9, after: null }, { signal });
    assert.deepEqual(
      parts.map(({ createdBy, createdScope }) => [createdBy, createdScope]),
      [['ada', 'sync']],
    );
  });

  test('tells the audit who changed what from where, and who was refused', async () => {
    await using opened = await openBearerApp();
    const { app, tokens, lines } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:sync'] });
    const headers = toHeaders(token);
    const post = (payload: object) => app.inject({ method: 'POST', url: '/v1/jobs', payload, headers });
    await post({ tool: 'pubmed.sync', params: { term: 'wombats' } });
    await post({ tool: 'corpus.reindex' });
    await app.inject({ ...readTools, headers });
    await app.inject({ ...readTools, headers: toHeaders(createTokenText()) });
    const audits = lines.filter(({ msg }) => msg === 'audit');
    const told = audits.map(({ audit, by, via, from, what, status, reason }) => ({
      audit,
      by,
      via,
      from,
      what,
      status,
      reason,
    }));
    const from = '127.0.0.1';
    const ada = { by: 'ada', via: 'bearer', from };
    assert.deepEqual(told, [
      { audit: 'changes', ...ada, what: 'pubmed.sync', status: 202, reason: undefined },
      { audit: 'refused', ...ada, what: 'POST /v1/jobs', status: 403, reason: undefined },
      {
        ...{ audit: 'refused', by: null, via: null, from },
        ...{ what: 'GET /v1/mcp/tools', status: 401, reason: 'unknown token' },
      },
    ]);
    assert.ok(audits.every(({ trace_id: id }) => typeof id === 'string'));
  });
});

describe('probes', () => {
  test('give reasons to callers who showed a credential, and to no others', async () => {
    await using opened = await openBearerApp();
    const { app, tokens } = opened;
    const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
    for (const url of ['/livez', '/healthz', '/readyz']) {
      for (const headers of [{}, toHeaders(createTokenText())]) {
        const response = await app.inject({ url, headers });
        const { 'x-trace-id': _random, ...told } = response.headers;
        assert.doesNotMatch(JSON.stringify([response.body, told]), /db\.internal|5432|1\.2\.3/, url);
      }
    }
    const anybody = await app.inject({ url: '/readyz' });
    assert.deepEqual([anybody.statusCode, anybody.json().checks[0].reason], [503, null]);
    const known = await app.inject({ url: '/readyz', headers: toHeaders(token) });
    assert.match(known.json().checks[0].reason, /db\.internal/);
  });
});

describe('the metadata of the resource', () => {
  const METADATA = '/.well-known/oauth-protected-resource';

  test('names the address that the request came by, without a setting', async () => {
    await using opened = await openBearerApp({
      BIO_MCP_HTTP_ALLOWED_HOSTS: 'bio-mcp.example.org',
      BIO_MCP_HTTP_TRUST_PROXY: 'loopback',
    });
    const headers = { host: 'bio-mcp.example.org', 'x-forwarded-proto': 'https' };
    for (const url of [METADATA, `${METADATA}/mcp`]) {
      const { resource, scopes_supported: scopes } = (await opened.app.inject({ url, headers })).json();
      assert.equal(resource, 'https://bio-mcp.example.org/mcp');
      assert.deepEqual(scopes, ['bio:read', 'bio:sync', 'bio:admin']);
    }
    const foreign = await opened.app.inject({ url: METADATA, headers: { host: 'evil.example' } });
    assert.equal(foreign.statusCode, 403);
  });

  test('names the issuer, and is not there where nobody is asked', async () => {
    const settings = {
      BIO_MCP_AUTH: 'oidc',
      BIO_MCP_OIDC_ISSUER: 'https://issuer.example/',
      BIO_MCP_HTTP_PUBLIC_URL: 'https://a.example/bio/',
    };
    await using opened = await openBearerApp(settings);
    const answer = (await opened.app.inject({ url: METADATA, headers: { host: 'a.example' } })).json();
    assert.equal(answer.resource, 'https://a.example/bio/mcp');
    assert.deepEqual(answer.authorization_servers, ['https://issuer.example/']);
    await using none = await openBearerApp({ BIO_MCP_AUTH: 'none' });
    assert.equal((await none.app.inject({ url: METADATA })).statusCode, 404);
  });
});

describe('the limit on wrong credentials', () => {
  test('is a hundred a minute for an address; none and right ones never count', async () => {
    await using opened = await openBearerApp({ BIO_MCP_HTTP_TRUST_PROXY: 'loopback' });
    const { app, tokens, time } = opened;
    const right = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
    const wrong = createTokenText();
    const ask = (address: string, token: string | null) =>
      app.inject({
        ...readTools,
        headers: { 'x-forwarded-for': address, ...(token === null ? {} : toHeaders(token)) },
      });
    for (let count = 1; count <= 100; count += 1) {
      assert.equal((await ask('192.0.2.7', wrong)).statusCode, 401);
      assert.equal((await ask('192.0.2.7', null)).statusCode, 401);
      assert.equal((await ask('192.0.2.7', right)).statusCode, 200);
    }
    const limited = await ask('192.0.2.7', wrong);
    assert.deepEqual([limited.statusCode, limited.json().error_code], [429, 'RATE_LIMITED']);
    assert.equal(limited.headers['retry-after'], '60');
    assert.equal((await ask('192.0.2.8', wrong)).statusCode, 401);
    assert.equal((await ask('192.0.2.7', right)).statusCode, 200);
    time.ms += 60_000;
    assert.equal((await ask('192.0.2.7', wrong)).statusCode, 401);
  });

  test('holds for a subscriber of IPv6, whichever of his addresses he takes', async () => {
    await using opened = await openBearerApp({ BIO_MCP_HTTP_TRUST_PROXY: 'loopback' });
    const ask = (address: string) =>
      opened.app.inject({
        ...readTools,
        headers: { 'x-forwarded-for': address, ...toHeaders(createTokenText()) },
      });
    for (let count = 0; count < 100; count += 1) await ask(`2001:db8:0:7::${count.toString(16)}`);
    assert.equal((await ask('2001:db8:0:7:ffff::1')).statusCode, 429);
    assert.equal((await ask('2001:db8:0:8::1')).statusCode, 401);
  });
});

describe('open streams', () => {
  test('in a flood from one credential end at its share, and others listen on', async () => {
    await using opened = await openBearerApp({ BIO_MCP_HTTP_MAX_CONCURRENCY: '20' });
    const { app, tokens } = opened;
    const [eve, ada] = [
      await giveToken(tokens, { name: 'eve', scopes: ['bio:read'] }),
      await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] }),
    ];
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const [body, mcpHeaders] = toModernRequest('subscriptions/listen', {
      notifications: { resourceSubscriptions: ['bio-mcp://corpus/status'] },
    });
    const accept = 'application/json, text/event-stream';
    const headers = { ...mcpHeaders, accept, 'content-type': 'application/json' };
    const leaving = new AbortController();
    const listen = (token: string) =>
      fetch(`${url}/mcp`, {
        method: 'POST',
        body,
        headers: { ...headers, ...toHeaders(token) },
        signal: leaving.signal,
      });
    const answers = await Promise.all(Array.from({ length: 60 }, () => listen(eve)));
    const refused = answers.filter(({ status }) => status === 429);
    assert.deepEqual([answers.filter(({ ok }) => ok).length, refused.length], [5, 55]);
    assert.equal(refused[0]?.headers.get('retry-after'), '5');
    assert.match(String(await refused[0]?.text()), /You listen to 5 streams already/);
    assert.equal((await listen(ada)).status, 200);
    leaving.abort();
  });

  for (const kind of ['events of a job', 'changes over MCP'] as const) {
    test(`the ${kind} end once the credential does`, async () => {
      await using opened = await openBearerApp();
      const { app, tokens, queue, time, lines } = opened;
      const { job } = await queue.enqueue({ tool: 'pubmed.sync', params: {} }, { signal });
      const token = await giveToken(tokens, { name: 'ada', scopes: ['bio:read'] });
      const url = await app.listen({ host: '127.0.0.1', port: 0 });
      const [body, mcpHeaders] = toModernRequest('subscriptions/listen', {
        notifications: { resourceSubscriptions: ['bio-mcp://corpus/status'] },
      });
      const isMcp = kind === 'changes over MCP';
      const accept = 'application/json, text/event-stream';
      const headers = isMcp ? { ...mcpHeaders, accept, 'content-type': 'application/json' } : {};
      const sent = httpRequest(`${url}${isMcp ? '/mcp' : `/v1/jobs/${job.jobId}/events`}`, {
        method: isMcp ? 'POST' : 'GET',
        headers: { ...headers, ...toHeaders(token) },
      });
      sent.end(isMcp ? body : undefined);
      const [response] = await once(sent, 'response');
      assert.equal(response.statusCode, 200);
      const [first] = await once(response, 'data');
      assert.match(String(first), /event: |data: /);
      await tokens.revoke('ada', { signal });
      time.ms += 6_000;
      response.resume();
      await once(response, 'close');
      const told = lines.find(({ msg }) => String(msg).startsWith('a request ends'));
      assert.deepEqual([told?.by, told?.reason], ['ada', 'revoked token ada']);
    });
  }
});
