import * as client from 'openid-client';
import type { CallOptions } from '../domain/call-options.ts';
import { codeOf } from '../errors/code-of.ts';
import { SignInError } from './sign-in-error.ts';

export interface IssuerSignInNeeds {
  issuer: string;
  /** As it is registered at the issuer; a secret that is `null`: a client without one. */
  client: { id: string; secret: string | null };
  /** What the token has to be for, where that is told; `null`: the address of `/mcp`. */
  audience: string | null;
  /** What is asked for, between blanks; `null`: see `chooseScopes`. */
  scopes: string | null;
  scopeClaims: readonly string[];
  scopeMap: readonly { value: string }[];
  /** Milliseconds from any fixed point. */
  now: () => number;
}

/** Where the issuer sends the browser back to, and what the token is to be for. */
export interface SignInPlace {
  redirectUri: string;
  /** The address of `/mcp`. */
  resource: string;
}

/** How a person signs in by the pages of an issuer: authorization code, PKCE, `state` and `nonce`. */
export interface IssuerSignIn {
  /** The page of the issuer, and what its answer is held to, for the browser to keep sealed. */
  begin(place: SignInPlace, options: CallOptions): Promise<{ address: string; kept: KeptOfSignIn }>;
  /** The access token. Throws `SignInError`. */
  finish(
    answer: URLSearchParams,
    given: SignInPlace & { kept: KeptOfSignIn },
    options: CallOptions,
  ): Promise<string>;
}

export type KeptOfSignIn = Record<'state' | 'nonce' | 'verifier', string>;

const TIMEOUT_SECONDS = 5;
/** What the issuer says of itself is read again after it. */
const FRESH_MS = 10 * 60_000;
const SCOPE_CLAIMS = new Set(['scope', 'scp']);

export function createIssuerSignIn(needs: IssuerSignInNeeds): IssuerSignIn {
  const { now } = needs;
  let known: { configuration: Promise<client.Configuration>; atMs: number } | null = null;

  function discover(): Promise<client.Configuration> {
    if (known !== null && now() - known.atMs < FRESH_MS) return known.configuration;
    const configuration = readConfiguration(needs).catch((cause: unknown) => {
      known = null;
      throw new SignInError(`the issuer's description: ${toReason(cause)}`, { cause });
    });
    known = { configuration, atMs: now() };
    return configuration;
  }

  return {
    async begin({ redirectUri, resource }, { signal }) {
      const configuration = await discover();
      signal.throwIfAborted();
      const kept = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
      };
      const address = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: needs.scopes ?? chooseScopes(needs, configuration.serverMetadata().scopes_supported),
        state: kept.state,
        nonce: kept.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(kept.verifier),
        code_challenge_method: 'S256',
        ...toResource(needs.audience, resource),
      });
      return { address: address.href, kept };
    },
    async finish(answer, { redirectUri, resource, kept }, { signal }) {
      const configuration = await discover();
      const { state, nonce, verifier } = kept;
      try {
        const tokens = await client.authorizationCodeGrant(
          configuration,
          new URL(`${redirectUri}?${answer}`),
          { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true },
          toResource(needs.audience, resource),
        );
        signal.throwIfAborted();
        return tokens.access_token;
      } catch (cause) {
        signal.throwIfAborted();
        const isRefusal = cause instanceof client.AuthorizationResponseError;
        throw new SignInError(toReason(cause), { isRefusal, cause });
      }
    },
  };
}

async function readConfiguration({ issuer, client: { id, secret } }: IssuerSignInNeeds) {
  const url = new URL(issuer);
  return client.discovery(url, id, undefined, secret === null ? client.None() : showSecret(secret), {
    timeout: TIMEOUT_SECONDS,
    // The settings take such an issuer on loopback alone.
    execute: url.protocol === 'http:' ? [client.allowInsecureRequests] : [],
  });
}

/** In the header, as every issuer takes it unless it says otherwise. */
function showSecret(secret: string): client.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (server, metadata, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const show = methods.includes('client_secret_basic') ? basic : post;
    show(server, metadata, body, headers);
  };
}

/** An issuer whose tokens are for something else than an address knows no such parameter. */
function toResource(audience: string | null, resource: string): Record<string, string> {
  if (audience === null) return { resource };
  return /^https?:\/\//.test(audience) ? { resource: audience } : {};
}

/**
 * Those that open something here, where tokens tell of scopes and not of groups; of those that the issuer
 * has.
 */
function chooseScopes(
  { scopeClaims, scopeMap }: IssuerSignInNeeds,
  supported: readonly string[] | undefined,
): string {
  if (!scopeClaims.some((claim) => SCOPE_CLAIMS.has(claim))) return 'openid';
  const own = ['bio:read', 'bio:sync', 'bio:admin'];
  const wanted = scopeMap.length === 0 ? own : scopeMap.map(({ value }) => value);
  const known = supported === undefined ? wanted : wanted.filter((scope) => supported.includes(scope));
  return ['openid', ...(known.length === 0 ? wanted : known)].join(' ');
}

/** Without what was sent: it holds the code and maybe the secret. */
function toReason(cause: unknown): string {
  if (cause instanceof client.AuthorizationResponseError || cause instanceof client.ResponseBodyError) {
    return `${cause.error} ${cause.error_description ?? ''}`.trim();
  }
  return cause instanceof Error ? `${codeOf(cause) || cause.name} ${cause.message}` : 'unknown';
}
