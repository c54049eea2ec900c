import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { awaitEvent } from '../awaited.ts';

/** A server before another: while it is shut, requests wait in it. */
export interface HeldGate extends AsyncDisposable {
  readonly url: string;
  /** Resolves when a request has come to the shut gate. */
  readonly reached: Promise<void>;
  /** Lets through what waits and all that comes later. */
  open(): void;
}

export async function startHeldGate({ before }: { before: string }): Promise<HeldGate> {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    reached.resolve();
    // Who asked may be gone by then.
    opened.promise.then(() => forward(before, request, response)).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    get reached() {
      return awaitEvent(reached.promise, { what: 'a request at the gate' });
    },
    open: opened.resolve,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function forward(before: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const { method = 'GET', url = '/' } = request;
  const body = pieces.length === 0 ? {} : { body: Buffer.concat(pieces) };
  const type = request.headers['content-type'];
  const headers = type === undefined ? {} : { 'content-type': type };
  const answer = await fetch(new URL(url.slice(1), before), { method, headers, ...body });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
  response.end(Buffer.from(await answer.arrayBuffer()));
}
