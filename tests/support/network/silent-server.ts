import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awaitEvent } from '../awaited.ts';

/** An upstream that takes every request and answers none. */
export interface SilentServer extends AsyncDisposable {
  readonly url: string;
  /** Resolves once so many requests have come in all. */
  reached(requests: number): Promise<void>;
}

export async function startSilentServer(): Promise<SilentServer> {
  let seen = 0;
  const server = createServer(() => {
    seen += 1;
    server.emit('seen');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP server's address
  return {
    url: `http://127.0.0.1:${port}/`,
    async reached(requests) {
      const awaited = { what: `${requests} requests`, came: () => `${seen}` };
      while (seen < requests) await awaitEvent(once(server, 'seen'), awaited);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
