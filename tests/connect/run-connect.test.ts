import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import type { ConnectOptions } from '../../src/connect/run-connect.ts';
import { createSecret } from '../../src/domain/settings/secret.ts';
import { DESKTOP_CLIENT, type Issuer, startIssuer } from '../support/http/oidc-issuer.ts';
import { openConnected, openGuardedServer } from '../support/mcp/connect-bench.ts';
import {
  type AnyJson,
  CLIENT_MODES,
  type ClientMode,
  firstText,
  type LocalNcbi,
  openLocalNcbi,
} from '../support/mcp/mcp-bench.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

let local: LocalNcbi;
let folder: string;
before(async () => {
  local = await openLocalNcbi({}, 'PostgreSQL');
  folder = await mkdtemp(join(tmpdir(), 'bio-mcp-connect-'));
});
after(async () => {
  await local[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const openServer = (env?: Record<string, string>) =>
  openGuardedServer({ local, ...(env === undefined ? {} : { env }) });

function openClient(
  url: string,
  given: Pick<ConnectOptions, 'token'> & Partial<ConnectOptions>,
  mode: ClientMode = 'auto',
) {
  return openConnected(url, { signInPath: join(folder, 'sign-in.json'), mode, ...given });
}

/** Resolves once the client has sent its next message. */
function toldOfSending({ transport }: Client): Promise<void> {
  assert.ok(transport !== undefined);
  const sent = Promise.withResolvers<void>();
  const send = transport.send.bind(transport);
  transport.send = (...message) => send(...message).then(sent.resolve);
  return sent.promise;
}

describe('bio-mcp connect with a token', () => {
  for (const mode of CLIENT_MODES) {
    test(`hands calls on, and ends with its client (${mode})`, async () => {
      await using server = await openServer();
      const token = await server.give(`ada-${mode}`, ['bio:sync']);
      await using opened = await openClient(server.url, { token: async () => token }, mode);
      const { tools } = await opened.client.listTools();
      assert.ok(tools.some(({ name }) => name === 'pubmed_sync'));
      assert.ok(!tools.some(({ name }) => name === 'corpus_reindex'), 'it shows what its token may call');
      const told = await opened.client.callTool({ name: 'ping', arguments: { message: 'x'.repeat(900) } });
      assert.equal((told.structuredContent as AnyJson).message, 'x'.repeat(900));
      const status = await opened.client.readResource({ uri: 'bio-mcp://corpus/status' });
      assert.equal(status.contents.length, 1);
    });

    test(`a call that is taken back while no server answers is over (${mode})`, async () => {
      const server = await openServer();
      const token = await server.give(`over-${mode}`, ['bio:read']);
      const { lines, logger } = recordingLogger();
      const given = { token: async () => token, patienceMs: 500, logger };
      await using opened = await openClient(server.url, given, mode);
      const surplus: string[] = [];
      opened.client.onerror = ({ message }) => surplus.push(message);
      await opened.client.listTools();
      await server[Symbol.asyncDispose]();
      const stop = new AbortController();
      const ping = { name: 'ping', arguments: {} };
      const sent = toldOfSending(opened.client);
      const first = opened.client.callTool(ping, { signal: stop.signal });
      await sent;
      stop.abort();
      await assert.rejects(first);
      // It would have been answered before this one is.
      await assert.rejects(opened.client.callTool(ping), /The server does not answer/);
      assert.deepEqual(surplus, []);
      const isLost = ({ msg }: Record<string, unknown>) => msg === 'a request could not be handed on';
      assert.equal(lines.filter(isLost).length, 1);
    });

    test(`each request is answered once (${mode})`, async () => {
      await using server = await openServer();
      const token = await server.give(`once-${mode}`, ['bio:read']);
      await using opened = await openClient(server.url, { token: async () => token }, mode);
      const surplus: string[] = [];
      opened.client.onerror = ({ message }) => surplus.push(message);
      for (const message of ['a', 'b', 'c', 'd']) {
        const told = await opened.client.callTool({ name: 'ping', arguments: { message } });
        assert.equal((told.structuredContent as AnyJson).message, message);
      }
      assert.deepEqual(surplus, []);
    });
  }

  test('takes a call back that its client takes back', async () => {
    await using server = await openServer();
    const token = await server.give('ada', ['bio:sync']);
    await using opened = await openClient(server.url, { token: async () => token });
    const { client } = opened;
    const stop = new AbortController();
    const waiting = client.callTool(
      { name: 'jobs_get', arguments: { job_id: '0198c0de-0000-7000-8000-000000000000', wait_seconds: 45 } },
      { signal: stop.signal },
    );
    stop.abort();
    await assert.rejects(waiting);
    assert.equal(firstText(await client.callTool({ name: 'ping', arguments: {} })).length > 0, true);
  });

  test('says which scope is lacking, and that a token is refused', async () => {
    await using server = await openServer();
    const token = await server.give('reader', ['bio:read']);
    await using opened = await openClient(server.url, { token: async () => token });
    await assert.rejects(
      opened.client.callTool({ name: 'pubmed_sync', arguments: { term: 'wombats' } }),
      /asks for the scope bio:read bio:sync/,
    );
    await assert.rejects(
      openClient(server.url, { token: async () => 'biomcp_wrong' }, 'legacy'),
      /BIO_MCP_TOKEN/,
    );
  });

  test('reads a token again that the server refuses', async () => {
    await using server = await openServer();
    const kept = { token: await server.give('old', ['bio:read']) };
    const secret = createSecret(kept.token, async () => kept.token);
    const given = {
      token: async () => secret.value ?? '',
      renewToken: () => secret.renew(secret.value),
    };
    await using opened = await openClient(server.url, given);
    const ping = () => opened.client.callTool({ name: 'ping', arguments: {} });
    await ping();
    kept.token = 'biomcp_wrong';
    await secret.renew(secret.value);
    await assert.rejects(ping(), /BIO_MCP_TOKEN/);
    kept.token = await server.give('new', ['bio:read']);
    await ping();
  });

  test('goes on when the server restarts: a call that did not get through waits', async () => {
    const server = await openServer();
    const token = await server.give('restarted', ['bio:read']);
    const { port } = new URL(server.url);
    await using opened = await openClient(server.url, { token: async () => token });
    await opened.client.listTools();
    await server[Symbol.asyncDispose]();
    const waiting = opened.client.callTool({ name: 'ping', arguments: { message: 'again' } });
    await using _ = await openGuardedServer({ local, port: Number(port) });
    assert.equal(((await waiting).structuredContent as AnyJson).message, 'again');
  });

  test('says so where no server comes', async () => {
    const server = await openServer();
    const token = await server.give('lonely', ['bio:read']);
    await using opened = await openClient(server.url, { token: async () => token, patienceMs: 0 });
    await opened.client.listTools();
    await server[Symbol.asyncDispose]();
    await assert.rejects(
      opened.client.callTool({ name: 'ping', arguments: {} }),
      /The server does not answer/,
    );
  });
});

describe('bio-mcp connect with a sign-in', () => {
  let issuer: Issuer;
  before(async () => {
    issuer = await startIssuer('http://127.0.0.1/mcp');
  });
  after(() => issuer[Symbol.asyncDispose]());

  test('opens the page of the issuer once, steps up for a tool, and keeps what it got for itself', async () => {
    await using server = await openServer({ BIO_MCP_AUTH: 'oidc', BIO_MCP_OIDC_ISSUER: issuer.url });
    const signInPath = join(folder, 'oidc', 'ada.json');
    const pages: string[] = [];
    const openBrowser = (page: string) => {
      pages.push(page);
      void issuer.browse(page);
    };
    {
      await using opened = await openClient(server.url, { token: null, signInPath, openBrowser });
      await opened.client.callTool({ name: 'ping', arguments: {} });
      assert.equal(pages.length, 1);
      const asked = new URL(pages[0] ?? '').searchParams;
      assert.deepEqual(
        [asked.get('code_challenge_method'), asked.get('resource')],
        ['S256', `${server.url}/mcp`],
      );
      assert.match(asked.get('redirect_uri') ?? '', /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
      assert.match(asked.get('scope') ?? '', /bio:read/);
      const posted = await opened.client.callTool({ name: 'pubmed_sync', arguments: { term: 'quokkas' } });
      assert.equal((posted.structuredContent as AnyJson).tool, 'pubmed.sync');
      assert.equal(pages.length, 2);
    }
    assert.equal((await stat(signInPath)).mode & 0o777, 0o600);
    assert.ok(JSON.parse(await readFile(signInPath, 'utf8')).tokens.refresh_token);
    await using again = await openClient(server.url, { token: null, signInPath, openBrowser });
    await again.client.callTool({ name: 'ping', arguments: {} });
    assert.equal(pages.length, 2);
  });

  test('reads the secret of its client again that the issuer refuses, and its user signs in once', async () => {
    await using server = await openServer({ BIO_MCP_AUTH: 'oidc', BIO_MCP_OIDC_ISSUER: issuer.url });
    const pages: string[] = [];
    const openBrowser = (page: string) => {
      pages.push(page);
      void issuer.browse(page);
    };
    const { client_id: id, client_secret } = DESKTOP_CLIENT;
    const secret = createSecret('of-yesterday-of-yesterday', async () => client_secret);
    const signInPath = join(folder, 'oidc', 'rotated.json');
    const given = { token: null, signInPath, openBrowser, client: { id, secret } };
    await using opened = await openClient(server.url, given);
    await opened.client.callTool({ name: 'ping', arguments: {} });
    assert.equal(secret.value, client_secret);
    assert.equal(pages.length, 1);
  });

  test('opens the page anew where a sign-in came to nothing', async () => {
    await using server = await openServer({ BIO_MCP_AUTH: 'oidc', BIO_MCP_OIDC_ISSUER: issuer.url });
    const pages: string[] = [];
    const openBrowser = (page: string) => {
      pages.push(page);
      void (pages.length === 2 ? refuse(page) : issuer.browse(page));
    };
    const signInPath = join(folder, 'oidc', 'refused.json');
    await using opened = await openClient(server.url, { token: null, signInPath, openBrowser });
    const sync = { name: 'pubmed_sync', arguments: { term: 'quokkas' } };
    await assert.rejects(opened.client.callTool(sync));
    const posted = await opened.client.callTool(sync);
    assert.equal((posted.structuredContent as AnyJson).tool, 'pubmed.sync');
    assert.equal(pages.length, 3);
  });

  /** The user does not consent, and the issuer sends the browser back. */
  async function refuse(page: string): Promise<void> {
    const asked = new URL(page).searchParams;
    const answer = { error: 'access_denied', state: asked.get('state') ?? '', iss: issuer.url };
    await fetch(`${asked.get('redirect_uri')}?${new URLSearchParams(answer)}`);
  }
});
