import type { ServerResponse } from 'node:http';
import { readBody } from './bodies.ts';

export type Endpoint = 'esearch' | 'esummary' | 'efetch' | 'elink' | 'epost' | 'espell' | 'ecitmatch';

export type Fault =
  /** `retryAfter` is sent as it stands. */
  | { kind: 'status'; status: 429 | 500 | 502 | 503 | 504; retryAfter?: string }
  /** No answer, until the caller gives up. */
  | { kind: 'hang' }
  /** The connection is reset before an answer. */
  | { kind: 'reset' }
  /** Half of the announced body, then the connection breaks. */
  | { kind: 'cut' }
  /** Half of the body as if it were all of it. */
  | { kind: 'cut-unnoticed' }
  /** Half of the body, the rest when `release` resolves. */
  | { kind: 'slow'; release: Promise<void> }
  /** An HTML page with status 200. */
  | { kind: 'html' }
  /** NCBI has blocked the caller: a redirect to its host for that, or its page itself. */
  | { kind: 'blocked'; by: 'redirect' | 'page' | '403' }
  /** A captured or made up body instead of the answer, status 200. */
  | { kind: 'body'; body: string };

export const BACKEND_FAILED: Fault = { kind: 'body', body: readBody('esearch_200_backend_failed.json') };
export const DATABASE_NOT_SUPPORTED: Fault = {
  kind: 'body',
  body: readBody('esearch_200_db_not_supported.json'),
};
/** The text of the wall's message with a raw line break, as a passing failure would carry it. */
export const RAW_NEWLINE: Fault = {
  kind: 'body',
  body: '{"header":{"type":"esearch","version":"0.3"},"esearchresult":{"ERROR":"Search Backend failed: Exception:\ntimed out"}}\n',
};
export const EFETCH_ERROR: Fault = {
  kind: 'body',
  body: '<?xml version="1.0" encoding="UTF-8" ?>\n<eFetchResult>\n\t<ERROR>Search backend cannot retrieve data. Reason: timeout</ERROR>\n</eFetchResult>\n',
};

export interface FaultPlan {
  fault: Fault;
  /** Default 1. */
  times?: number;
  /** Default: whatever comes next. */
  endpoint?: Endpoint;
  /** Requests to let pass before. Default 0. */
  after?: number;
}

/** What goes wrong next. */
export class FaultQueue {
  #plans: Required<Omit<FaultPlan, 'endpoint'> & { endpoint: Endpoint | null }>[] = [];
  #each: { every: number; faults: Fault[]; seen: number } | null = null;

  next(plan: FaultPlan): void {
    this.#plans.push({ times: 1, after: 0, endpoint: null, ...plan });
  }

  /** From now on every `every`-th request fails, with the faults in turn. */
  each(every: number, faults: Fault[]): void {
    this.#each = { every, faults, seen: 0 };
  }

  clear(): void {
    this.#plans = [];
    this.#each = null;
  }

  take(endpoint: Endpoint): Fault | null {
    const plan = this.#plans.find(
      (candidate) => candidate.endpoint === null || candidate.endpoint === endpoint,
    );
    if (plan === undefined) return this.#takeRegular();
    if (plan.after > 0) {
      plan.after -= 1;
      return null;
    }
    plan.times -= 1;
    if (plan.times === 0) this.#plans.splice(this.#plans.indexOf(plan), 1);
    return plan.fault;
  }

  #takeRegular(): Fault | null {
    if (this.#each === null) return null;
    this.#each.seen += 1;
    const { every, faults, seen } = this.#each;
    return seen % every === 0 ? (faults[(seen / every - 1) % faults.length] ?? null) : null;
  }
}

const HTML = '<!DOCTYPE html>\n<html><head><title>NCBI - WWW Error</title></head><body>Error</body></html>\n';

/** As NCBI words it, shortened. */
const BLOCK_PAGE =
  '<!DOCTYPE html>\n<html><head><title>NCBI - WWW Error Blocked Diagnostic</title></head><body><h1>Access Denied</h1>' +
  '<p>Your access to the NCBI website at www.ncbi.nlm.nih.gov has been temporarily blocked due to a possible misuse/abuse ' +
  'situation involving your site. To restore access and understand how to better interact with our site to avoid this in the ' +
  'future, please have your system administrator contact <a href="mailto:info@ncbi.nlm.nih.gov">info@ncbi.nlm.nih.gov</a>.</p>' +
  '<dl id="diags"><dt>Error</dt><dd>blocked for possible abuse</dd><dt>Server</dt><dd>misuse.ncbi.nlm.nih.gov</dd></dl></body></html>\n';

/** Plays `fault` on what would have been answered. */
export async function playFault(
  fault: Fault,
  response: ServerResponse,
  body: Buffer,
  type: string,
): Promise<void> {
  const half = body.subarray(0, Math.floor(body.byteLength / 2));
  switch (fault.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'status': {
      const headers = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, { 'content-type': 'text/html', ...headers }).end(HTML);
      return;
    }
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end(HTML);
      return;
    case 'blocked':
      if (fault.by === 'redirect') {
        response.writeHead(302, { location: 'https://misuse.ncbi.nlm.nih.gov/error/abuse.shtml' }).end();
      } else {
        response.writeHead(fault.by === 'page' ? 200 : 403, { 'content-type': 'text/html' }).end(BLOCK_PAGE);
      }
      return;
    case 'body':
      response.writeHead(200, { 'content-type': type }).end(fault.body);
      return;
    case 'cut-unnoticed':
      response.writeHead(200, { 'content-type': type }).end(half);
      return;
    case 'cut':
      response.writeHead(200, { 'content-type': type, 'content-length': body.byteLength });
      response.write(half, () => response.socket?.destroy());
      return;
    case 'slow':
      response.writeHead(200, { 'content-type': type, 'content-length': body.byteLength });
      response.write(half);
      await fault.release;
      response.end(body.subarray(half.byteLength));
  }
}
