import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KeptOfSignIn } from '../../access/issuer-sign-in.ts';
import { findCookie, SessionTooLargeError, toSetCookie } from '../../access/sessions.ts';
import { SignInError } from '../../access/sign-in-error.ts';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../../errors/error-envelope.ts';
import { RateLimitedError } from '../../errors/rate-limited-error.ts';
import { toCallerSignal } from '../../http/caller-signal.ts';
import type { Access } from '../../http/plugins/guard.ts';
import type { PageNeeds } from '../answer-page.ts';
import { renderDocument } from '../document.ts';
import { readForm } from '../forms.ts';
import { isSecure, toQuery } from '../request-facts.ts';
import { toNextAddress } from './next-address.ts';
import { renderSignIn, type SignInShown } from './sign-in-page.ts';

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const PATH = '/ui/sign-in';
const VISIT = 'bio_mcp_visit';
const FLOW = 'bio_mcp_sign_in';
/** So long a person may take on the pages of the issuer. */
const FLOW_MS = 15 * 60_000;
const WRONG =
  'This token opens nothing here: it is unknown, was revoked or has expired. Ask the operator of this server for one.';
const NO_SCOPE =
  'You are known, and this server lets you do nothing: ask its operator for the scope bio:read.';
const TOO_LARGE =
  'Your issuer gives tokens that are larger than a browser keeps; tell its operator to leave groups out of them.';
const LOST = 'This browser has begun no sign-in, or too long ago. Begin again.';
const ISSUER_FAILED =
  'The issuer did not answer as it should. Try again; the log has the details under this trace id.';
const ISSUER_REFUSED = 'The issuer did not let you in.';
const ISSUERS_TOKEN =
  'The issuer gave a token that is not for this server; its operator finds the reason in the log under this trace id.';

/** Signing in and out of the console, where callers show who they are. */
export function addSignIn(room: FastifyInstance, needs: PageNeeds, access: Access): void {
  const open = { config: { scope: 'open', isPage: true } } as const;
  tellVisitsApart(room);

  room.get('/sign-in', open, async (request, reply) => {
    const next = toNextAddress(toQuery(request).get('next'));
    if (request.session !== null) return reply.redirect(next, 303);
    const told = toQuery(request).has('ended') ? ('ended' as const) : null;
    return show({ request, reply }, { next, told });
  });

  room.post('/sign-in', open, async (request, reply) => {
    const form = readForm(request);
    const next = toNextAddress(form.get('next'));
    try {
      const token = (form.get('credential') ?? '').trim();
      if (token === '') throw new ValidationError('The token is missing.');
      return await start({ request, reply }, token, { next, wrong: WRONG });
    } catch (error) {
      return fail({ request, reply }, error, next);
    }
  });

  room.get('/sign-in/start', open, async (request, reply) => {
    const next = toNextAddress(toQuery(request).get('next'));
    try {
      const { issuer, place } = requireIssuer(request);
      const { address, kept } = await issuer.begin(place, { signal: toCallerSignal(reply) });
      const endsAtMs = needs.clock.now().getTime() + FLOW_MS;
      const sealed = await access.sessions.seal(FLOW, { ...kept, next }, endsAtMs);
      reply.header(
        'set-cookie',
        toSetCookie(FLOW, sealed, { isSecure: isSecure(request), maxAgeSeconds: FLOW_MS / 1_000 }),
      );
      return reply.redirect(address, 303);
    } catch (error) {
      return fail({ request, reply }, toIssuersFailure(error, request), next);
    }
  });

  room.get('/sign-in/callback', open, async (request, reply) => {
    const sealed = findCookie(request.headers.cookie, FLOW);
    reply.header('set-cookie', toSetCookie(FLOW, '', { isSecure: isSecure(request), maxAgeSeconds: 0 }));
    const kept = sealed === null ? null : await access.sessions.unseal(FLOW, sealed);
    const next = toNextAddress(toText(kept?.next));
    try {
      const { issuer, place } = requireIssuer(request);
      if (kept === null) throw new ValidationError(LOST);
      const answer = toQuery(request);
      const flow = kept as KeptOfSignIn; // `/sign-in/start` sealed them
      const token = await issuer.finish(answer, { ...place, kept: flow }, { signal: toCallerSignal(reply) });
      return await start({ request, reply }, token, { next, wrong: ISSUERS_TOKEN });
    } catch (error) {
      return fail({ request, reply }, toIssuersFailure(error, request), next);
    }
  });

  room.post('/sign-out', open, async (request, reply) => {
    for (const cookie of access.sessions.end({ isSecure: isSecure(request) }))
      reply.header('set-cookie', cookie);
    return reply.redirect(PATH, 303);
  });

  function requireIssuer(request: FastifyRequest) {
    const { reachedAt, resource } = request;
    const { issuer } = access.signIn;
    if (issuer === null)
      throw new ValidationError('Nobody signs in by an issuer here: BIO_MCP_OIDC_CLIENT_ID is not set.');
    if (reachedAt === null || resource === null) throw new ValidationError('The request names no host.');
    return { issuer: issuer.pages, place: { redirectUri: `${reachedAt}${PATH}/callback`, resource } };
  }

  /** A new session for whoever shows a credential that holds. */
  async function start(
    { request, reply }: Exchange,
    token: string,
    { next, wrong }: { next: string; wrong: string },
  ): Promise<FastifyReply> {
    const verdict = await access.credentials.lookAt(token, request);
    if (verdict.caller === null) {
      request.refusal = verdict.reason;
      const waitMs = verdict.counts ? access.wrong.count(request.ip) : null;
      throw waitMs === null ? new BioMcpError('UNAUTHENTICATED', wrong) : new RateLimitedError(waitMs);
    }
    const { caller, endsAtMs } = verdict;
    if (caller.scope === null) throw new BioMcpError('FORBIDDEN', NO_SCOPE);
    const cookies = await access.sessions.start({ token, endsAtMs, isSecure: isSecure(request) });
    for (const cookie of cookies) reply.header('set-cookie', cookie);
    const facts = { by: caller.name, via: caller.via, from: request.ip, trace_id: request.id };
    needs.logger.info({ audit: 'signed in', ...facts }, 'audit');
    return reply.redirect(next, 303);
  }

  function fail({ request, reply }: Exchange, error: unknown, next: string): FastifyReply {
    const known = error instanceof SessionTooLargeError ? new BioMcpError('FORBIDDEN', TOO_LARGE) : error;
    const { status, body, retryAfterSeconds } = toErrorEnvelope(known, { traceId: request.id, tool: null });
    request.errorCode = body.error_code;
    if (status >= 500) needs.logger.error({ trace_id: request.id, err: error }, 'a sign-in failed');
    if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
    return show({ request, reply: reply.code(status) }, { next, told: body });
  }

  function show({ request, reply }: Exchange, shown: Pick<SignInShown, 'next' | 'told'>): FastifyReply {
    const formToken = needs.formTokens.make(request);
    const content = renderSignIn({ ...shown, ways: access.signIn, formToken });
    const page = { title: 'Sign in', content, path: null, caller: null, formToken };
    return reply.type('text/html; charset=utf-8').send(renderDocument(needs.document, page));
  }
}

/** Before a session the forms of each browser are its own. */
function tellVisitsApart(room: FastifyInstance): void {
  room.addHook('onRequest', async (request, reply) => {
    if (request.session !== null || request.routeOptions.url !== PATH) return;
    const known = findCookie(request.headers.cookie, VISIT);
    if (known !== null && /^[\w-]{22}$/.test(known)) {
      request.visit = known;
      return;
    }
    request.visit = randomBytes(16).toString('base64url');
    const options = { isSecure: isSecure(request), maxAgeSeconds: 24 * 3_600 };
    reply.header('set-cookie', toSetCookie(VISIT, request.visit, options));
  });
}

function toIssuersFailure(error: unknown, request: FastifyRequest): unknown {
  if (!(error instanceof SignInError)) return error;
  request.refusal = error.message;
  return new BioMcpError('UNAUTHENTICATED', error.isRefusal ? ISSUER_REFUSED : ISSUER_FAILED);
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
