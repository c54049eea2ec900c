import type { FastifyInstance } from 'fastify';
import { ValidationError } from '../../errors/bio-mcp-error.ts';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** Bodies are JSON in valid UTF-8 and nothing else; an object with a `__proto__` key is refused. */
export function acceptJsonBodies(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    let text: string;
    try {
      text = typeof body === 'string' ? body : strictUtf8.decode(body);
    } catch (error) {
      done(new ValidationError('The request body is no valid UTF-8.', { cause: error }), undefined);
      return;
    }
    parseJson(request, text, done);
  });
}
