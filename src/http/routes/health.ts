import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mayUse } from '../../domain/caller.ts';
import { toCallerSignal } from '../caller-signal.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';
import type { ServiceHealth } from '../service-health.ts';
import { readinessReport } from './probes.ts';

const report = readinessReport.extend({
  version: z.string(),
  node: z.string(),
  ncbi: z
    .object({
      with_key: z.boolean(),
      share: z.number().describe('The part of NCBI’s allowance that is ours: above 0, at most 1.'),
      requests_a_minute: z.int().describe('That may start, by all processes on the database together.'),
      started_last_minute: z.int().describe('By this process.'),
      wait_ms: z.int().describe('Until the next one may start; 0: at once.'),
      cooldown_ms: z.int().describe('How long NCBI wants quiet yet; 0: it does not.'),
    })
    .nullable(),
  ncbi_reason: z.string().nullable().describe('Why nothing is known of it; null: it is.'),
  settings: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().nullable().describe('As written, or what holds else; null of a secret.'),
        is_set: z.boolean(),
        is_secret: z.boolean(),
      }),
    )
    .nullable()
    .describe('null for a caller without bio:admin.'),
});
const schema = {
  operationId: 'health',
  tags: ['probes'],
  summary: 'How the service is, for people: its checks with their reasons, NCBI’s budget, its settings',
  description: 'Answers 200 where it is not ready, too: /readyz is for programs that wait for it.',
  answers: { 200: 'What is known.' },
  response: { 200: report, ...ERROR_RESPONSES },
};

export async function healthRoute(
  app: FastifyInstance,
  { health }: { health: ServiceHealth },
): Promise<void> {
  app.get('/v1/health', { schema }, async ({ by }, reply) => {
    reply.header('cache-control', 'no-store');
    return health.read({ withSettings: by !== null && mayUse(by, 'admin'), signal: toCallerSignal(reply) });
  });
}
