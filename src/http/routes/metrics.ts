import type { FastifyInstance } from 'fastify';
import { ERROR_RESPONSES } from '../route-schema.ts';

/** The metrics as text. */
export interface WrittenMetrics {
  readonly contentType: string;
  write(): Promise<string>;
}

const schema = {
  operationId: 'metrics',
  tags: ['probes'],
  summary: 'The metrics of this process, for Prometheus',
  description: 'What needs a dependency that does not answer is left out, and the rest is there.',
  contentType: 'text/plain',
  answers: { 200: 'The metrics, in the text format of Prometheus.' },
  response: ERROR_RESPONSES,
};

export async function metricsRoute(
  app: FastifyInstance,
  { scrape }: { scrape: WrittenMetrics },
): Promise<void> {
  app.get('/metrics', { schema, config: { isForWatching: true } }, async (_request, reply) => {
    reply.header('content-type', scrape.contentType).header('cache-control', 'no-store');
    return scrape.write();
  });
}
