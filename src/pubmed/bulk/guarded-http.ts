import type { lookup as systemLookup } from 'node:dns';
import type { Agent as HttpAgent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { CallOptions } from '../../domain/call-options.ts';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { PubmedBlockedError } from '../../errors/pubmed-error.ts';
import { isBlockAddress } from '../ncbi-block.ts';
import type { BulkAccess } from './bulk-source.ts';
import { BulkFault } from './bulk-source-error.ts';
import { checkTarget, createGuardedLookup } from './bulk-target.ts';
import { readBody } from './read-body.ts';

export interface HttpReply {
  status: number;
  headers: IncomingHttpHeaders;
  /** After redirects. */
  url: URL;
  /** As it is sent, never decompressed; faults are `BulkFault`s. It must be read or dropped. */
  body: AsyncIterable<Buffer>;
  /** Gives the body up, and the connection with it. */
  drop(): void;
}

export interface GuardedHttp extends Disposable {
  get(url: string, headers: Readonly<Record<string, string>>, options: CallOptions): Promise<HttpReply>;
}

export interface GuardedHttpNeeds {
  access: BulkAccess;
  userAgent: string;
  /** Silence after which a connection counts as hung. */
  stallMs: number;
  /** That connections go by. Default: none. */
  proxy?: { HTTP_PROXY?: string; HTTPS_PROXY?: string; NO_PROXY: string };
  lookup?: typeof systemLookup;
}

const MOST_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * GET over connections that lead nowhere but where `access` allows, at each step of a redirect. Node's own
 * `fetch` has no place for the check of an address at the moment of connecting, hence node:https.
 */
export function createGuardedHttp(needs: GuardedHttpNeeds): GuardedHttp {
  const settings = { keepAlive: true, ...(needs.proxy === undefined ? {} : { proxyEnv: needs.proxy }) };
  const agents = new Map<boolean, HttpAgent>();
  // Most processes download nothing, and an import of node:http takes them 20 ms: it loads fetch as well.
  const find = (secure: boolean) => {
    const client = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
    const agent = agents.get(secure) ?? new client.Agent(settings);
    agents.set(secure, agent);
    return { client, agent };
  };

  async function exchange(url: URL, headers: Readonly<Record<string, string>>, { signal }: CallOptions) {
    checkTarget(url, needs.access);
    const { access, lookup } = needs;
    const secure = url.protocol === 'https:';
    const { client, agent } = find(secure);
    const options = {
      headers: { 'user-agent': needs.userAgent, 'accept-encoding': 'identity', ...headers },
      agent,
      lookup: createGuardedLookup({ url, access, ...(lookup === undefined ? {} : { lookup }) }),
      signal,
    };
    return new Promise<IncomingMessage>((resolve, reject) => {
      const request = client.request(url, options);
      let reply: IncomingMessage | null = null;
      request.setTimeout(needs.stallMs, () => {
        const fault = new BulkFault(`nothing came for ${needs.stallMs} ms`, { code: 'PUBMED_TIMEOUT' });
        (reply ?? request).destroy(fault);
      });
      request.on('error', reject);
      request.on('response', (response) => {
        reply = response;
        resolve(response);
      });
      request.end();
    });
  }

  return {
    async get(address, headers, { signal }) {
      let url = new URL(address);
      for (let redirects = 0; ; redirects += 1) {
        const reply = await exchange(url, headers, { signal }).catch((error: unknown) => {
          throw toFault(error, signal);
        });
        const status = reply.statusCode ?? 0;
        const { location } = reply.headers;
        if (!REDIRECTS.has(status) || location === undefined) {
          return {
            status,
            headers: reply.headers,
            url,
            body: translateFaults(readBody(reply), signal),
            drop: () => reply.destroy(),
          };
        }
        reply.destroy();
        const next = URL.parse(location, url.href);
        if (next === null || redirects === MOST_REDIRECTS) {
          throw new ValidationError('`source`: the server redirects without end or to no address.');
        }
        if (isBlockAddress(next.href)) {
          throw new PubmedBlockedError({
            message: `NCBI has blocked this installation: HTTP ${status} ${next.href}`,
          });
        }
        url = next;
      }
    },
    [Symbol.dispose]() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

async function* translateFaults(pieces: AsyncIterable<Buffer>, signal: AbortSignal): AsyncIterable<Buffer> {
  try {
    yield* pieces;
  } catch (error) {
    throw toFault(error, signal);
  }
}

/** Whatever goes wrong with a connection may pass, but for our own refusal of its target. */
function toFault(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof BulkFault || error instanceof BioMcpError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new BulkFault(`the connection failed: ${text}`, { code: 'PUBMED_UNAVAILABLE', cause: error });
}
