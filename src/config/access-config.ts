import type { ScopeName } from '../domain/caller.ts';
import { withoutLastSlashes } from './setting-forms.ts';
import type { Settings } from './settings.ts';

export interface HttpConfig {
  host: string;
  port: number;
  allowedHosts: readonly string[];
  maxConcurrency: number;
  maxConnections: number;
  /** Only trusted callers can reach the address. */
  isPrivateNetwork: boolean;
  /** Without a slash at its end; `null`: as each request names it. */
  publicUrl: string | null;
  /** Whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[];
}

export interface AuthConfig {
  bearer: boolean;
  oidc: OidcConfig | null;
}

export interface OidcConfig {
  issuer: string;
  /** `null`: the address of `/mcp`. */
  audience: string | null;
  scopeClaims: readonly string[];
  scopeMap: readonly { value: string; scope: ScopeName }[];
}

/** What `bio-mcp connect` shows to its server. */
export interface ConnectConfig {
  /** `null`: its user signs in. */
  token: string | null;
  client: { id: string; secret: string | null } | null;
}

export function toConnect(settings: Settings): ConnectConfig {
  const { BIO_MCP_OIDC_CLIENT_ID: id, BIO_MCP_OIDC_CLIENT_SECRET: secret = null } = settings;
  return { token: settings.BIO_MCP_TOKEN ?? null, client: id === undefined ? null : { id, secret } };
}

export function toHttp(settings: Settings): HttpConfig {
  return {
    host: settings.BIO_MCP_HTTP_HOST,
    port: settings.BIO_MCP_HTTP_PORT,
    allowedHosts: toAllowedHosts(settings),
    maxConcurrency: settings.BIO_MCP_HTTP_MAX_CONCURRENCY,
    maxConnections: settings.BIO_MCP_HTTP_MAX_CONNECTIONS,
    isPrivateNetwork: settings.BIO_MCP_HTTP_PRIVATE_NETWORK,
    publicUrl: toPublicUrl(settings),
    trustedProxies: settings.BIO_MCP_HTTP_TRUST_PROXY ?? [],
  };
}

function toPublicUrl({ BIO_MCP_HTTP_PUBLIC_URL: url }: Settings): string | null {
  return url === undefined ? null : withoutLastSlashes(url);
}

function toAllowedHosts(settings: Settings): string[] {
  const { BIO_MCP_HTTP_ALLOWED_HOSTS: hosts = [], BIO_MCP_HTTP_PUBLIC_URL: url } = settings;
  return url === undefined ? hosts : [...hosts, new URL(url).hostname];
}

export function toAuth(settings: Settings): AuthConfig {
  const { BIO_MCP_AUTH: kinds, BIO_MCP_OIDC_ISSUER: issuer } = settings;
  return {
    bearer: kinds.includes('bearer'),
    oidc:
      kinds.includes('oidc') && issuer !== undefined
        ? {
            issuer,
            audience: settings.BIO_MCP_OIDC_AUDIENCE ?? null,
            scopeClaims: settings.BIO_MCP_OIDC_SCOPE_CLAIM,
            scopeMap: settings.BIO_MCP_OIDC_SCOPE_MAP ?? [],
          }
        : null,
  };
}

/** Settings that others of access ask for. */
export function findMissingAccess(given: NodeJS.ProcessEnv): string[] {
  const asksIssuer =
    given.BIO_MCP_AUTH?.toLowerCase()
      .split(',')
      .some((kind) => kind.trim() === 'oidc') ?? false;
  return asksIssuer && given.BIO_MCP_OIDC_ISSUER === undefined
    ? ['BIO_MCP_OIDC_ISSUER is required with BIO_MCP_AUTH=oidc: the issuer whose tokens are taken.']
    : [];
}

/** Sentences to log once at start. */
export function toAccessWarnings(settings: Settings): string[] {
  const { BIO_MCP_AUTH: kinds, BIO_MCP_OIDC_ISSUER: issuer, BIO_MCP_OIDC_AUDIENCE: audience } = settings;
  const warnings: string[] = [];
  if (issuer !== undefined && !kinds.includes('oidc')) {
    warnings.push('BIO_MCP_OIDC_ISSUER has no effect without BIO_MCP_AUTH=oidc.');
  }
  if (kinds.includes('oidc') && audience === undefined && settings.BIO_MCP_HTTP_PUBLIC_URL === undefined) {
    warnings.push(
      'Neither BIO_MCP_HTTP_PUBLIC_URL nor BIO_MCP_OIDC_AUDIENCE is set: tokens are taken for the address that each request names.',
    );
  }
  return warnings;
}
