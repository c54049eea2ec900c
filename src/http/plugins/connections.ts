import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../telemetry/logger.ts';

export interface ConnectionLimit {
  /** Open at once. */
  most: number;
  logger: Logger;
}

/** Whoever opens connections in a flood fills no log with them. */
const TELL_EVERY_MS = 60_000;

/**
 * Holds at most so many connections. One more costs the oldest on which nobody was let in yet, so that
 * strangers shut nobody out by holding connections open; where callers hold all of them, the new one is
 * closed. Counts who was let in by `request.by`, and so stands behind the guard.
 */
export function limitConnections(app: FastifyInstance, { most, logger }: ConnectionLimit): void {
  /** The oldest first. */
  const strangers = new Set<Socket>();
  let open = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;

  function close(socket: Socket): void {
    const from = socket.remoteAddress;
    strangers.delete(socket);
    socket.destroy();
    const nowMs = performance.now();
    if (nowMs - toldAtMs < TELL_EVERY_MS) return;
    toldAtMs = nowMs;
    logger.warn(
      { limit: most, from },
      'too many connections: those on which nobody was let in are closed, the oldest first',
    );
  }

  app.server.on('connection', (socket: Socket) => {
    open += 1;
    strangers.add(socket);
    socket.once('close', () => {
      open -= 1;
      strangers.delete(socket);
    });
    if (open <= most) return;
    for (const oldest of strangers) return close(oldest); // the new one, where there is no other
  });
  app.addHook('onRequest', ({ by, raw: { socket } }, _reply, done) => {
    if (by !== null) strangers.delete(socket);
    done();
  });
}
