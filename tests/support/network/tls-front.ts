import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';

const FOLDER = join(import.meta.dirname, '../..', 'fixtures', 'tls');

/** The path of the certificate that signed every other of the tests. */
export const AUTHORITY = join(FOLDER, 'authority.pem');

type Certificate = 'loopback' | 'elsewhere' | 'expired' | 'rds';
/** Whose certificate, its own authority, is `rds`. */
export const RDS_HOST = 'corpus.abc123.eu-west-1.rds.amazonaws.com';

/** Of the file with key and certificate. */
export function toCertificatePath(certificate: Certificate): string {
  return join(FOLDER, `${certificate}.pem`);
}

export interface TlsFrontOptions {
  /** `host:port` of a server without TLS, which whoever trusts the certificate gets to. */
  target: string;
  /** Which one is shown. Default: the one for loopback. */
  certificate?: Certificate;
  /** A client of PostgreSQL asks for TLS first. */
  isPostgres?: boolean;
}

/** The length of PostgreSQL's request for TLS, which is answered by one letter. */
const SSL_REQUEST_BYTES = 8;

/** Real TLS before any server, with a certificate of an authority that nobody trusts. */
export async function openTlsFront({
  target,
  certificate = 'loopback',
  isPostgres = false,
}: TlsFrontOptions) {
  const pem = readFileSync(toCertificatePath(certificate));
  const secureContext = createSecureContext({ key: pem, cert: pem });
  const { hostname, port } = new URL(`tcp://${target}`);
  const sockets = new Set<Socket>();
  const server = createServer(async (raw) => {
    sockets.add(raw);
    raw.on('error', () => raw.destroy());
    if (isPostgres) {
      await once(raw, 'readable');
      raw.read(SSL_REQUEST_BYTES);
      raw.write('S');
    }
    const secure = new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['h2', 'http/1.1'] });
    const behind = connect(Number(port), hostname);
    for (const one of [secure, behind]) {
      sockets.add(one);
      one.on('error', () => one.destroy()); // a client that refuses the certificate breaks off
      one.on('close', () => {
        secure.destroy();
        behind.destroy();
      });
    }
    secure.pipe(behind).pipe(secure);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    /** `host:port`. */
    address: `localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
