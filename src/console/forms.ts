import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { FormTokens } from './form-tokens.ts';

const FOREIGN = 'The form was not sent by a page of this server; open the page again and send it from there.';
const STALE =
  'The form is of another session or has lain too long; open the page again and send it once more.';

/** Takes what the forms of pages send, and nothing that another site may have made a browser send. */
export function acceptForms(room: FastifyInstance, { formTokens }: { formTokens: FormTokens }): void {
  room.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
  room.addHook('preHandler', async (request) => {
    if (request.method !== 'POST') return;
    if (!isOfOurs(request)) throw new BioMcpError('FORBIDDEN', FOREIGN);
    const token = readForm(request).get('token') ?? '';
    if (!formTokens.holds(token, request)) throw new BioMcpError('FORBIDDEN', STALE);
  });
}

export function readForm({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}

/** Every browser tells the origin of a post; what tells none is a program, and the form's token decides. */
function isOfOurs({ headers, reachedAt }: FastifyRequest): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  const url = URL.parse(origin);
  return url !== null && (url.host === host?.toLowerCase() || url.origin === toOrigin(reachedAt));
}

function toOrigin(address: string | null): string | null {
  return address === null ? null : (URL.parse(address)?.origin ?? null);
}
