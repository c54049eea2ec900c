import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  discoverOAuthServerInfo,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  registerClient,
  type StoredOAuthClientInformation,
} from '@modelcontextprotocol/client';
import type { CallOptions } from '../domain/call-options.ts';
import { untilAborted } from '../domain/concurrency/until-aborted.ts';
import type { Secret } from '../domain/settings/secret.ts';
import type { SignInFile } from './sign-in-file.ts';

export interface BrowserSignInNeeds {
  /** Of the server's `/mcp`. */
  url: URL;
  file: SignInFile;
  /**
   * Registered with the issuer beforehand; `null`: this program registers itself, where the issuer lets it.
   */
  client: { id: string; secret: Secret } | null;
  /** Shows the page of the issuer to the user. */
  openBrowser: (url: string) => void;
}

/**
 * How a user signs in to the issuer of a server: by its page in the browser, with PKCE, and back to a port of
 * loopback.
 */
export interface BrowserSignIn extends AsyncDisposable {
  provider: OAuthClientProvider;
  /** What the issuer sent the browser back with, once it did. */
  waitForAnswer(options: CallOptions): Promise<URLSearchParams>;
  /** What it sent came to nothing: the next request that is refused shows its page again. */
  startAnew(): void;
}

interface Running {
  state: string;
  verifier: string;
  answer: PromiseWithResolvers<URLSearchParams>;
  isShown: boolean;
  discovered?: OAuthDiscoveryState;
}

const PATH = '/callback';
const DONE =
  '<!doctype html><meta charset="utf-8"><title>bio-mcp</title><p>You are signed in; close this page.';
const FAILED = '<!doctype html><meta charset="utf-8"><title>bio-mcp</title><p>The sign-in did not succeed.';

export async function openBrowserSignIn({
  url: serverUrl,
  file,
  client,
  openBrowser,
}: BrowserSignInNeeds): Promise<BrowserSignIn> {
  /** One for all requests that were refused meanwhile. */
  let running: Running | null = null;
  /** That the issuer was told last, and whether it was refused and another is there now. */
  let shownSecret: string | null = null;
  let isRenewed = false;
  const server = createServer((request, response) => {
    // Any page of the web may ask here, and for what is no address, too.
    const url = URL.parse(request.url ?? '/', 'http://127.0.0.1');
    const answer = url?.pathname === PATH ? url.searchParams : null;
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('connection', 'close');
    if (answer === null || running === null || answer.get('state') !== running.state)
      return void response.writeHead(404).end(FAILED);
    response.end(answer.has('code') ? DONE : FAILED);
    running.answer.resolve(answer);
  });
  const port = await listen(server, (await file.read()).port ?? 0);
  const redirectUrl = `http://127.0.0.1:${port}${PATH}`;
  const start = () => {
    const state = randomBytes(16).toString('hex');
    running ??= { state, verifier: '', answer: Promise.withResolvers(), isShown: false };
    return running;
  };

  /**
   * For all that the server may ever ask for: an issuer refuses a scope that its client was not registered
   * for, and the SDK registers it for the first one alone. `undefined` where the issuer takes none; the SDK
   * says so.
   */
  async function register(): Promise<StoredOAuthClientInformation | undefined> {
    const info = await discoverOAuthServerInfo(serverUrl);
    const metadata = info.authorizationServerMetadata;
    if (metadata?.registration_endpoint === undefined) return undefined;
    const offline = metadata.scopes_supported?.includes('offline_access') ? ['offline_access'] : [];
    const scope = [...(info.resourceMetadata?.scopes_supported ?? []), ...offline].join(' ');
    const made = await registerClient(info.authorizationServerUrl, { metadata, clientMetadata, scope });
    const registered = { ...made, issuer: metadata.issuer };
    await file.change({ client: registered, port });
    return registered;
  }

  const clientMetadata: OAuthClientMetadata = {
    client_name: 'bio-mcp connect',
    application_type: 'native',
    redirect_uris: [redirectUrl],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: client?.secret.value ? 'client_secret_basic' : 'none',
  };
  const provider: OAuthClientProvider = {
    redirectUrl,
    clientMetadata,
    state: () => start().state,
    async clientInformation() {
      if (client === null) return (await file.read()).client ?? (await register());
      shownSecret = client.secret.value;
      return { client_id: client.id, ...(shownSecret === null ? {} : { client_secret: shownSecret }) };
    },
    saveClientInformation: (registered) => file.change({ client: registered, port }),
    tokens: async () => (await file.read()).tokens,
    async saveTokens(tokens) {
      await file.change({ tokens });
      running = null;
    },
    saveDiscoveryState(discovered) {
      start().discovered = discovered;
    },
    discoveryState: () => running?.discovered,
    saveCodeVerifier(verifier) {
      const one = start();
      if (one.verifier === '') one.verifier = verifier;
    },
    codeVerifier: () => start().verifier,
    redirectToAuthorization(url) {
      const one = start();
      // Of two requests that are refused at one time, the first opens the page.
      if (one.isShown) return;
      one.isShown = true;
      openBrowser(url.href);
    },
    async invalidateCredentials(what) {
      // The SDK drops both one after the other; with a secret that was changed its user need not
      // sign in again.
      if (what === 'client' && client !== null) isRenewed = await client.secret.renew(shownSecret);
      else if (what === 'tokens' && isRenewed) isRenewed = false;
      else await forget(what);
    },
  };

  async function forget(what: string): Promise<void> {
    if (what === 'all' || what === 'client') await file.change({ client: undefined });
    if (what === 'all' || what === 'tokens') await file.change({ tokens: undefined });
  }

  return {
    provider,
    waitForAnswer: ({ signal }) => untilAborted(start().answer.promise, signal),
    startAnew() {
      running = null;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The port of the last time where it is free. */
async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (port === 0) throw error;
    return listen(server, 0);
  }
  return (server.address() as AddressInfo).port; // of a server that listens on a port
}
