import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSessions, SessionTooLargeError } from '../../src/access/sessions.ts';
import { createHeldClock } from '../support/time/held-clock.ts';

const KEY = 'of-this-test-of-this-test-of-this-test';
const HOUR_MS = 3_600_000;

function open(key = KEY) {
  const clock = createHeldClock('2026-03-01T09:30:00.000Z');
  return { clock, sessions: createSessions({ key, clock }) };
}

/** As a browser sends them back: those that are to be forgotten are. */
function toHeader(cookies: readonly string[]): string {
  return cookies
    .filter((cookie) => !cookie.includes('Max-Age=0'))
    .map((cookie) => cookie.slice(0, cookie.indexOf(';')))
    .join('; ');
}

describe('sessions', () => {
  test('one lies in a cookie that tells nothing and that nobody else can make', async () => {
    const { sessions, clock } = open();
    const endsAtMs = clock.now().getTime() + HOUR_MS;
    const cookies = await sessions.start({ token: 'biomcp_secret', endsAtMs, isSecure: true });
    const [cookie = ''] = cookies;
    assert.match(
      cookie,
      /^bio_mcp_session=[\w.-]+; Path=\/ui; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    );
    assert.doesNotMatch(cookie, /biomcp_secret/);
    const header = `a=b; ${toHeader(cookies)}; c=d`;
    const found = await sessions.find(header);
    assert.equal(found?.token, 'biomcp_secret');
    assert.match(found?.id ?? '', /^[\w-]{22}$/);
    assert.equal(await open(`${KEY}!`).sessions.find(header), null);
    for (const wrong of [
      undefined,
      '',
      'bio_mcp_session=',
      'bio_mcp_session=a.b.c.d.e',
      `${header.slice(0, -20)}`,
    ]) {
      assert.equal(await sessions.find(wrong), null, wrong);
    }
  });

  test('each sign-in makes a new one', async () => {
    const { sessions, clock } = open();
    const start = async () =>
      sessions.start({ token: 't', endsAtMs: clock.now().getTime() + HOUR_MS, isSecure: false });
    const [one, other] = [toHeader(await start()), toHeader(await start())];
    assert.notEqual((await sessions.find(one))?.id, (await sessions.find(other))?.id);
  });

  for (const [what, lifeMs, lastsMs] of [
    ['a credential that ends in an hour', HOUR_MS, HOUR_MS],
    ['a credential that never ends', Number.POSITIVE_INFINITY, 12 * HOUR_MS],
  ] as const) {
    test(`one of ${what} ends in time`, async () => {
      const { sessions, clock } = open();
      const header = toHeader(
        await sessions.start({ token: 't', endsAtMs: clock.now().getTime() + lifeMs, isSecure: false }),
      );
      clock.advance(lastsMs - 1_000);
      assert.notEqual(await sessions.find(header), null);
      clock.advance(1_000);
      assert.equal(await sessions.find(header), null);
    });
  }

  test('a credential of several kilobytes lies in several cookies, and one that browsers would drop is refused', async () => {
    const { sessions, clock } = open();
    const endsAtMs = clock.now().getTime() + HOUR_MS;
    const token = 'x'.repeat(6_000);
    const cookies = await sessions.start({ token, endsAtMs, isSecure: false });
    for (const cookie of cookies) assert.ok(cookie.length < 4_096);
    assert.equal((await sessions.find(toHeader(cookies)))?.token, token);
    const short = await sessions.start({ token: 'y', endsAtMs, isSecure: false });
    assert.equal(short.filter((cookie) => cookie.includes('Max-Age=0')).length, 2);
    await assert.rejects(
      sessions.start({ token: 'x'.repeat(12_000), endsAtMs, isSecure: false }),
      SessionTooLargeError,
    );
  });

  test('what is sealed for one purpose is nothing for another', async () => {
    const { sessions, clock } = open();
    const sealed = await sessions.seal('sign-in', { token: 't', id: 'i' }, clock.now().getTime() + HOUR_MS);
    assert.equal((await sessions.unseal('sign-in', sealed))?.token, 't');
    assert.equal(await sessions.unseal('other', sealed), null);
    assert.equal(await sessions.find(`bio_mcp_session=${sealed}`), null);
  });

  test('signing out forgets all of it', () => {
    const cookies = open().sessions.end({ isSecure: false });
    assert.equal(cookies.length, 3);
    for (const cookie of cookies) assert.match(cookie, /^bio_mcp_session(?:_\d)?=; Path=\/ui; Max-Age=0; /);
  });
});
