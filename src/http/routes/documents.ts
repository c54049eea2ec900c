import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { renderDocsPage } from '../openapi/docs-page.ts';
import type { OpenApi } from '../openapi/openapi.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

const tags = ['documents'];
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
  summary: 'This description as a page',
  contentType: 'text/html',
  answers: { 200: 'The page.' },
  response: ERROR_RESPONSES,
};
/** The page has no script and loads nothing; a browser holds it to that. */
const PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export async function documentRoutes(app: FastifyInstance, { openApi }: { openApi: OpenApi }): Promise<void> {
  app.get('/openapi.json', { schema: jsonSchema }, async () => openApi.read());
  app.get('/docs', { schema: pageSchema }, async (_request, reply) => {
    reply.header('content-type', 'text/html; charset=utf-8');
    reply.header('content-security-policy', PAGE_POLICY);
    return renderDocsPage(openApi.read());
  });
}
