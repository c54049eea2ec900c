import type { FastifyInstance } from 'fastify';
import type { Readiness } from '../readiness.ts';

/** Whoever is told to wait may ask again when the kept answer has lapsed. */
const RETRY_AFTER_SECONDS = '5';

/** Liveness asks nothing of any dependency; readiness is 503, with what fails, until everything that gates answers. */
export async function probes(app: FastifyInstance, { readiness }: { readiness: Readiness }): Promise<void> {
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const report = await readiness.read();
    reply.header('cache-control', 'no-store');
    if (report.status === 'ready') return report;
    return reply.code(503).header('retry-after', RETRY_AFTER_SECONDS).send(report);
  });
}
