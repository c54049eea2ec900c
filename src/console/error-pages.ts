import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { NotFoundError } from '../errors/bio-mcp-error.ts';
import { toErrorEnvelope } from '../errors/error-envelope.ts';
import { sendError } from '../http/plugins/error-answers.ts';
import type { PageParts } from './answer-page.ts';
import { renderDocument } from './document.ts';
import { html } from './html.ts';
import { renderFailure } from './parts/notices.ts';

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
export function addErrorPages(room: FastifyInstance, parts: PageParts): void {
  const { logger, document, formTokens, access } = parts;
  room.setErrorHandler((error, request, reply) => {
    const told = request.is404 ? new NotFoundError('There is no page of this address.') : error;
    if (!readsPages(request)) return sendError(told, { request, reply, logger });
    const { status, body } = answerError(told, { request, reply, parts });
    const caller = access === null || request.session !== null ? request.by : null;
    const title = TITLES[status] ?? TITLE;
    const content = html`${renderFailure(body)}
      <p>${status === 401 ? null : html`<a href="/ui">To the first page</a>`}</p>`;
    const shown = { title, content, path: null, caller, formToken: formTokens.make(request) };
    return reply.type('text/html; charset=utf-8').send(renderDocument(document, shown));
  });
}

/** Status and headers as everywhere; what is our failure goes to the log. */
function answerError(
  error: unknown,
  { request, reply, parts: { logger } }: { request: FastifyRequest; reply: FastifyReply; parts: PageParts },
) {
  const answer = toErrorEnvelope(error, { traceId: request.id, tool: request.toolName });
  const { status, body, retryAfterSeconds } = answer;
  request.errorCode = body.error_code;
  if (status >= 500)
    logger.error({ trace_id: request.id, tool: request.toolName, err: error }, 'a page failed');
  if (status === 401 || status === 403) reply.challenge(error);
  if (retryAfterSeconds !== null) reply.header('retry-after', String(retryAfterSeconds));
  reply.code(status);
  return answer;
}
