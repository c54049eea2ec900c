import {
  Client,
  discoverAuthorizationServerMetadata,
  discoverOAuthProtectedResourceMetadata,
  type OAuthProtectedResourceMetadata,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { z } from 'zod';
import type { CallOptions } from '../domain/call-options.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { codeOf } from '../errors/code-of.ts';

export interface ConnectionNeeds {
  /** Of the server's `/mcp`. */
  url: URL;
  /** `null`: none is there, neither set nor from a sign-in. */
  token: string | null;
  /** Registered with the issuer beforehand. */
  clientId: string | null;
}

export interface ConnectionCheck {
  readonly name: string;
  /** Resolves to a few words of what was seen. What it throws says what to do. */
  examine(options: CallOptions): Promise<string>;
}

const NO_TOKEN = 'There is no token: set BIO_MCP_TOKEN, or sign in with `bio-mcp connect`.';
const WRONG_TOKEN = 'The server refuses the token: it is wrong, expired or revoked, or for another address.';

const tools = z.object({ tools: z.array(z.object({ name: z.string(), scope: z.string() })) });

/** What stands between a client here and the tools of a server, each step by itself. */
export function listConnectionChecks({ url, token, clientId }: ConnectionNeeds): ConnectionCheck[] {
  let asking: Promise<Response> | undefined;
  /** Without a credential, as a client that knows nothing yet. */
  const ask = ({ signal }: CallOptions) => {
    asking ??= reach(url, { method: 'POST', signal });
    return asking;
  };
  let reading: Promise<OAuthProtectedResourceMetadata> | undefined;
  const readMetadata = () => {
    reading ??= discoverOAuthProtectedResourceMetadata(url);
    return reading;
  };
  const asksNobody = async (options: CallOptions) => (await ask(options)).status !== 401;

  return [
    {
      name: 'server',
      async examine(options) {
        const { status } = await ask(options);
        if (status === 401) return 'it answers, and asks for a credential';
        if (status === 403)
          throw fail('It answers 403: put the host of this address into BIO_MCP_HTTP_ALLOWED_HOSTS.');
        if (status === 404) throw fail('It answers 404: give the address of its /mcp.');
        return `it answers ${status}, and asks for no credential`;
      },
    },
    {
      name: 'metadata',
      async examine(options) {
        if (await asksNobody(options)) return 'none is needed';
        const { resource } = await readMetadata().catch((cause: unknown) => {
          throw fail(
            'It does not say what a credential has to be: see whether a proxy hides /.well-known.',
            cause,
          );
        });
        if (resource === url.href) return `it is ${resource}`;
        throw fail(
          `It calls itself ${resource}: set BIO_MCP_HTTP_PUBLIC_URL there, or connect to that address.`,
        );
      },
    },
    {
      name: 'issuer',
      async examine(options) {
        if (await asksNobody(options)) return 'none is needed';
        const [issuer] = (await readMetadata()).authorization_servers ?? [];
        if (issuer === undefined) return 'it takes the tokens of `bio-mcp token create` alone';
        const about = await discoverAuthorizationServerMetadata(issuer);
        if (about === undefined)
          throw fail(`Its issuer ${issuer} has no discovery document that can be read from here.`);
        const mayRegister = clientId !== null || about.registration_endpoint !== undefined;
        if (mayRegister || token !== null) return `it is ${issuer}`;
        throw fail(`Its issuer ${issuer} registers nobody by itself: set BIO_MCP_OIDC_CLIENT_ID.`);
      },
    },
    {
      name: 'token',
      async examine(options) {
        if (await asksNobody(options)) return 'none is needed';
        await listTools({ url, token: requireToken(token) }, options);
        return 'it holds';
      },
    },
    {
      name: 'scopes',
      async examine(options) {
        const listed = await listTools({ url, token }, options);
        const scopes = ['admin', 'sync', 'read'];
        const furthest = scopes.find((scope) => listed.some((tool) => tool.scope === scope));
        return `bio:${furthest ?? 'nothing'}: it may call ${listed.length} tools`;
      },
    },
    {
      name: 'call',
      async examine({ signal }) {
        // What stops the client says no more than "Unauthorized"; this says what to do.
        await listTools({ url, token }, { signal });
        const provider = token === null ? {} : { authProvider: { token: async () => token } };
        const client = new Client(
          { name: 'bio-mcp doctor', version: '1' },
          { versionNegotiation: { mode: 'auto' } },
        );
        try {
          await client.connect(new StreamableHTTPClientTransport(url, provider), { signal });
          const { isError } = await client.callTool({ name: 'ping', arguments: {} }, { signal });
          if (isError === true) throw fail('Its tool `ping` failed; its log says why.');
          return 'ping was answered over MCP';
        } finally {
          await client.close();
        }
      },
    },
  ];
}

async function listTools({ url, token }: Pick<ConnectionNeeds, 'url' | 'token'>, { signal }: CallOptions) {
  const headers = token === null ? undefined : { authorization: `Bearer ${token}` };
  const address = new URL(url.pathname.replace(/\/mcp$/, '/v1/mcp/tools'), url);
  const response = await reach(address, { signal, ...(headers === undefined ? {} : { headers }) });
  if (response.status === 401) throw fail(token === null ? NO_TOKEN : WRONG_TOKEN);
  if (response.status === 403) {
    throw fail(
      'The token is a right one and has no scope here: see BIO_MCP_OIDC_SCOPE_CLAIM and BIO_MCP_OIDC_SCOPE_MAP there.',
    );
  }
  return tools.parse(await response.json()).tools;
}

function requireToken(token: string | null): string {
  if (token === null) throw fail(NO_TOKEN);
  return token;
}

async function reach(url: URL, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', ...init });
  } catch (error) {
    init.signal?.throwIfAborted();
    const code = error instanceof Error ? codeOf(error.cause) : '';
    throw fail(
      `The server cannot be reached (${code || 'no answer'}): see whether it runs, and what lies between.`,
      error,
    );
  }
}

function fail(hint: string, cause?: unknown): BioMcpError {
  return new BioMcpError('UNAUTHENTICATED', hint, { cause });
}
