import type { Readable } from 'node:stream';

/** Held back from the network while this much waits to be taken. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * The pieces of a body from now on, whole up to the moment of a fault, which is thrown after them. A
 * stream by itself drops what it had ready when its connection breaks, so a download over a bad line
 * might never get further.
 */
export function readBody(reply: Readable): AsyncIterable<Buffer> {
  const pieces: Buffer[] = [];
  let waitingBytes = 0;
  let outcome: { error: unknown } | 'whole' | null = null;
  let wake = () => {};
  const settle = (result: { error: unknown } | 'whole') => {
    outcome ??= result;
    wake();
  };
  reply.on('data', (piece: Buffer) => {
    pieces.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes >= MOST_WAITING_BYTES) reply.pause();
    wake();
  });
  reply.on('end', () => settle('whole'));
  reply.on('error', (error) => settle({ error }));
  reply.on('close', () => settle({ error: new Error('the connection was closed') }));

  async function* take(): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        const piece = pieces.shift();
        if (piece !== undefined) {
          waitingBytes -= piece.length;
          if (waitingBytes < MOST_WAITING_BYTES) reply.resume();
          yield piece;
        } else if (outcome === null) {
          await woken;
        } else {
          if (outcome !== 'whole') throw outcome.error;
          return;
        }
      }
    } finally {
      if (outcome !== 'whole') reply.destroy();
    }
  }
  return take();
}
