import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { SCOPE_NAMES } from '../../domain/caller.ts';
import { METADATA_PATH } from '../plugins/challenges.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

const metadata = z.object({
  resource: z.string().describe('The address of `/mcp`: what a token has to be for.'),
  authorization_servers: z.array(z.string()).optional().describe('The issuer whose tokens are taken.'),
  scopes_supported: z.array(z.string()),
  bearer_methods_supported: z.array(z.literal('header')),
  resource_name: z.string(),
});

/**
 * RFC 9728: what a client that was answered 401 has to know. `issuer`: `null` where only tokens of our own
 * are taken.
 */
export async function resourceMetadataRoutes(
  app: FastifyInstance,
  { issuer }: { issuer: string | null },
): Promise<void> {
  for (const path of [METADATA_PATH, `${METADATA_PATH}/mcp`]) {
    const schema = {
      operationId: path === METADATA_PATH ? 'resourceMetadata' : 'resourceMetadataOfMcp',
      tags: ['access'],
      summary: 'What a credential for this server has to be (RFC 9728)',
      answers: { 200: 'The metadata of the protected resource.' },
      response: { 200: metadata, ...ERROR_RESPONSES },
    };
    app.get(path, { schema, config: { scope: 'open' } }, async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return {
        resource: request.resource ?? '',
        ...(issuer === null ? {} : { authorization_servers: [issuer] }),
        scopes_supported: [...SCOPE_NAMES],
        bearer_methods_supported: ['header'],
        resource_name: 'bio-mcp',
      };
    });
  }
}
