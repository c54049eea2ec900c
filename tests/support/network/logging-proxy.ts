import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export interface LoggingProxy extends AsyncDisposable {
  url: string;
  /** `CONNECT host:port` and `POST http://host:port/path`, as they came. */
  readonly seen: string[];
  /** Refuses whoever comes, or tunnels to what ends so, as a proxy does that wants a password. */
  refuses: boolean | `:${number}`;
  /** Ends a tunnel without a word. */
  hangsUp: boolean;
}

/**
 * An HTTP proxy on loopback. Whatever host is asked for, `target` (`host:port`) answers, so that nothing
 * leaves this machine; `null`: this machine, at the port that was asked for.
 */
export async function startLoggingProxy(target: string | null): Promise<LoggingProxy> {
  const find = (asked: string) => {
    const { hostname, port } = new URL(`http://${target ?? asked}`);
    return target === null ? { hostname: '127.0.0.1', port } : { hostname, port };
  };
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    if (self.refuses === true) return void outgoing.writeHead(407).end();
    const { method, headers } = incoming;
    const { pathname: path, host } = new URL(incoming.url ?? '/');
    const asked = request({ ...find(host), method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(asked);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${incoming.url}`);
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    const isRefused =
      self.refuses === true || (self.refuses !== false && incoming.url?.endsWith(self.refuses));
    if (self.hangsUp) return void socket.destroy();
    if (isRefused) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const { hostname, port } = find(incoming.url ?? '');
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
    hangsUp: false,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return self;
}
