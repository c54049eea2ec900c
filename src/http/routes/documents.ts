import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NotFoundError } from '../../errors/bio-mcp-error.ts';
import { renderDocsPage } from '../openapi/docs-page.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import { createReferenceFiles } from '../reference/reference-files.ts';
import { REFERENCE_POLICY, renderReferencePage } from '../reference/reference-page.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

const tags = ['documents'];
const HTML = 'text/html; charset=utf-8';
const fileName = z.object({ name: z.string().max(100).describe('Of a file that these pages load.') });
const jsonSchema = {
  operationId: 'openApi',
  tags,
  summary: 'This description as OpenAPI 3.1',
  answers: { 200: 'The document.' },
  response: { 200: z.record(z.string(), z.unknown()), ...ERROR_RESPONSES },
};
const pageSchema = {
  operationId: 'docs',
  tags,
  summary: 'This description as a page on which each call can be tried',
  contentType: 'text/html',
  answers: { 200: 'The page.' },
  response: ERROR_RESPONSES,
};
const plainSchema = {
  ...pageSchema,
  operationId: 'docsPlain',
  summary: 'This description as a page without scripts',
};
const fileSchema = {
  operationId: 'docsFile',
  tags,
  summary: 'What these pages load',
  params: fileName,
  contentType: 'application/octet-stream',
  errorCodes: ['NOT_FOUND'] as const,
  answers: { 200: 'The file.', 304: 'As the caller has it.' },
  response: ERROR_RESPONSES,
};
/** "gzip;q=0" refuses it. */
const TAKES_GZIP = /(?<![\w-])gzip(?![\w-]|\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i;
/** The plain page has no script, and its style is a file; a browser holds it to that. */
const PLAIN_POLICY =
  "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export async function documentRoutes(app: FastifyInstance, { openApi }: { openApi: OpenApi }): Promise<void> {
  const files = createReferenceFiles();
  app.get('/openapi.json', { schema: jsonSchema }, async () => openApi.read());
  app.get('/docs', { schema: pageSchema }, async (_request, reply) => {
    reply.header('content-type', HTML).header('content-security-policy', REFERENCE_POLICY);
    return renderReferencePage({ withConsole: app.hasRoute({ method: 'GET', url: '/ui/docs' }) });
  });
  app.get('/docs/plain', { schema: plainSchema }, async (_request, reply) => {
    reply.header('content-type', HTML).header('content-security-policy', PLAIN_POLICY);
    return renderDocsPage(openApi.read());
  });
  app.get<{ Params: z.output<typeof fileName> }>(
    '/docs/assets/:name',
    { schema: fileSchema },
    async ({ params: { name }, headers }, reply) => {
      const file = await files.find(name);
      if (file === null) throw new NotFoundError(`There is no file ${name} of this description.`);
      const { bytes, packed, contentType, tag } = file;
      // Asked anew each time, and then answered with nothing but 304.
      reply
        .header('cache-control', 'private, no-cache')
        .header('etag', tag)
        .header('vary', 'accept-encoding');
      if (headers['if-none-match'] === tag) return reply.code(304).send();
      reply.header('content-type', contentType);
      const takesGzip = TAKES_GZIP.test(String(headers['accept-encoding'] ?? ''));
      return takesGzip ? reply.header('content-encoding', 'gzip').send(packed) : reply.send(bytes);
    },
  );
}
