import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import Provider from 'oidc-provider';

export interface Issuer extends AsyncDisposable {
  /** As its tokens name it. */
  url: string;
  /** A token of the issuer's own making, by the client credentials of a client that is registered with it. */
  grant(scope: string): Promise<string>;
  /** One signed by the issuer's current key, as the test wants it to be. */
  sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
  /** The public key of the current one. */
  publicKey(): Promise<JWK>;
  /** From now on it signs with another key, and names that alone. */
  rotate(): Promise<void>;
  /** What it answers for its keys from now on; `null`: as it should. */
  answerKeysBy(listener: RequestListener | null): void;
  /** A user's browser that is sent to this page of the issuer, where its user signs in and consents. */
  browse(url: string): Promise<void>;
  /** The same, up to the address where the issuer sends the browser then. */
  leadBack(url: string): Promise<string>;
  /** How often it was asked for its keys. */
  keyReads(): number;
}

/** The console of the server at the address of `resource`. */
export const CONSOLE_CLIENT = { client_id: 'console', client_secret: 'console-secret-console-secret' };
const CLIENT = { client_id: 'team', client_secret: 'team-secret-team-secret' };

/** For users at a browser, and any port of loopback. */
export const DESKTOP_CLIENT = {
  client_id: 'desktop',
  client_secret: 'desktop-secret-desktop-secret',
  application_type: 'native',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['http://127.0.0.1/callback'],
  response_types: ['code'],
} as const;

/** npm `oidc-provider` on loopback, with real discovery, for tokens whose audience is `resource`. */
export async function startIssuer(resource: string): Promise<Issuer> {
  let handle: RequestListener = () => undefined;
  let keysBy: RequestListener | null = null;
  let reads = 0;
  const server = createServer((request, response) => {
    if (!request.url?.startsWith('/jwks')) return handle(request, response);
    reads += 1;
    return (keysBy ?? handle)(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  const url = `http://127.0.0.1:${port}`;
  let key = await makeKey('key-1');

  function open(): void {
    const provider = new Provider(url, {
      jwks: { keys: [key.jwk] },
      clients: [
        { ...CLIENT, grant_types: ['client_credentials'], redirect_uris: [], response_types: [] },
        DESKTOP_CLIENT,
        { ...CONSOLE_CLIENT, redirect_uris: [new URL('/ui/sign-in/callback', resource).href] },
      ],
      clientDefaults: { id_token_signed_response_alg: 'RS256' },
      cookies: { keys: ['of-this-test'] },
      issueRefreshToken: async () => true,
      findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      scopes: ['openid', 'offline_access', 'bio:read', 'bio:sync', 'bio:admin'],
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: true },
        registration: { enabled: true },
        resourceIndicators: {
          enabled: true,
          defaultResource: () => resource,
          getResourceServerInfo: (_context, indicator) => ({
            scope: 'bio:read bio:sync bio:admin',
            audience: indicator,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 600,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
    });
    handle = provider.callback();
  }
  open();

  return {
    url,
    async grant(scope) {
      const body = new URLSearchParams({ grant_type: 'client_credentials', scope, resource, ...CLIENT });
      const response = await fetch(`${url}/token`, { method: 'POST', body });
      const answer = (await response.json()) as { access_token?: string; error_description?: string };
      if (answer.access_token === undefined) throw new Error(answer.error_description);
      return answer.access_token;
    },
    sign: (claims, header = {}) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'at+jwt', ...header })
        .sign(key.privateKey),
    publicKey: () => exportJWK(key.publicKey),
    async rotate() {
      key = await makeKey('key-2');
      open();
    },
    answerKeysBy(listener) {
      keysBy = listener;
    },
    async browse(page) {
      await fetch(await browse(page, url));
    },
    leadBack: (page) => browse(page, url),
    keyReads: () => reads,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function makeKey(kid: string) {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  return {
    kid,
    privateKey,
    publicKey,
    jwk: { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' },
  };
}

/**
 * Follows redirects with cookies, and fills in what the issuer's own pages ask for, until it is sent
 * elsewhere.
 */
async function browse(start: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let form: URLSearchParams | null = null;
  for (let step = 0; step < 20; step += 1) {
    const response: Response = await fetch(url, {
      method: form === null ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form === null ? {} : { body: form }),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      cookies.set(name, value);
    }
    const location = response.headers.get('location');
    form = null;
    if (location !== null) {
      url = new URL(location, url).href;
      if (url.startsWith(issuer)) continue;
      return url;
    }
    const page = await response.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`the issuer showed ${response.status} ${page.slice(0, 300)}`);
    const fields = prompt === 'login' ? { prompt, login: 'ada', password: 'x' } : { prompt };
    url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? url, url).href;
    form = new URLSearchParams(fields);
  }
  throw new Error('the issuer never sent the browser back');
}
