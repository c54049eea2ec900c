import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { createIssuerKeys } from '../../src/access/issuer-keys.ts';
import { createOidcLook, type OidcNeeds } from '../../src/access/oidc.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { type Issuer, startIssuer } from '../support/http/oidc-issuer.ts';
import { recordingLogger } from '../support/telemetry/log-lines.ts';

const RESOURCE = 'https://bio-mcp.example.org/mcp';
const HOUR_MS = 3_600_000;
let issuer: Issuer;
before(async () => {
  issuer = await startIssuer(RESOURCE);
});
after(() => issuer[Symbol.asyncDispose]());

function open(more: Partial<OidcNeeds> = {}) {
  const time = { ms: 0 };
  const { lines, logger } = recordingLogger();
  const keys = createIssuerKeys({ issuer: `${issuer.url}/`, now: () => time.ms, logger });
  const look = createOidcLook({
    ...{ keys, audience: null, scopeClaims: ['scope'], scopeMap: [], clock: systemClock },
    ...more,
  });
  const { signal } = new AbortController();
  return { time, lines, look: (token: string, resource = RESOURCE) => look(token, { resource, signal }) };
}

const claims = (more: Record<string, unknown> = {}) => ({
  ...{ iss: issuer.url, aud: RESOURCE, sub: 'ada', exp: Math.floor(Date.now() / 1_000) + 600 },
  ...more,
});

describe('the tokens of an issuer', () => {
  test('are taken as it makes them, by real discovery', async () => {
    const { look } = open();
    const { caller } = await look(await issuer.grant('bio:sync'));
    assert.deepEqual(caller, { name: 'team', via: 'oidc', scope: 'sync' });
  });

  test('hold for sixty seconds of skew beyond exp', async () => {
    const { look } = open();
    const exp = Math.floor(Date.now() / 1_000) - 30;
    const verdict = await look(await issuer.sign(claims({ exp, scope: 'bio:read' })));
    assert.ok(verdict.caller !== null && verdict.endsAtMs === (exp + 60) * 1_000);
  });

  const mapped: [string, Partial<OidcNeeds>, Record<string, unknown>, string | null][] = [
    ['Entra ID, application roles', { scopeClaims: ['roles'] }, { roles: ['bio:admin'] }, 'admin'],
    [
      'Entra ID, delegated',
      { scopeClaims: ['scp'], scopeMap: [{ value: 'bio.read', scope: 'bio:read' }] },
      { scp: 'bio.read' },
      'read',
    ],
    [
      'Okta, groups',
      { scopeClaims: ['groups'], scopeMap: [{ value: 'Bio Curators', scope: 'bio:sync' }] },
      { groups: ['Everyone', 'Bio Curators'] },
      'sync',
    ],
    [
      'Cognito, groups',
      {
        audience: 'client-1',
        scopeClaims: ['cognito:groups'],
        scopeMap: [{ value: 'bio', scope: 'bio:read' }],
      },
      { aud: undefined, client_id: 'client-1', token_use: 'access', 'cognito:groups': ['bio'] },
      'read',
    ],
    [
      'Auth0, permissions',
      { scopeClaims: ['scope', 'permissions'] },
      { scope: 'openid', permissions: ['bio:sync'] },
      'sync',
    ],
    [
      'Keycloak, realm roles',
      { scopeClaims: ['realm_access.roles'] },
      { realm_access: { roles: ['bio:read'] } },
      'read',
    ],
    ['nothing that is known', {}, { scope: 'bio:readx bio: read', roles: ['bio:admin'] }, null],
  ];
  for (const [name, parts, more, scope] of mapped) {
    test(`have their scopes where the settings say: ${name}`, async () => {
      const { look } = open(parts);
      const { caller } = await look(await issuer.sign(claims(more)));
      assert.equal(caller?.scope, scope);
    });
  }

  test('count as nobody’s wrong ones where the issuer does not answer', async () => {
    const { look, lines } = open();
    issuer.answerKeysBy((request) => request.destroy());
    const verdict = await look(await issuer.sign(claims()));
    issuer.answerKeysBy(null);
    assert.ok(verdict.caller === null && !verdict.counts);
    assert.ok(lines.some(({ level, msg }) => level === 'warn' && /keys of the issuer/.test(String(msg))));
  });
});

describe('the keys of an issuer', () => {
  test('go on for an hour where it is away, and no longer', async () => {
    const { look, time } = open();
    const token = await issuer.sign(claims({ scope: 'bio:read' }));
    assert.ok((await look(token)).caller);
    issuer.answerKeysBy((request) => request.destroy());
    time.ms += HOUR_MS - 1;
    assert.ok((await look(token)).caller);
    time.ms += 1;
    assert.equal((await look(token)).caller, null);
    issuer.answerKeysBy(null);
    time.ms += 60_000;
    assert.ok((await look(token)).caller);
  });

  test('are asked for ten times and then every 6 s at most, whatever strangers name', async () => {
    const { look, time } = open();
    const before = issuer.keyReads();
    for (let count = 0; count < 25; count += 1) {
      assert.equal((await look(await issuer.sign(claims(), { kid: `unknown-${count}` }))).caller, null);
    }
    assert.equal(issuer.keyReads() - before, 10);
    assert.ok((await look(await issuer.sign(claims({ scope: 'bio:read' })))).caller);
    time.ms += 5_999;
    await look(await issuer.sign(claims(), { kid: 'unknown-25' }));
    assert.equal(issuer.keyReads() - before, 10);
    time.ms += 1;
    await look(await issuer.sign(claims(), { kid: 'unknown-26' }));
    assert.equal(issuer.keyReads() - before, 11);
  });

  test('that come slowly are asked for once, whoever waits; known ones wait for nothing', async () => {
    const { look, time } = open();
    const token = await issuer.sign(claims({ scope: 'bio:read' }));
    const before = issuer.keyReads();
    const first = holdKeys();
    const waiting = Array.from({ length: 5 }, () => look(token));
    first.answer(await first.reached);
    assert.ok((await Promise.all(waiting)).every(({ caller }) => caller !== null));
    assert.equal(issuer.keyReads() - before, 1);

    time.ms += HOUR_MS / 2;
    const second = holdKeys();
    for (let count = 0; count < 5; count += 1) assert.ok((await look(token)).caller, 'while they are read');
    const response = await second.reached;
    assert.ok((await look(token)).caller);
    assert.equal(issuer.keyReads() - before, 2);
    response.destroy();
    issuer.answerKeysBy(null);
  });

  /** The issuer takes the next question for its keys, and keeps it. */
  function holdKeys() {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>();
    issuer.answerKeysBy((_request, response) => resolve(response));
    const answer = async (response: ServerResponse) =>
      response.end(JSON.stringify({ keys: [{ ...(await issuer.publicKey()), kid: 'key-1', alg: 'RS256' }] }));
    return { reached: promise, answer };
  }

  test('are read again as soon as a token names a new one; the old one ends with its set', async () => {
    const { look, time } = open();
    const old = await issuer.sign(claims({ scope: 'bio:read' }));
    assert.ok((await look(old)).caller);
    await issuer.rotate();
    assert.ok((await look(await issuer.sign(claims({ scope: 'bio:read' })))).caller);
    time.ms += 1;
    assert.equal((await look(old)).caller, null);
  });
});
