import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../domain/caller.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { CallerShares } from '../caller-shares.ts';

export interface ConnectionLimit {
  /** Open at once. */
  most: number;
  /** The share of them that one caller may keep whatever comes. */
  callerShare: number;
  logger: Logger;
}

/** Whoever opens connections in a flood fills no log with them. */
const TELL_EVERY_MS = 60_000;

/** Whose a connection is, with his part of them. */
interface Held {
  by: Caller;
  share: Disposable;
}

/**
 * Holds at most so many connections. One more costs the oldest on which nobody was let in yet, or that a
 * caller has beyond his share, so that neither strangers nor one credential shut anybody out by holding
 * connections open; where callers hold all of them, the new one is closed. A connection is the caller's of
 * its last request: a load balancer sends those of many over one. Counts who was let in by `request.by`, and
 * so stands behind the guard.
 */
export function limitConnections(app: FastifyInstance, { most, callerShare, logger }: ConnectionLimit): void {
  /** The oldest first. */
  const strangers = new Set<Socket>();
  const held = new Map<Socket, Held>();
  const shares = new CallerShares(most, callerShare);
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
      'too many connections: those on which nobody was let in, or beyond a share, are closed, the oldest first',
    );
  }

  function letIn(socket: Socket, by: Caller): void {
    const before = held.get(socket);
    if (before !== undefined && isSame(before.by, by)) return;
    giveUp(socket);
    const share = socket.destroyed ? null : shares.take(by);
    if (share === null) {
      if (!socket.destroyed) strangers.add(socket);
      return;
    }
    strangers.delete(socket);
    held.set(socket, { by, share });
  }

  function giveUp(socket: Socket): void {
    held.get(socket)?.share[Symbol.dispose]();
    held.delete(socket);
  }

  app.server.on('connection', (socket: Socket) => {
    open += 1;
    strangers.add(socket);
    socket.once('close', () => {
      open -= 1;
      strangers.delete(socket);
      giveUp(socket);
    });
    if (open <= most) return;
    for (const oldest of strangers) return close(oldest); // the new one, where there is no other
  });
  app.addHook('onRequest', ({ by, raw: { socket } }, _reply, done) => {
    if (by !== null) letIn(socket, by);
    done();
  });
}

function isSame(one: Caller, other: Caller): boolean {
  return one.name === other.name && one.via === other.via;
}
