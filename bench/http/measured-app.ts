import { generateKeyPair, SignJWT } from 'jose';
import { createBearerLook } from '../../src/access/bearer.ts';
import { createCredentials } from '../../src/access/credentials.ts';
import { createOidcLook } from '../../src/access/oidc.ts';
import { createSessions } from '../../src/access/sessions.ts';
import { createTokenText } from '../../src/access/token-text.ts';
import { createWrongCredentials } from '../../src/access/wrong-credentials.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { ERROR_CODES } from '../../src/errors/bio-mcp-error.ts';
import { tuneHeapForRequests } from '../../src/http/young-requests.ts';
import type { Logger } from '../../src/telemetry/logger.ts';
import { createPinoLogger } from '../../src/telemetry/pino-logger.ts';
import { createPromMetrics } from '../../src/telemetry/prom-metrics.ts';
import { createTestApp } from '../../tests/support/http/test-app.ts';
import { createTestCatalogue } from '../../tests/support/http/test-catalogue.ts';
import { silentMetrics } from '../../tests/support/telemetry/silent-metrics.ts';

export interface ServedAs {
  isLogged: boolean;
  isCounted: boolean;
  /** Which credential its callers show; `null`: nobody is asked. */
  credential: 'bearer' | 'jwt' | null;
}

/** The service itself as a process runs it, but for what stands behind its tools, and a credential for it. */
export async function createMeasuredApp({ isLogged, isCounted, credential }: ServedAs) {
  const tools = createTestCatalogue()
    .list()
    .map((tool) => tool.name);
  const metrics = createPromMetrics({ tools, errorCodes: Object.keys(ERROR_CODES), version: '0.0.0' });
  const logger = createPinoLogger({
    level: isLogged ? 'info' : 'silent',
    service: 'http',
    destination: 'stdout',
    gathers: true,
  });
  tuneHeapForRequests();
  const { access, bearer, jwt } = await openMeasuredAccess(logger);
  const { app } = createTestApp({
    logger,
    ...(credential === null ? {} : { access }),
    ...(isCounted ? { seen: { ...silentMetrics(), metrics } } : {}),
  });
  const token = credential === null ? null : { bearer, jwt }[credential];
  return { app, token };
}

/** Real looks at real credentials, from a table and an issuer that cost nothing themselves. */
async function openMeasuredAccess(logger: Logger) {
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
  const needs = { tokens: { find, markUsed: async () => undefined }, clock: systemClock, logger };
  const credentials = createCredentials({
    ...{ bearer: createBearerLook(needs), oidc: createOidcLook(look), clock: systemClock, now },
  });
  const sessions = createSessions({ key: 'k'.repeat(32), clock: systemClock });
  const signIn = { token: true, issuer: null };
  const wrong = createWrongCredentials({ now });
  const access = { credentials, wrong, sessions, signIn, publicUrl: null, issuer };
  return { access, bearer, jwt };
}
