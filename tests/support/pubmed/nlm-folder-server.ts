import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** What becomes of one answer; a fault is used up by the request that meets it. */
export type FolderFault =
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** The connection breaks after so many bytes of the body. */
  | { kind: 'cut'; after: number }
  /** Nothing more comes after so many bytes, and the connection stays open. */
  | { kind: 'hang'; after: number }
  /** It is answered as ever, later. */
  | { kind: 'wait'; until: Promise<void> }
  | { kind: 'redirect'; to: string }
  /** The right number of bytes, one of them wrong. */
  | { kind: 'corrupt' }
  /** Something else, as a proxy or a captive portal sends it. */
  | { kind: 'body'; body: string }
  /** The whole file, whatever range was asked for. */
  | { kind: 'no range' }
  /** A range of the file, though it is not the file that the range was asked of. */
  | { kind: 'ignore If-Range' };

export interface ServedRequest {
  path: string;
  range: string | null;
  status: number;
}

export interface NlmFolderServer extends AsyncDisposable {
  /** Ends in a slash; the folders lie below it. */
  url: string;
  /** Puts a file beside its md5, as `updatefiles/pubmed26n1335.xml.gz`; `md5: null` leaves that out. */
  put(path: string, bytes: Uint8Array, options?: { md5?: string | null }): void;
  remove(path: string): void;
  /** As if it had just started. */
  clear(): void;
  /** For the requests of a path that come next, in order. */
  fail(path: string, ...faults: FolderFault[]): void;
  readonly requests: readonly ServedRequest[];
  /** The paths of bulk files themselves that were asked for since the last call. */
  takeDownloads(): string[];
  /** Resolves when a request for the path has been answered as far as it will be for now. */
  arrived(path: string): Promise<void>;
}

interface ServedFile {
  bytes: Buffer;
  type: string;
  etag: string;
  modified: string;
}

/** A web server with folders as ftp.ncbi.nlm.nih.gov shows them, on loopback. */
export async function startNlmFolderServer(): Promise<NlmFolderServer> {
  const files = new Map<string, ServedFile>();
  const faults = new Map<string, FolderFault[]>();
  const requests: ServedRequest[] = [];
  const waiting = new Map<string, () => void>();
  let modifiedAt = Date.UTC(2026, 0, 5);
  let taken = 0;

  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname).replace(
      '/pubmed/',
      '',
    );
    const fault = faults.get(path)?.shift() ?? null;
    if (fault?.kind !== 'wait') answer({ files, path, fault }, request, response);
    else void fault.until.then(() => answer({ files, path, fault: null }, request, response));
    requests.push({ path, range: request.headers.range ?? null, status: response.statusCode });
    waiting.get(path)?.();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const set = (path: string, bytes: Buffer, type: string) => {
    modifiedAt += 1000;
    const etag = `"${createHash('sha1').update(bytes).digest('hex').slice(0, 16)}"`;
    files.set(path, { bytes, type, etag, modified: new Date(modifiedAt).toUTCString() });
  };
  return {
    url: `http://127.0.0.1:${address.port}/pubmed/`,
    put(path, bytes, { md5 = createHash('md5').update(bytes).digest('hex') } = {}) {
      set(path, Buffer.from(bytes), 'application/x-gzip');
      files.delete(`${path}.md5`);
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (md5 !== null) set(`${path}.md5`, Buffer.from(`MD5(${name})= ${md5}\n`), 'text/plain');
    },
    remove(path) {
      files.delete(path);
      files.delete(`${path}.md5`);
    },
    clear() {
      for (const map of [files, faults, waiting]) map.clear();
      requests.length = 0;
      taken = 0;
    },
    fail: (path, ...more) => faults.set(path, [...(faults.get(path) ?? []), ...more]),
    requests,
    takeDownloads() {
      const fresh = requests.slice(taken).filter(({ path }) => /\.xml(\.gz)?$/.test(path));
      taken = requests.length;
      return fresh.map(({ path }) => path);
    },
    arrived: (path) => new Promise((resolve) => waiting.set(path, resolve)),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Answering {
  files: ReadonlyMap<string, ServedFile>;
  path: string;
  fault: FolderFault | null;
}

function answer({ files, path, fault }: Answering, request: IncomingMessage, response: ServerResponse): void {
  if (fault?.kind === 'status') {
    response.writeHead(fault.status, fault.headers).end('<html><body>an error page</body></html>');
    return;
  }
  if (fault?.kind === 'redirect') {
    response.writeHead(302, { location: fault.to }).end();
    return;
  }
  const file = path.endsWith('/') ? toIndexPage(files, path) : files.get(path);
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>404</body></html>');
    return;
  }
  if (fault?.kind === 'body') {
    response.writeHead(200, { 'content-type': file.type }).end(fault.body);
    return;
  }
  sendFile(file, fault, request, response);
}

function sendFile(
  file: ServedFile,
  fault: FolderFault | null,
  { headers }: IncomingMessage,
  response: ServerResponse,
): void {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
  const validator = fault?.kind === 'ignore If-Range' ? undefined : headers['if-range'];
  const isSame = validator === undefined || validator === file.etag || validator === file.modified;
  const partial = headers.range !== undefined && isSame && fault?.kind !== 'no range';
  if (partial && start >= file.bytes.length) {
    response.writeHead(416, { 'content-range': `bytes */${file.bytes.length}` }).end();
    return;
  }
  const body = Buffer.from(file.bytes.subarray(partial ? start : 0));
  if (fault?.kind === 'corrupt') body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
  response.writeHead(partial ? 206 : 200, {
    'content-type': file.type,
    'content-length': body.length,
    'accept-ranges': 'bytes',
    etag: file.etag,
    'last-modified': file.modified,
    ...(partial ? { 'content-range': `bytes ${start}-${file.bytes.length - 1}/${file.bytes.length}` } : {}),
  });
  if (fault?.kind === 'cut') response.write(body.subarray(0, fault.after), () => response.destroy());
  else if (fault?.kind === 'hang') response.write(body.subarray(0, fault.after));
  else response.end(body);
}

/** As Apache writes it, with the links that are no files. */
function toIndexPage(files: ReadonlyMap<string, ServedFile>, folder: string): ServedFile | undefined {
  const names = [...files.keys()]
    .filter((path) => path.startsWith(folder))
    .map((path) => path.slice(folder.length));
  if (names.length === 0) return undefined;
  const rows = names.map((name) => `<a href="${name}">${name}</a>    2026-01-05 14:03   18M  `);
  const html = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
<html>
 <head><title>Index of /pubmed/${folder}</title></head>
 <body>
<h1>Index of /pubmed/${folder}</h1>
<pre>Name                    Last modified      Size  <hr><a href="/pubmed/">Parent Directory</a>                             -
<a href="README.txt">README.txt</a>
${rows.join('\n')}
<hr></pre>
<a href="https://www.nlm.nih.gov/privacy.html">HHS Vulnerability Disclosure</a>
</body></html>
`;
  const bytes = Buffer.from(html);
  return { bytes, type: 'text/html', etag: '"index"', modified: new Date(0).toUTCString() };
}
