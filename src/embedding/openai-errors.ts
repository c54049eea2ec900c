import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { toConnectionRemedy } from '../errors/connection-fault.ts';
import { TextRefusedError } from '../errors/text-refused-error.ts';

type OpenaiSdk = typeof import('openai');

interface Circumstances {
  sdk: OpenaiSdk;
  apiKey: string | null;
  /** Whether our own time limit stopped the call. */
  isLate: boolean;
}

/** What an operator can do about a status. */
const HINTS: Readonly<Record<number, string>> = {
  401: 'The embedding service refuses the key: check BIO_MCP_OPENAI_API_KEY.',
  403: 'The embedding service refuses the key for this model: check BIO_MCP_OPENAI_API_KEY and BIO_MCP_OPENAI_MODEL.',
  404: 'The embedding service has no such model or address: check BIO_MCP_OPENAI_MODEL and BIO_MCP_OPENAI_BASE_URL.',
  429: 'The embedding service asks for fewer requests; try again later.',
};
const NO_QUOTA =
  'The account of the embedding service has no quota left: see to its plan and billing, or set BIO_MCP_OPENAI_API_KEY to a key of another.';
const REFUSED = 'The embedding service refuses the request; the log says why.';
const MOST_WORDS = 300;
/**
 * What a service may answer for what one of the texts holds; some answer 500 for one that is too long
 * for their model.
 */
const OF_A_TEXT: ReadonlySet<number> = new Set([400, 413, 422, 500]);

/**
 * `EMBEDDINGS_TIMEOUT` or `EMBEDDINGS_UNAVAILABLE`, a `TextRefusedError` where a text may be why. The SDK's
 * own error is left behind: it holds headers, and services repeat a part of the key in their answers.
 */
export function toEmbeddingsError(error: unknown, { sdk, apiKey, isLate }: Circumstances): unknown {
  if (error instanceof BioMcpError) return error;
  if (isLate || error instanceof sdk.APIConnectionTimeoutError) {
    return new BioMcpError('EMBEDDINGS_TIMEOUT', null);
  }
  if (error instanceof sdk.APIConnectionError) {
    const remedy = toConnectionRemedy(error, {
      who: 'The embedding service',
      setting: 'BIO_MCP_OPENAI_BASE_URL',
    });
    return unavailable(
      remedy,
      `it cannot be reached: ${withoutKey(messageOf(error.cause ?? error), apiKey)}`,
    );
  }
  if (!(error instanceof sdk.APIError)) return badAnswer(withoutKey(messageOf(error), apiKey));
  const status = Number(error.status ?? 0);
  const code = error.code ?? error.type ?? '';
  const said = status === 401 || status === 403 ? '' : `: ${withoutKey(error.message, apiKey)}`;
  const isSpent = code === 'insufficient_quota';
  const hint = isSpent ? NO_QUOTA : (HINTS[status] ?? (status >= 400 && status < 500 ? REFUSED : null));
  const what = `HTTP ${status} ${code}${said}`;
  return OF_A_TEXT.has(status) ? refused(hint, what) : unavailable(hint, what);
}

/**
 * The service answered, but not with what was asked for: some leave out the vector of a text, or send one
 * of another size.
 */
export function badAnswer(what: string): TextRefusedError {
  const hint =
    'The embedding service answers with something else than the vectors it was asked for: check BIO_MCP_OPENAI_MODEL and BIO_MCP_OPENAI_DIMENSIONS.';
  return refused(hint, `it answered ${what}`);
}

function refused(hint: string | null, what: string): TextRefusedError {
  return new TextRefusedError(hint, `the embedding service failed: ${what}`, {
    message: `the embedding service failed: ${what}`,
  });
}

function unavailable(hint: string | null, what: string): BioMcpError {
  return new BioMcpError('EMBEDDINGS_UNAVAILABLE', hint, {
    message: `the embedding service failed: ${what}`,
  });
}

function withoutKey(text: string, apiKey: string | null): string {
  return (apiKey === null ? text : text.replaceAll(apiKey, '[key]')).slice(0, MOST_WORDS);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
