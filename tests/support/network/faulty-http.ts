import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

export interface SeenRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** What becomes of a request instead of its answer; `pass` leaves it alone. */
export type Fault =
  | 'pass'
  /** The connection ends without an answer; the server never hears of the request. */
  | 'reset'
  /** The server works on the request; its answer breaks off after the first bytes of the body. */
  | 'cut'
  /** No answer ever; the server never hears of the request. */
  | 'hang'
  /** The last byte of the body is another one. */
  | 'spoil'
  | { delayMs: number }
  /** The server hears of the request then. */
  | { until: Promise<void> }
  | { status: number; body: string };

/** Stands before a real HTTP server and makes faults. */
export interface FaultyHttp extends AsyncDisposable {
  readonly url: string;
  /** Decides for every request from now on; asked in the order in which they come. */
  fault: (request: SeenRequest) => Fault;
  /** Everything that came, faults included. */
  readonly seen: SeenRequest[];
}

/** An error of S3 in its own form. */
export function toS3Error(status: number, code: string): { status: number; body: string } {
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>made by a test</Message></Error>`;
  return { status, body };
}

export async function openFaultyHttp(target: string): Promise<FaultyHttp> {
  const agent = new Agent({ keepAlive: true });
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method = 'GET', url: path = '/', headers } = incoming;
    const request = { method, path, headers };
    seen.push(request);
    const fault = proxy.fault(request);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      incoming.socket.destroy();
    } else if (typeof fault === 'object' && 'status' in fault) {
      incoming.resume().once('end', () => {
        outgoing.writeHead(fault.status, { 'content-type': 'application/xml' }).end(fault.body);
      });
    } else if (typeof fault === 'object' && 'until' in fault) {
      fault.until.then(() => pass(incoming, outgoing, 'pass'));
    } else if (typeof fault === 'object') {
      setTimeout(() => pass(incoming, outgoing, 'pass'), fault.delayMs);
    } else {
      pass(incoming, outgoing, fault);
    }
  });

  /** With all headers as they came: the signature covers them, the host's name too. */
  function pass(incoming: IncomingMessage, outgoing: ServerResponse, fault: 'pass' | 'cut' | 'spoil'): void {
    const { method, url, headers } = incoming;
    const asked = openRequest(new URL(url ?? '/', target), { method, headers, agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      if (fault === 'pass') {
        answer.pipe(outgoing);
        return;
      }
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.once('end', () => {
        const body = Buffer.concat(pieces);
        if (fault === 'spoil') {
          const last = body.length - 1;
          if (last >= 0) body.writeUInt8(body.readUInt8(last) ^ 1, last);
          outgoing.end(body);
        } else {
          outgoing.write(body.subarray(0, Math.floor(body.length / 2)), () => incoming.socket.destroy());
        }
      });
    });
    asked.once('error', () => incoming.socket.destroy());
    incoming.pipe(asked);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultyHttp = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // a TCP server's address
    fault: () => 'pass',
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      agent.destroy();
    },
  };
  return proxy;
}
