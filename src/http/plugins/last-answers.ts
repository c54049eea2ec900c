import type { FastifyInstance } from 'fastify';

/**
 * Once the app begins to close, each answer ends its connection. Node waits for every open connection, and
 * one that was busy when the closing began would otherwise stay open for the whole keep-alive time.
 */
export function endConnectionsOnClose(app: FastifyInstance): void {
  let isClosing = false;
  app.addHook('preClose', async () => {
    isClosing = true;
  });
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (isClosing) reply.header('connection', 'close');
    done(null, payload);
  });
}
