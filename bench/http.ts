/**
 * `POST /v1/mcp/invoke` of `ping` beside a bare Fastify route that answers the same body, in turns in one
 * run, and beside the same app behind its guard, with a bearer token and with a JWT: requests a second, the
 * slowest hundredth, and the CPU time of the server. The servers run in this process, the clients in one of
 * their own. Usage: node bench/http.ts
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fastify } from 'fastify';
import { generateKeyPair, SignJWT } from 'jose';
import { createBearerLook } from '../src/access/bearer.ts';
import { createCredentials } from '../src/access/credentials.ts';
import { createOidcLook } from '../src/access/oidc.ts';
import { createSessions } from '../src/access/sessions.ts';
import { createTokenText } from '../src/access/token-text.ts';
import { createWrongCredentials } from '../src/access/wrong-credentials.ts';
import { systemClock } from '../src/domain/clock.ts';
import type { Logger } from '../src/telemetry/logger.ts';
import { createPinoLogger } from '../src/telemetry/pino-logger.ts';
import { createTestApp } from '../tests/support/test-app.ts';
import { type Answer, type Post, postRepeatedly, toPercentile } from './load-generator.ts';

const ROUNDS = 5;
const POST = { body: '{"tool":"ping","params":{"message":"hello"}}', clients: 20, durationMs: 2_000 };

if (process.send === undefined) await measure();
else process.on('message', async (post: Post) => process.send?.(await postRepeatedly(post)));

async function measure(): Promise<void> {
  // Its lines are made as ever and go nowhere.
  const logger = createPinoLogger({ level: 'info', service: 'http', destination: { write() {} } });
  const { app } = createTestApp({ logger });
  const { access, bearer, jwt } = await openTestAccess(logger);
  const { app: guarded } = createTestApp({ logger, access });
  const bare = fastify();
  bare.post('/v1/mcp/invoke', async () => ({
    ok: true,
    tool: 'ping',
    result: { message: 'hello', version: '0.0.0-test', uptime_s: 12.3 },
    trace_id: '0'.repeat(32),
  }));
  const [ours, theirs, behind] = await Promise.all([listen(app), listen(bare), listen(guarded)]);
  const clients = fork(new URL(import.meta.url));
  const run = async (url: string, measured: Measured, token?: string): Promise<void> => {
    const before = process.cpuUsage();
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    clients.send({ ...POST, url, headers });
    const [answers]: Answer[][] = await once(clients, 'message');
    const { user, system } = process.cpuUsage(before);
    measured.cpuUs += user + system;
    for (const { status, ms } of answers ?? []) {
      if (status !== 200) throw new Error(`answered ${status}`);
      measured.ms.push(ms);
    }
  };
  for (const url of [ours, theirs]) await run(url, { ms: [], cpuUs: 0 });
  const own: Measured = { ms: [], cpuUs: 0 };
  const others: Measured = { ms: [], cpuUs: 0 };
  const withBearer: Measured = { ms: [], cpuUs: 0 };
  const withJwt: Measured = { ms: [], cpuUs: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    await run(ours, own);
    await run(theirs, others);
    await run(behind, withBearer, bearer);
    await run(behind, withJwt, jwt);
  }
  clients.kill();
  await Promise.all([app.close(), bare.close(), guarded.close()]);
  const [mine, bares] = [toRow(own), toRow(others)];
  const ratio = (name: keyof Row) => (Number(mine[name]) / Number(bares[name])).toFixed(2);
  console.table({
    'invoke ping': mine,
    'bare Fastify': bares,
    'invoke ping, bearer': toRow(withBearer),
    'invoke ping, JWT': toRow(withJwt),
    ratio: { 'requests/s': ratio('requests/s'), 'p99 ms': ratio('p99 ms'), 'CPU µs': ratio('CPU µs') },
  });
}

/** Real looks at real credentials, from a table and an issuer that cost nothing themselves. */
async function openTestAccess(logger: Logger) {
  const bearer = createTokenText();
  const dates = { createdAt: '2026-01-01T00:00:00.000Z', expiresAt: null, revokedAt: null };
  const row = { name: 'bench', scopes: ['bio:read'] as const, ...dates, lastUsedOn: null };
  const find = async (hash: string) => ({ ...row, hash });
  const now = () => performance.now();
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const issuer = 'https://issuer.example';
  const keys = { readIssuer: async () => issuer, find: async () => publicKey };
  const look = { keys, audience: 'bench', scopeClaims: ['scope'], scopeMap: [], clock: systemClock };
  const jwt = await new SignJWT({ iss: issuer, aud: 'bench', sub: 'bench', scope: 'bio:read' })
    .setProtectedHeader({ alg: 'RS256' })
    .setExpirationTime('1h')
    .sign(privateKey);
  const parts = { tokens: { find, markUsed: async () => undefined }, clock: systemClock, logger };
  const credentials = createCredentials({
    ...{ bearer: createBearerLook(parts), oidc: createOidcLook(look), clock: systemClock, now },
  });
  const sessions = createSessions({ key: 'k'.repeat(32), clock: systemClock });
  const signIn = { token: true, issuer: null };
  const wrong = createWrongCredentials({ now });
  const access = { credentials, wrong, sessions, signIn, publicUrl: null, issuer };
  return { access, bearer, jwt };
}

interface Measured {
  ms: number[];
  /** Of this process while its clients ran. */
  cpuUs: number;
}

type Row = ReturnType<typeof toRow>;

function toRow({ ms, cpuUs }: Measured) {
  return {
    'requests/s': Math.round(ms.length / ((ROUNDS * POST.durationMs) / 1_000)),
    'p99 ms': toPercentile(ms, 0.99).toFixed(1),
    'CPU µs': (cpuUs / ms.length).toFixed(1),
  };
}

async function listen(app: {
  listen(options: { host: string; port: number }): Promise<string>;
}): Promise<string> {
  return `${await app.listen({ host: '127.0.0.1', port: 0 })}/v1/mcp/invoke`;
}
