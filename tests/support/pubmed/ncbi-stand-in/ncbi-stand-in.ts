import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { awaitEvent } from '../../awaited.ts';
import type { Answer, Question } from './answer.ts';
import { answerFetch } from './answer-fetch.ts';
import { answerLinks } from './answer-links.ts';
import { answerSearch } from './answer-search.ts';
import { answerCitationMatch, answerPost, answerSpelling } from './answer-small.ts';
import { answerSummary } from './answer-summary.ts';
import { readBody } from './bodies.ts';
import { type Endpoint, type Fault, FaultQueue, playFault } from './faults.ts';
import { HistoryServer } from './history-server.ts';
import { RateWindow } from './rate-window.ts';
import { RecordLibrary } from './record-library.ts';

export interface NcbiStandInOptions {
  /** Records in NLM's XML, each a `PubmedArticle` or `PubmedBookArticle`. */
  records: Iterable<string>;
  /** Milliseconds; default: the system's clock. */
  now?: () => number;
  /** What its answers say that it is; default: as `now`. */
  ncbiNow?: () => number;
  /** Off for benches: then no request is refused for coming too fast. Default: on. */
  limits?: boolean;
  /** Default: any free one. */
  port?: number;
  /** Keys that NCBI does not know. */
  badKeys?: readonly string[];
}

/** One request as it arrived. */
export interface SeenRequest {
  at: number;
  method: string;
  url: string;
  endpoint: Endpoint;
  params: ReadonlyMap<string, string>;
  fault: Fault['kind'] | null;
  /** `null`: a fault left it unanswered. */
  status: number | null;
}

export interface NcbiStandIn extends AsyncDisposable {
  /** What `BIO_MCP_PUBMED_BASE_URL` is set to, with the trailing slash. */
  readonly url: string;
  readonly library: RecordLibrary;
  readonly history: HistoryServer;
  readonly faults: FaultQueue;
  /** In order of arrival. */
  readonly requests: readonly SeenRequest[];
  /** Resolves when `count` requests have arrived in all. */
  arrived(count: number): Promise<void>;
}

const ANSWERS: Record<Endpoint, (question: Question) => Answer> = {
  esearch: answerSearch,
  esummary: answerSummary,
  efetch: answerFetch,
  elink: answerLinks,
  epost: answerPost,
  espell: answerSpelling,
  ecitmatch: answerCitationMatch,
};

/** An E-utilities server on loopback: real records, NCBI's own limits and errors, and faults on demand. */
export async function startNcbiStandIn(options: NcbiStandInOptions): Promise<NcbiStandIn> {
  const { now = Date.now, limits = true, badKeys = [], port: wantedPort = 0, ncbiNow = now } = options;
  const library = new RecordLibrary(options.records);
  const history = new HistoryServer({ now });
  const faults = new FaultQueue();
  const window = new RateWindow({ now });
  const requests: SeenRequest[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const endpoint = findEndpoint(request.url ?? '');
    if (endpoint === null) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not found</html>');
      return;
    }
    const params = await readParams(request);
    response.setHeader('date', new Date(ncbiNow()).toUTCString());
    const fault = faults.take(endpoint);
    const { method = '', url = '' } = request;
    const seen = { at: now(), method, url, endpoint, params, fault: fault?.kind ?? null, status: null };
    requests.push(seen);
    for (const waiter of waiting) if (requests.length >= waiter.count) waiter.resolve();

    const answer = limit(params, response) ?? ANSWERS[endpoint]({ params, library, history });
    const status = answer.status ?? 200;
    const body = Buffer.from(answer.body, 'utf8');
    if (fault !== null) return playFault(fault, response, body, answer.type);
    Object.assign(seen, { status });
    response.writeHead(status, { 'content-type': `${answer.type}; charset=UTF-8` }).end(body);
  }

  /** `null`: the request may pass. */
  function limit(params: ReadonlyMap<string, string>, response: ServerResponse): Answer | null {
    const key = params.get('api_key');
    if (key !== undefined && (key === '' || badKeys.includes(key))) {
      const body = readBody('http400_bad_api_key.json').replace('REDACTED', key);
      return { status: 400, type: 'application/json', body };
    }
    if (!limits) return null;
    const caller = key ?? '127.0.0.1';
    const { allowed, count, limit: most, remaining } = window.count(caller, key === undefined ? 3 : 10);
    response.setHeader('x-ratelimit-limit', most).setHeader('x-ratelimit-remaining', remaining);
    if (allowed) return null;
    const error = {
      error: 'API rate limit exceeded',
      'api-key': caller,
      count: `${count}`,
      limit: `${most}`,
    };
    return { status: 429, type: 'application/json', body: `${JSON.stringify(error)}\n` };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A fault of the stand-in itself must not pass for one of NCBI's.
      response.writeHead(418).end(`the stand-in failed: ${error instanceof Error ? error.stack : error}`);
    });
  });
  server.listen(wantedPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/entrez/eutils/`,
    library,
    history,
    faults,
    requests,
    async arrived(count) {
      if (requests.length >= count) return;
      await awaitEvent(new Promise<void>((resolve) => waiting.push({ count, resolve })), {
        what: `${count} requests to NCBI`,
        came: () => `${requests.length}`,
      });
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function findEndpoint(url: string): Endpoint | null {
  const name = /^\/entrez\/eutils\/(\w+)\.f?cgi(?:\?|$)/.exec(url)?.[1] ?? '';
  return Object.hasOwn(ANSWERS, name) ? (name as Endpoint) : null;
}

async function readParams(request: IncomingMessage): Promise<ReadonlyMap<string, string>> {
  const query = new URL(request.url ?? '', 'http://127.0.0.1').searchParams;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
  // `id=1&id=2` means the same as `id=1,2`.
  const params = new Map<string, string>();
  for (const [name, value] of [...query, ...form]) {
    const known = params.get(name);
    params.set(name, name === 'id' && known !== undefined ? `${known},${value}` : value);
  }
  return params;
}
