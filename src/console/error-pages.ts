import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findCookie, SESSION_COOKIE } from '../access/sessions.ts';
import { NotFoundError } from '../errors/bio-mcp-error.ts';
import { sendError, tellError } from '../http/plugins/error-answers.ts';
import type { Access } from '../http/plugins/guard.ts';
import { toAddress } from './addresses.ts';
import type { PageNeeds } from './answer-page.ts';
import { renderDocument } from './document.ts';
import { renderFailure } from './elements/alerts.ts';
import { html } from './html.ts';
import { isSecure } from './request-facts.ts';

const TITLES: Readonly<Record<number, string>> = {
  400: 'This cannot be asked so',
  401: 'Sign in first',
  403: 'This is not for you',
  404: 'There is nothing here',
  405: 'There is nothing here',
  429: 'Too much at once',
};
const TITLE = 'This did not work';

/** A browser, and not a program. */
export function readsPages({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('text/html');
}

/** What fails is told by a page, where a browser asked; programs get the error envelope as everywhere. */
export function addErrorPages(room: FastifyInstance, needs: PageNeeds): void {
  const { logger, document, formTokens, access } = needs;
  room.setErrorHandler((error, request, reply) => {
    const isMiss = request.is404 && error instanceof NotFoundError;
    const told = isMiss ? new NotFoundError('There is no page of this address.') : error;
    if (!readsPages(request)) return sendError(told, { request, reply, logger });
    const { status, body } = tellError(told, { request, reply, logger });
    if (status === 401 && access !== null && request.method !== 'POST' && request.session === null)
      return leadToSignIn({ request, reply, access });
    const caller = access === null || request.session !== null ? request.by : null;
    const title = TITLES[status] ?? TITLE;
    const content = html`${renderFailure(body)}
      <p>${status === 401 ? html`<a href="/ui/sign-in">Sign in</a>` : html`<a href="/ui">To the first page</a>`}</p>`;
    const shown = { title, content, path: null, caller, formToken: formTokens.make(request) };
    return reply.type('text/html; charset=utf-8').send(renderDocument(document, shown));
  });
}

/** And back again. A session that has ended is forgotten, and said to be over. */
function leadToSignIn({
  request,
  reply,
  access: { sessions },
}: {
  request: FastifyRequest;
  reply: FastifyReply;
  access: Access;
}): FastifyReply {
  const { url, headers } = request;
  const ended = findCookie(headers.cookie, SESSION_COOKIE) === null ? null : 1;
  if (ended !== null)
    for (const cookie of sessions.end({ isSecure: isSecure(request) })) reply.header('set-cookie', cookie);
  const next = url === '/' || url === '/ui' ? null : url;
  return reply.redirect(toAddress('/ui/sign-in', { next, ended }), 303);
}
