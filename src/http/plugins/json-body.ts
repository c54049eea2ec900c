import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { ValidationError } from '../../errors/bio-mcp-error.ts';

const NOT_CODED = /^(?:identity)?$/i;

/**
 * Bodies are JSON in valid UTF-8 and nothing else, not compressed; an object with a `__proto__` key is
 * refused. Clients that name the type of every request name it on a DELETE too, which has no body.
 */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (request.method === 'DELETE' && body.length === 0) {
      done(null, undefined);
      return;
    }
    if (!NOT_CODED.test(request.headers['content-encoding']?.trim() ?? '')) {
      done(
        new ValidationError('Send the request body as it is: with a content-encoding it is not read.'),
        undefined,
      );
      return;
    }
    if (typeof body !== 'string' && !isUtf8(body)) {
      done(new ValidationError('The request body is no valid UTF-8.'), undefined);
      return;
    }
    parseJson(request, body.toString(), done);
  });
}
