import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface LoggingProxy extends AsyncDisposable {
  url: string;
  /** `CONNECT host:port` and `POST http://host:port/path`, as they came. */
  readonly seen: string[];
  /** Refuses whoever comes, as a proxy does that wants a password. */
  refuses: boolean;
}

/**
 * An HTTP proxy on loopback. Whatever host is asked for, `target` (`host:port`) answers, so that nothing
 * leaves this machine.
 */
export async function startLoggingProxy(target: string): Promise<LoggingProxy> {
  const { hostname, port } = new URL(`tcp://${target}`);
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (self.refuses) return void outgoing.writeHead(407).end();
    const { method, headers } = incoming;
    const path = new URL(incoming.url ?? '/').pathname;
    const asked = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(asked);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    if (self.refuses) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const behind = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(behind).pipe(socket);
    });
    sockets.add(behind);
    behind.on('error', () => socket.destroy());
    socket.on('close', () => behind.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: LoggingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    refuses: false,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
