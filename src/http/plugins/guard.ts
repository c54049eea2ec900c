import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Credentials } from '../../access/credentials.ts';
import type { IssuerSignIn } from '../../access/issuer-sign-in.ts';
import { COOKIE_PATH, type Session, type Sessions } from '../../access/sessions.ts';
import type { Verdict } from '../../access/verdict.ts';
import type { WrongCredentials } from '../../access/wrong-credentials.ts';
import { ANYBODY, type Caller, mayUse, type Scope } from '../../domain/caller.ts';
import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { RateLimitedError } from '../../errors/rate-limited-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { InsufficientScopeError } from '../../tools/require-scope.ts';
import { addChallenges } from './challenges.ts';
import { watchOpenRequests } from './open-requests.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; `null` where no credential that holds came to a route that is open to all. */
    by: Caller | null;
    /** What the request asks for that changes something, for the audit; `null`: nothing. */
    audited: string | null;
    /** Why its credential was refused, for the log alone. */
    refusal: string | null;
    /** Of the console, where the request was let in by it, or its issuer is away; else `null`. */
    session: Session | null;
    /** Throws `FORBIDDEN` where the caller may not; what needs more than reading is audited. */
    requireScope(use: { name: string; scope: Scope }): void;
  }
  interface FastifyContextConfig {
    /** What a caller needs for the route, where that is not `read` for GET and `admin` for all others. */
    scope?: Scope | 'open';
    /** It is asked to learn that the database is away, and answers a credential that held an hour ago. */
    isForWatching?: true;
    /** It answers people and their browsers: no part of what programs are told of. */
    isPage?: true;
  }
}

/** How callers over HTTP are told apart. */
export interface Access {
  credentials: Credentials;
  wrong: WrongCredentials;
  /** Of the console, whose cookie counts under `/ui` alone. */
  sessions: Sessions;
  /** How people sign in there: by a token, by the pages of an issuer. */
  signIn: { token: boolean; issuer: { name: string; pages: IssuerSignIn } | null };
  /** Where others reach this server, without a slash at its end; `null`: as each request names it. */
  publicUrl: string | null;
}

export interface GuardOptions {
  /** `null`: nobody is asked who he is. */
  access: Access | null;
  logger: Logger;
}

type Shown = { kind: 'nothing' } | { kind: 'unreadable' } | { kind: 'token'; token: string };

const BEARER = /^Bearer +([\x21-\x7e]+)$/i;
const NO_TOKEN: Shown = { kind: 'nothing' };
const UNREADABLE: Shown = { kind: 'unreadable' };

/**
 * Lets nothing by but what its caller may ask for: every address, those that there are not too, unless its
 * route says that it is open. Stands before whatever reads a body or takes a slot.
 */
export function guardRequests(app: FastifyInstance, { access, logger }: GuardOptions): void {
  app.decorateRequest('by', null);
  app.decorateRequest('audited', null);
  app.decorateRequest('refusal', null);
  app.decorateRequest('session', null);
  app.decorateRequest('requireScope', requireScope);
  addChallenges(app, { publicUrl: access?.publicUrl ?? null });
  if (access === null) {
    app.addHook('onRequest', (request, _reply, done) => {
      request.by = ANYBODY;
      enter(request, toNeeded(request));
      done();
    });
    return;
  }
  const { credentials, wrong, sessions } = access;
  const watch = watchOpenRequests(app, { credentials, logger });

  app.addHook('onRequest', (request, reply, done) => {
    const needed = toNeeded(request);
    const isOpen = needed === 'open';
    const refuse = (reason: string, counts: boolean) => {
      request.refusal = reason;
      const waitMs = counts ? wrong.count(request.ip) : null;
      if (isOpen) return done();
      done(waitMs === null ? new BioMcpError('UNAUTHENTICATED', null) : new RateLimitedError(waitMs));
    };
    const shown = findCredential(request.raw);
    if (shown.kind === 'unreadable') return refuse('an unreadable credential', true);
    const settle = (token: string, verdict: Verdict, session: Session | null) => {
      if (verdict.caller === null) {
        // An issuer that does not answer ends nobody's session.
        if (session !== null && !verdict.counts && !isOpen) {
          request.session = session;
          request.refusal = verdict.reason;
          return done(new BioMcpError('UNAUTHENTICATED', ISSUER_AWAY));
        }
        // A session that has ended is no attempt of a stranger.
        return refuse(verdict.reason, verdict.counts && session === null);
      }
      request.by = verdict.caller;
      request.session = session;
      if (!isOpen && !mayUse(verdict.caller, needed)) return done(toForbidden(request, needed));
      watch(reply, token);
      enter(request, needed);
      done();
    };
    const lookAt = (token: string, session: Session | null) => {
      const isWatching = request.route.config.isForWatching === true;
      const asked = isWatching ? { resource: request.resource, staleMs: WATCHED_MS } : request;
      const verdict = credentials.lookAt(token, asked);
      if (!(verdict instanceof Promise)) return settle(token, verdict, session);
      // A database that is away is no fault of the caller: it is told, unless the route is open to all.
      verdict.then(
        (found) => settle(token, found, session),
        (error: Error) => done(isOpen ? undefined : error),
      );
    };
    if (shown.kind === 'token') return lookAt(shown.token, null);
    const cookies = request.headers.cookie;
    if (cookies === undefined || !isOfConsole(request)) return refuse('no credential', false);
    sessions.find(cookies).then((session) => {
      if (session === null) refuse('no credential', false);
      else lookAt(session.token, session);
    }, done);
  });
}

const ISSUER_AWAY =
  'The issuer that signed you in does not answer, so nobody can tell whether your session still holds. It stays; try again in a minute.';

/** By the route, and where there is none by the address. */
function isOfConsole({ route, url }: FastifyRequest): boolean {
  return (route.url ?? url).startsWith(`${COOKIE_PATH}/`) || route.url === COOKIE_PATH;
}

/** While the database is away, no token is revoked either. */
const WATCHED_MS = 3_600_000;

function toNeeded({ method, route: { url, config } }: FastifyRequest): Scope | 'open' {
  const isRead = url === undefined || method === 'GET' || method === 'HEAD';
  return config.scope ?? (isRead ? 'read' : 'admin');
}

function enter(request: FastifyRequest, needed: Scope | 'open'): void {
  if (needed !== 'open' && needed !== 'read') request.audited = toRoute(request);
}

function requireScope(this: FastifyRequest, { name, scope }: { name: string; scope: Scope }): void {
  if (this.by === null || !mayUse(this.by, scope)) throw new InsufficientScopeError(scope, name);
  if (scope !== 'read') this.audited = this.audited === null ? name : `${this.audited}, ${name}`;
}

function toForbidden(request: FastifyRequest, needed: Scope): BioMcpError {
  return new InsufficientScopeError(needed, toRoute(request));
}

function toRoute({ method, route }: FastifyRequest): string {
  return `${method} ${route.url ?? 'this address'}`;
}

/** Node keeps the first of several headers of the name, and somebody else before us may have read another. */
function findCredential({ headers, rawHeaders }: IncomingMessage): Shown {
  const { authorization } = headers;
  if (authorization === undefined) return NO_TOKEN;
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  const [, token] = BEARER.exec(authorization) ?? [];
  return count > 1 || token === undefined ? UNREADABLE : { kind: 'token', token };
}

/** What the audit tells of a request that changes something or was refused; `null` for all others. */
export function toAudit({ request, status }: { request: FastifyRequest; status: number }) {
  const { audited, refusal, errorCode } = request;
  const isRefused =
    errorCode === 'UNAUTHENTICATED' || errorCode === 'RATE_LIMITED' || errorCode === 'FORBIDDEN';
  if (audited === null && !isRefused) return null;
  return {
    audit: isRefused ? 'refused' : 'changes',
    by: request.by?.name ?? null,
    via: request.by?.via ?? null,
    from: request.ip,
    what: audited ?? toRoute(request),
    status,
    ...(errorCode === null ? {} : { error_code: errorCode }),
    trace_id: request.id,
    ...(refusal === null || !isRefused ? {} : { reason: refusal.slice(0, 200) }),
  };
}
