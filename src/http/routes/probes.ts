import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Readiness, ReadinessReport } from '../readiness.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

/** Whoever is told to wait may ask again when the kept answer has lapsed. */
const RETRY_AFTER_SECONDS = '5';

const alive = z.object({ status: z.literal('ok') });
export const readinessReport = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ok', 'failed']),
      latency_ms: z.number(),
      reason: z
        .string()
        .nullable()
        .describe('null: the check is ok, or the caller showed no credential that holds.'),
    }),
  ),
});
const tags = ['probes'];

/**
 * Liveness asks nothing of any dependency; readiness is 503, with what fails, until everything
 * that gates answers.
 */
export async function probes(app: FastifyInstance, { readiness }: { readiness: Readiness }): Promise<void> {
  for (const path of ['/livez', '/healthz']) {
    const schema = {
      operationId: path.slice(1),
      tags,
      summary: 'Whether the process lives',
      answers: { 200: 'It lives; no dependency was asked.' },
      response: { 200: alive, ...ERROR_RESPONSES },
    };
    app.get(path, { schema, config: { scope: 'open' } }, async () => ({ status: 'ok' }));
  }
  const schema = {
    operationId: 'readyz',
    tags,
    summary: 'Whether it can serve',
    description: 'Kept for five seconds; those who ask at the same time share one check.',
    answers: { 200: 'Everything that gates answers.', 503: 'Something that gates fails.' },
    response: { 200: readinessReport, 503: readinessReport, ...ERROR_RESPONSES },
  };
  app.get('/readyz', { schema, config: { scope: 'open', isForWatching: true } }, async (request, reply) => {
    const full = await readiness.read();
    const answer = request.by === null ? withoutReasons(full) : full;
    reply.header('cache-control', 'no-store');
    if (answer.status === 'ready') return answer;
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send(answer);
  });
}

/** A reason may name a host. */
function withoutReasons({ status, checks }: ReadinessReport): ReadinessReport {
  return { status, checks: checks.map((check) => ({ ...check, reason: null })) };
}
