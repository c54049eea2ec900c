import { BioMcpError } from '../../errors/bio-mcp-error.ts';
import { toConnectionRemedy } from '../../errors/connection-fault.ts';
import { PubmedBlockedError, PubmedRefusedError } from '../../errors/pubmed-error.ts';
import { isBlockAddress, isBlockPage } from '../ncbi-block.ts';
import { parseRetryAfter } from '../retry-after.ts';
import type { Redact } from './redact.ts';
import { isRefusedKey, malformed, toFault, toRefusedKey, UpstreamFault } from './upstream-fault.ts';

const FORBIDDEN =
  'NCBI, or a proxy or firewall before it, refuses requests from this machine: let it reach the host of BIO_MCP_PUBMED_BASE_URL, or write to info@ncbi.nlm.nih.gov.';
const REDIRECTED =
  'Instead of NCBI a redirect answers, as the login page of a network or a proxy does: let this machine reach NCBI, or write the https address that is meant into BIO_MCP_PUBMED_BASE_URL.';

/** An answer that is none is read to here for its reason. */
const MAX_REFUSAL_BYTES = 64 * 1024;

export interface HttpAnswer {
  status: number;
  headers: Headers;
  body: Uint8Array;
}

export interface AttemptNeeds {
  fetch: typeof globalThis.fetch;
  url: string;
  form: URLSearchParams;
  redact: Redact;
  /** Beyond it the body is no answer, and not read on. */
  mostBytes: number;
}

/**
 * One request, read to its end. Throws `UpstreamFault` for whatever is no HTTP 200 with a body
 * of the E-utilities.
 */
export async function attemptRequest(needs: AttemptNeeds, signal: AbortSignal): Promise<HttpAnswer> {
  const { redact } = needs;
  const answer = await exchange(needs, signal);
  if (answer.status !== 200) throw faultOfStatus(answer, redact);
  const start = decode(answer.body.subarray(0, 512)).trimStart();
  if (!/^<(!doctype html|html)/i.test(start)) return answer;
  if (isBlockPage(decode(answer.body.subarray(0, MAX_REFUSAL_BYTES)))) throw blocked(redact(start));
  throw malformed(`an HTML page came: ${redact(start)}`);
}

async function exchange(needs: AttemptNeeds, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    // POST also where GET would do: a key in a URL ends up in the logs and traces of everything on the way.
    const response = await needs.fetch(needs.url, {
      method: 'POST',
      body: needs.form,
      redirect: 'manual',
      signal,
    });
    return {
      status: response.status,
      headers: response.headers,
      body: await readBody(response, needs.mostBytes),
    };
  } catch (error) {
    if (signal.aborted || error instanceof UpstreamFault) throw error;
    const message = `the connection failed: ${needs.redact(describe(error))}`;
    const remedy = toConnectionRemedy(error, { who: 'NCBI', setting: 'BIO_MCP_PUBMED_BASE_URL' });
    if (remedy !== null) throw new BioMcpError('PUBMED_UNAVAILABLE', remedy, { message, cause: error });
    throw new UpstreamFault(message, {
      code: 'PUBMED_UNAVAILABLE',
      isTransient: true,
      cause: error,
    });
  }
}

async function readBody(response: Response, mostBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let byteLength = 0;
  for await (const chunk of response.body ?? []) {
    byteLength += chunk.byteLength;
    if (response.status !== 200 && byteLength > MAX_REFUSAL_BYTES) {
      chunks.push(chunk.subarray(0, chunk.byteLength - (byteLength - MAX_REFUSAL_BYTES)));
      break;
    }
    if (byteLength > mostBytes) throw malformed(`the body is longer than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function faultOfStatus({ status, headers, body }: HttpAnswer, redact: Redact): Error {
  const text = decode(body);
  const message = `HTTP ${status}: ${redact(text)}`;
  const location = headers.get('location') ?? '';
  if (isBlockAddress(location) || isBlockPage(text)) return blocked(`${message} ${location}`.trim());
  const retryAfterMs = parseRetryAfter(headers.get('retry-after'), headers.get('date'));
  if (status === 429) {
    return new UpstreamFault(message, { code: 'PUBMED_RATE_LIMITED', isTransient: true, retryAfterMs });
  }
  if (status >= 500 || status === 408) {
    return new UpstreamFault(message, { code: 'PUBMED_UNAVAILABLE', isTransient: true, retryAfterMs });
  }
  if (isRefusedKey(text)) return toRefusedKey(message);
  if (status === 403) return new PubmedRefusedError(FORBIDDEN, message);
  if (status >= 300 && status < 400) {
    return new BioMcpError('PUBMED_BAD_RESPONSE', REDIRECTED, {
      message: `${message} ${redact(location)}`.trim(),
    });
  }
  const reported = /<ERROR>([^<]+)<\/ERROR>/.exec(text)?.[1];
  if (reported !== undefined) return toFault(reported);
  return new UpstreamFault(message, { code: 'PUBMED_BAD_RESPONSE', isTransient: false });
}

function blocked(seen: string): PubmedBlockedError {
  return new PubmedBlockedError({ message: `NCBI has blocked this installation: ${seen}` });
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** `fetch` says only "fetch failed"; the reason is in its cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error
    ? `${error.message} (${error.cause.message || error.cause.name})`
    : error.message;
}
