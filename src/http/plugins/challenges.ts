import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { listScopeNames, SCOPE_NAMES } from '../../domain/caller.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { InsufficientScopeError } from '../../tools/require-scope.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where its caller reaches this server, without a slash at its end; `null` where it names no host. */
    readonly reachedAt: string | null;
    /** What a token has to be for: the address of `/mcp` there. */
    readonly resource: string | null;
  }
  interface FastifyReply {
    /** Says by `WWW-Authenticate` what credential would do, where `error` is about that. */
    challenge(error: unknown): void;
  }
}

export const METADATA_PATH = '/.well-known/oauth-protected-resource';

/** Makes `reply.challenge` work: RFC 6750, with the address of RFC 9728 metadata. */
export function addChallenges(app: FastifyInstance, { publicUrl }: { publicUrl: string | null }): void {
  app.decorateRequest('reachedAt', {
    getter(this: FastifyRequest) {
      return publicUrl ?? toOrigin(this);
    },
  });
  app.decorateRequest('resource', {
    getter(this: FastifyRequest) {
      const { reachedAt } = this;
      return reachedAt === null ? null : `${reachedAt}/mcp`;
    },
  });
  app.decorateReply('challenge', challenge);
}

/** The host was found to be an allowed one before. */
function toOrigin({ headers: { host }, protocol }: FastifyRequest): string | null {
  return host === undefined ? null : `${protocol === 'https' ? 'https' : 'http'}://${host}`;
}

function challenge(this: FastifyReply, error: unknown): void {
  const { request } = this;
  if (error instanceof InsufficientScopeError) {
    // Together with what it has, or a client that asks for the new one alone may lose the old.
    const names = new Set([...listScopeNames(request.by?.scope ?? null), `bio:${error.needed}` as const]);
    const scope = SCOPE_NAMES.filter((name) => names.has(name)).join(' ');
    this.header('www-authenticate', toBearer(request.reachedAt, { error: 'insufficient_scope', scope }));
  } else if (error instanceof BioMcpError && error.code === 'UNAUTHENTICATED') {
    const isWrong = request.refusal !== 'no credential';
    const params = { ...(isWrong ? { error: 'invalid_token' } : {}), scope: 'bio:read' };
    this.header('www-authenticate', toBearer(request.reachedAt, params));
  }
}

/** `reachedAt`: see `FastifyRequest`. */
export function toBearer(reachedAt: string | null, params: Record<string, string>): string {
  const metadata = reachedAt === null ? {} : { resource_metadata: `${reachedAt}${METADATA_PATH}/mcp` };
  const all = Object.entries({ realm: 'bio-mcp', ...params, ...metadata });
  return `Bearer ${all.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
