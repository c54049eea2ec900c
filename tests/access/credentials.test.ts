import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createCredentials } from '../../src/access/credentials.ts';
import { createTokenText, isTokenText, toTokenHash } from '../../src/access/token-text.ts';
import { type LookAt, refuse, type Verdict } from '../../src/access/verdict.ts';
import { createWrongCredentials } from '../../src/access/wrong-credentials.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const options = { resource: null, signal: new AbortController().signal };
const ada: Verdict = {
  caller: { name: 'ada', via: 'bearer', scope: 'read' },
  endsAtMs: Number.POSITIVE_INFINITY,
};

function open(look: LookAt) {
  const time = { ms: 0 };
  const credentials = createCredentials({
    bearer: look,
    oidc: null,
    clock: createHeldClock(),
    now: () => time.ms,
    lookMs: 20,
  });
  return { credentials, time };
}

describe('a token', () => {
  test('has 256 random bits and a checksum, and no other text has', () => {
    const text = createTokenText();
    assert.match(text, /^biomcp_[A-Za-z0-9_-]{43}[0-9a-f]{8}$/);
    assert.ok(isTokenText(text));
    assert.notEqual(createTokenText(), text);
    assert.match(toTokenHash(text), /^[0-9a-f]{64}$/);
    const changed = text.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const other of [changed, text.slice(1), `${text}0`, ` ${text}`, '', 'biomcp_']) {
      assert.ok(!isTokenText(other), other);
    }
  });
});

describe('credentials', () => {
  test('of an issuer are looked at anew for another address of ours', async () => {
    const asked: (string | null)[] = [];
    const oidc: LookAt = async (_token, { resource }) => {
      asked.push(resource);
      return resource === 'https://a.example/mcp' ? ada : refuse('a token for somebody else');
    };
    const needs = { bearer: null, oidc, clock: createHeldClock(), now: () => 0 };
    const credentials = createCredentials(needs);
    const lookFrom = async (host: string) =>
      (await credentials.lookAt('eyJ.e30.x', { resource: `https://${host}/mcp` })).caller?.name;
    const hosts = ['a.example', 'b.example', 'a.example', 'a.example'];
    const told: (string | null | undefined)[] = [];
    for (const host of hosts) told.push(await lookFrom(host));
    assert.deepEqual(told, ['ada', undefined, 'ada', 'ada']);
    assert.deepEqual(
      asked,
      ['a.example', 'b.example', 'a.example'].map((host) => `https://${host}/mcp`),
    );
  });

  test('are looked at once for all who show one at the same time, and again after some seconds', async () => {
    let looks = 0;
    const { credentials, time } = open(async () => {
      looks += 1;
      return ada;
    });
    const told = await Promise.all([1, 2, 3].map(() => credentials.lookAt('biomcp_x', options)));
    assert.deepEqual([told, looks], [[ada, ada, ada], 1]);
    assert.equal(credentials.lookAt('biomcp_x', options), ada);
    time.ms += 3_000;
    await credentials.lookAt('biomcp_x', options);
    assert.equal(looks, 2);
  });

  test('that are wrong are remembered by nobody', async () => {
    let looks = 0;
    const { credentials } = open(async () => {
      looks += 1;
      return refuse('unknown');
    });
    for (let count = 0; count < 3; count += 1) await credentials.lookAt('biomcp_x', options);
    assert.equal(looks, 3);
  });

  test('hold for six seconds where nobody can look at them, and no longer', async () => {
    let isAway = false;
    const { credentials, time } = open(async () => {
      if (isAway) throw new Error('away');
      return ada;
    });
    await credentials.lookAt('biomcp_x', options);
    isAway = true;
    time.ms += 5_999;
    assert.equal(await credentials.lookAt('biomcp_x', options), ada);
    time.ms += 1;
    await assert.rejects(async () => credentials.lookAt('biomcp_x', options), /away/);
  });

  test('of a database that says nothing are told to be late', async () => {
    const { credentials } = open(() => new Promise(() => undefined));
    await assert.rejects(async () => credentials.lookAt('biomcp_x', options), { code: 'DB_TIMEOUT' });
  });

  test('of a kind that the settings do not take are refused without a look', () => {
    const { credentials } = open(() => assert.fail('it was looked at'));
    const verdict = credentials.lookAt('eyJhbGciOiJSUzI1NiJ9.e30.x', options);
    assert.equal((verdict as Verdict).caller, null);
  });
});

describe('the count of wrong credentials', () => {
  test('is bounded, whoever has however many addresses', () => {
    const wrong = createWrongCredentials({ now: () => 0 });
    for (let count = 0; count < 30_000; count += 1)
      wrong.count(`10.${count >> 16}.${(count >> 8) & 255}.${count & 255}`);
    for (let count = 0; count < 100; count += 1) assert.equal(wrong.count('192.0.2.1'), null);
    assert.equal(wrong.count('192.0.2.1'), 60_000);
  });
});
