import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { createTokenText } from '../../src/access/token-text.ts';
import { readAssets } from '../../src/console/assets.ts';
import { mayUse, SCOPES } from '../../src/domain/caller.ts';
import { createSqlAccessTokens } from '../../src/store/access/sql-access-tokens.ts';
import { TOOLS } from '../../src/tools/tools.ts';
import { giveToken, openGuardedApp } from '../support/http/guarded-app.ts';
import { type Issuer, startIssuer } from '../support/http/oidc-issuer.ts';
import { shareDatabase, testPostgres } from '../support/postgres/databases.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const PUBLIC = 'https://bio-mcp.example.org';
const RESOURCE = `${PUBLIC}/mcp`;
const UUID = '0198c0de-0000-7000-8000-000000000000';
const METADATA = '/.well-known/oauth-protected-resource';
/** Routes that need no credential; any other that there is or comes has to. */
const SIGN_IN = ['/ui/sign-in', '/ui/sign-in/start', '/ui/sign-in/callback', '/ui/sign-out'];
const ASSETS = Object.values(readAssets()).map(({ address }) => address);
const OPEN = ['/livez', '/healthz', '/readyz', METADATA, `${METADATA}/mcp`, ...SIGN_IN, ...ASSETS];
const ERAS = {
  legacy: { body: {}, headers: { 'mcp-protocol-version': '2025-11-25' } },
  modern: {
    body: {
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': {},
      },
    },
    headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call' },
  },
} as const;

const openDatabase = shareDatabase(testPostgres);
const clock = createHeldClock(new Date().toISOString());
/**
 * The limit on wrong credentials has a clock of its own, or the hundred-and-first case would be told that.
 */
let elapsedMs = 0;
const now = () => elapsedMs;

/** The API, or the port that only watches. */
type App = Pick<Awaited<ReturnType<typeof openGuardedApp>>, 'app' | 'routes'>;
type Tokens = ReturnType<typeof createSqlAccessTokens>;
interface Request {
  method: string;
  url: string;
  payload?: object;
  headers?: Record<string, string>;
}

let issuer: Issuer;
let tokens: Tokens;
let guarded: Awaited<ReturnType<typeof open>>;

before(async () => {
  issuer = await startIssuer(RESOURCE);
  tokens = createSqlAccessTokens({ database: await openDatabase(), clock });
  guarded = await open({});
});
after(async () => {
  await guarded[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

function open(env: Record<string, string>) {
  const settings = {
    BIO_MCP_AUTH: 'bearer,oidc',
    BIO_MCP_OIDC_ISSUER: issuer.url,
    BIO_MCP_HTTP_PUBLIC_URL: PUBLIC,
  };
  return openGuardedApp({ env: { ...settings, ...env }, tokens, clock, now });
}

/**
 * Each request comes an hour after the one before, by the limit's clock, and what it was told is forgotten.
 */
async function ask({ app }: App, { method, url, payload, headers = {} }: Request, authorization?: string) {
  elapsedMs += 61_000;
  const credential = authorization === undefined ? {} : { authorization };
  const response = await app.inject({
    method: method as 'GET',
    url,
    headers: { host: 'bio-mcp.example.org', ...headers, ...credential },
    ...(payload === undefined ? {} : { payload }),
  });
  return response;
}

/** One request a route and method of the running app, and for `/mcp` one an era. */
function listRequests({ routes }: App): Request[] {
  return routes.flatMap(({ method, url }): Request[] => {
    const path = url.replace(':id', UUID);
    if (url === '/mcp') return Object.values(ERAS).map((era) => toMcp('ping', era));
    if (method !== 'POST') return [{ method, url: path }];
    return [{ method, url: path, payload: { tool: 'ping' } }];
  });
}

function toMcp(tool: string, { body, headers }: (typeof ERAS)[keyof typeof ERAS]): Request {
  const params = { name: tool, arguments: {}, ...body };
  return {
    method: 'POST',
    url: '/mcp',
    payload: { jsonrpc: '2.0', id: 1, method: 'tools/call', params },
    headers: { accept: 'application/json, text/event-stream', ...headers, 'mcp-name': tool },
  };
}

const seconds = (offset: number) => Math.floor(clock.now().getTime() / 1_000) + offset;
const claims = (more: Record<string, unknown> = {}) => ({
  iss: issuer.url,
  aud: RESOURCE,
  sub: 'ada',
  scope: 'bio:admin',
  iat: seconds(0),
  exp: seconds(600),
  ...more,
});

/** Credentials that open nothing, each as the value of the header. */
const WRONG: Record<string, () => Promise<string> | string> = {
  'an empty header': () => '',
  'a scheme without a token': () => 'Bearer ',
  'another scheme': () => `Basic ${Buffer.from('ada:secret').toString('base64')}`,
  'two tokens in one header': async () => `Bearer ${await issuer.sign(claims())} ${createTokenText()}`,
  'a word': () => 'Bearer open-sesame',
  'a token that was never given': () => `Bearer ${createTokenText()}`,
  'a token with a wrong checksum': () => `Bearer ${createTokenText().slice(0, -1)}x`,
  async 'a revoked token'() {
    const text = await giveToken(tokens, { name: 'gone', scopes: ['bio:admin'] });
    await tokens.revoke('gone', { signal: new AbortController().signal });
    return `Bearer ${text}`;
  },
  async 'an expired token'() {
    const expiresAt = new Date(clock.now().getTime() - 1).toISOString();
    return `Bearer ${await giveToken(tokens, { name: 'late', scopes: ['bio:admin'], expiresAt })}`;
  },
  'a JWT that is expired': () => jwt(claims({ exp: seconds(-61) })),
  'a JWT that is not valid yet': () => jwt(claims({ nbf: seconds(61) })),
  'a JWT without exp': () => jwt(claims({ exp: undefined })),
  'a JWT whose exp is no number': () => jwt(claims({ exp: 'tomorrow' })),
  'a JWT for another audience': () => jwt(claims({ aud: 'https://elsewhere.example/mcp' })),
  'a JWT for no audience': () => jwt(claims({ aud: undefined })),
  'a JWT of another issuer': () => jwt(claims({ iss: 'https://elsewhere.example' })),
  'a JWT that names nobody': () => jwt(claims({ sub: undefined })),
  'a JWT of another type': () => jwt(claims(), { typ: 'logout+jwt' }),
  'an ID token': () => jwt(claims({ at_hash: 'x' })),
  'a JWT bound to a key of its holder': () => jwt(claims({ cnf: { jkt: 'x' } })),
  'a JWT of an unknown kid': () => jwt(claims(), { kid: 'key-0' }),
  'a JWT with an unknown critical header': () => jwtAs(claims(), { kid: 'key-1', crit: ['exp'], exp: 1 }),
  'a JWT without a signature': () => `Bearer ${new UnsecuredJWT(claims()).encode()}`,
  'a JWT whose algorithm is none': () =>
    `Bearer ${toPart({ alg: 'none', kid: 'key-1' })}.${toPart(claims())}.`,
  async 'HS256 signed with the public key'() {
    const { n = '', e = '' } = await issuer.publicKey();
    const key = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
    const spki = key.export({ type: 'spki', format: 'pem' });
    const body = `${toPart({ alg: 'HS256', kid: 'key-1' })}.${toPart(claims())}`;
    return `Bearer ${body}.${createHmac('sha256', spki).update(body).digest('base64url')}`;
  },
  'a JWT with a key of its own': () => jwtAs(claims(), { kid: 'key-1' }, 'jwk'),
  'a JWT that says where its key is': () =>
    jwtAs(claims(), {
      kid: 'mine',
      jku: 'https://elsewhere.example/jwks',
      x5u: 'https://elsewhere.example/x5u',
    }),
  'a JWT whose claims were changed': async () =>
    (await jwt(claims())).replace(/\.[^.]+\./, `.${toPart(claims({ sub: 'eve' }))}.`),
  'a JWT cut short': async () => (await jwt(claims())).slice(0, -5),
  'a JWT of 20 kB': () => jwt(claims({ groups: 'x'.repeat(20_000) })),
};

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function jwt(payload: Record<string, unknown>, header?: Record<string, unknown>): Promise<string> {
  return `Bearer ${await issuer.sign(payload, header)}`;
}

/** Signed by a stranger's key. */
async function jwtAs(payload: object, header: Record<string, unknown>, own?: 'jwk'): Promise<string> {
  const key = own === undefined ? {} : { jwk: await exportJWK(stranger.publicKey) };
  const { crit, ...rest } = header;
  const text = await new SignJWT({ ...payload })
    .setProtectedHeader({ alg: 'RS256', ...rest, ...key })
    .sign(stranger.privateKey);
  if (crit === undefined) return `Bearer ${text}`;
  const [, body, signature] = text.split('.');
  return `Bearer ${toPart({ alg: 'RS256', ...header })}.${body}.${signature}`;
}

function toPart(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

type Response = Awaited<ReturnType<typeof ask>>;

/** The one form of a refusal, whatever was asked for and whatever is wrong. */
function assertRefused(response: Response, url: string, why: string, error: string | null): void {
  const about = `${why}: ${url}`;
  assert.equal(response.statusCode, 401, about);
  const challenge = String(response.headers['www-authenticate']);
  const pieces = error === null ? '' : `error="${error}", `;
  assert.equal(
    challenge,
    `Bearer realm="bio-mcp", ${pieces}scope="bio:read", resource_metadata="${PUBLIC}${METADATA}/mcp"`,
    about,
  );
  if (response.body === '') return; // of HEAD
  const body = response.json();
  const told = body.jsonrpc === undefined ? body : { ...body.error.data, message: body.error.message };
  const message =
    'Send a valid credential as `Authorization: Bearer <token>`; the operator of this server gives out tokens.';
  assert.deepEqual([told.error_code, told.message], ['UNAUTHENTICATED', message], about);
  assert.match(told.trace_id, /^[0-9a-f]{32}$/);
}

describe('every route of the running app', () => {
  test('has a credential asked of, but for those that are open', async () => {
    assert.ok(listRequests(guarded).length > 15, 'the table of routes was read');
    assert.ok(listRequests(guarded.watching).length > 3, 'that of the other port too');
    for (const app of [guarded, guarded.watching]) {
      for (const request of listRequests(app)) {
        const response = await ask(app, request);
        if (OPEN.includes(request.url)) assert.notEqual(response.statusCode, 401, request.url);
        else assertRefused(response, request.url, 'none', null);
      }
    }
  });

  for (const [name, make] of Object.entries(WRONG)) {
    test(`refuses ${name}`, async () => {
      const authorization = await make();
      for (const app of [guarded, guarded.watching]) {
        for (const request of listRequests(app)) {
          const response = await ask(app, request, authorization);
          if (OPEN.includes(request.url)) assert.notEqual(response.statusCode, 401, request.url);
          else assertRefused(response, request.url, name, 'invalid_token');
        }
      }
      await tokens.revoke('late', { signal: new AbortController().signal }).catch(() => undefined);
    });
  }

  test('takes no token from the query string, and no cookie', async () => {
    const text = await giveToken(tokens, { name: 'query', scopes: ['bio:admin'] });
    for (const app of [guarded, guarded.watching]) {
      for (const request of listRequests(app)) {
        if (OPEN.includes(request.url)) continue;
        const url = `${request.url}?access_token=${text}&token=${text}`;
        const headers = { ...request.headers, cookie: `session=${text}; access_token=${text}` };
        assertRefused(await ask(app, { ...request, url, headers }), request.url, 'query', null);
      }
    }
  });

  test('tells by the OpenAPI document what it asks for', async () => {
    const text = await giveToken(tokens, { name: 'reader', scopes: ['bio:read'] });
    const document = (await ask(guarded, { method: 'GET', url: '/openapi.json' }, `Bearer ${text}`)).json();
    const paths = Object.entries<Record<string, { responses: object }>>(document.paths);
    const asking = paths.filter(([, operations]) =>
      Object.values(operations).every(({ responses }) => '401' in responses && '403' in responses),
    );
    assert.deepEqual(
      asking.map(([path]) => path),
      paths.map(([path]) => path).filter((path) => !OPEN.includes(path)),
    );
  });

  test('refuses addresses that there are not in the same form', async () => {
    for (const url of ['/', '/nothing', '/v1/jobs/', '/ui', '/admin', '/mcp/x']) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        assertRefused(await ask(guarded, { method, url }), url, 'none', null);
      }
    }
  });

  const keysBy: Record<string, RequestListener> = {
    'are away': (request) => request.destroy(),
    'are an error': (_request, response) => void response.writeHead(500).end('{}'),
    'are HTML': (_request, response) =>
      void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>'),
    'are too many bytes': (_request, response) => {
      response.on('error', () => undefined);
      response.writeHead(200).end(`{"keys":[],"x":"${'x'.repeat(2_000_000)}"}`);
    },
    'are elsewhere': (_request, response) =>
      void response.writeHead(302, { location: `${issuer.url}/elsewhere` }).end(),
    'are none': (_request, response) => void response.end('{"keys":[]}'),
  };
  for (const [what, listener] of Object.entries(keysBy)) {
    test(`refuses a right JWT where the keys of its issuer ${what}`, async () => {
      const authorization = await jwt(claims());
      issuer.answerKeysBy(listener);
      try {
        await using app = await open({});
        for (const request of listRequests(app)) {
          if (OPEN.includes(request.url)) continue;
          assertRefused(await ask(app, request, authorization), request.url, what, 'invalid_token');
        }
      } finally {
        issuer.answerKeysBy(null);
      }
    });
  }
});

describe('scopes', () => {
  /** What each request needs: reading, but for what its tool or its method needs. */
  function listUses(app: App): (Request & { scope: (typeof SCOPES)[number] })[] {
    const plain = app.routes
      .filter(({ method, url }) => method !== 'POST' && !OPEN.includes(url))
      .map(({ method, url }) => {
        const scope = method === 'DELETE' ? ('sync' as const) : ('read' as const);
        return { method, url: url.replace(':id', UUID), scope };
      });
    const calls = TOOLS.flatMap(({ name, scope }) => [
      ...['/v1/mcp/invoke', '/v1/jobs'].map((url) => ({
        method: 'POST',
        url,
        payload: { tool: name },
        scope,
      })),
      ...Object.values(ERAS).map((era) => ({ ...toMcp(name, era), scope })),
    ]);
    return [...plain, ...calls];
  }

  const holders: Record<string, (scope: (typeof SCOPES)[number]) => Promise<string>> = {
    'a bearer token': async (scope) =>
      `Bearer ${await giveToken(tokens, { name: `of-${scope}`, scopes: [`bio:${scope}`] })}`,
    'a JWT': async (scope) => `Bearer ${await issuer.grant(`bio:${scope}`)}`,
  };
  for (const [name, make] of Object.entries(holders)) {
    for (const scope of SCOPES) {
      test(`${name} of bio:${scope} opens what it should and nothing else`, async () => {
        const authorization = await make(scope);
        for (const use of listUses(guarded)) {
          const response = await ask(guarded, use, authorization);
          const about = `${use.method} ${use.url} ${JSON.stringify(use.payload ?? '')}`;
          if (mayUse({ scope }, use.scope)) {
            assert.ok(![401, 403].includes(response.statusCode), `${about}: ${response.statusCode}`);
            continue;
          }
          assert.equal(response.statusCode, 403, about);
          const needed = SCOPES.slice(0, SCOPES.indexOf(scope) + 1).map((one) => `bio:${one}`);
          assert.equal(
            response.headers['www-authenticate'],
            `Bearer realm="bio-mcp", error="insufficient_scope", scope="${[...needed, `bio:${use.scope}`].join(' ')}", resource_metadata="${PUBLIC}${METADATA}/mcp"`,
            about,
          );
          const body = response.json();
          assert.equal((body.error?.data ?? body).error_code, 'FORBIDDEN', about);
        }
      });
    }
  }

  test('a right JWT that opens nothing here is told which scope would', async () => {
    const authorization = await jwt(claims({ scope: 'openid profile' }));
    for (const use of listUses(guarded)) {
      const response = await ask(guarded, use, authorization);
      assert.equal(response.statusCode, 403, use.url);
      assert.match(String(response.headers['www-authenticate']), /error="insufficient_scope", scope="bio:/);
    }
  });
});

describe('headers that only a socket can send', () => {
  async function send(lines: readonly string[]): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      ['GET /v1/mcp/tools HTTP/1.1', 'host: 127.0.0.1', 'connection: close', ...lines, '', ''].join('\r\n'),
    );
    const chunks: string[] = [];
    for await (const chunk of socket.setEncoding('utf8')) chunks.push(chunk);
    return chunks.join('');
  }
  let port = 0;
  before(async () => {
    const address = await guarded.app.listen({ host: '127.0.0.1', port: 0 });
    port = Number(new URL(address).port);
  });

  test('two of them are refused, the right one first or last', async () => {
    const right = await giveToken(tokens, { name: 'first', scopes: ['bio:admin'] });
    const [one, two] = [`Authorization: Bearer ${right}`, `authorization: Bearer ${createTokenText()}`];
    assert.match(await send([one]), /^HTTP\/1.1 200 /);
    for (const lines of [
      [one, two],
      [two, one],
      [one, one],
    ]) {
      elapsedMs += 61_000;
      const answer = await send(lines);
      assert.match(answer, /^HTTP\/1.1 401 /);
      assert.match(answer, /www-authenticate: Bearer realm="bio-mcp", error="invalid_token"/);
      assert.match(answer, /"error_code":"UNAUTHENTICATED"/);
    }
  });

  test('one of 64 kB is refused before it is read to its end', async () => {
    const answer = await send([`authorization: Bearer ${'x'.repeat(65_536)}`]);
    assert.match(answer, /^HTTP\/1.1 401 Unauthorized\r\nwww-authenticate: Bearer realm="bio-mcp"/);
    assert.match(answer, /"ok":false,"error_code":"UNAUTHENTICATED"/);
    assert.ok(answer.includes(`resource_metadata="${PUBLIC}${METADATA}/mcp"\r\n`), answer);
  });
});
