import { type PubmedErrorCode, PubmedRefusedError } from '../../errors/pubmed-error.ts';

export interface FaultTraits {
  code: PubmedErrorCode;
  /** The same request may succeed in a moment. */
  isTransient: boolean;
  /** What NCBI asked for, milliseconds; `null` when it asked for nothing. */
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** One attempt failed. Inside this room only: the transport tries again or turns it into a `PubmedError`. */
export class UpstreamFault extends Error {
  readonly code: PubmedErrorCode;
  readonly isTransient: boolean;
  readonly retryAfterMs: number | null;

  constructor(message: string, { code, isTransient, retryAfterMs = null, cause }: FaultTraits) {
    super(message, { cause });
    this.name = new.target.name;
    this.code = code;
    this.isTransient = isTransient;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The answer is not what the endpoint promises: an HTML page, cut JSON, another shape. NCBI mends
 * that by itself.
 */
export function malformed(message: string, cause?: unknown): UpstreamFault {
  return new UpstreamFault(message, { code: 'PUBMED_BAD_RESPONSE', isTransient: true, cause });
}

/** Asking again gives the same answer. */
const LASTING =
  /cannot be larger than|unable to obtain query|cannot retrieve history data|can't fetch uids from history|empty id list|id list is empty|empty term|invalid uid|invalid db name|cannot get document summary/i;

/**
 * NCBI reports many failures in the body of an HTTP 200: `text` is what it wrote in one of its error places.
 */
export function toFault(text: string): UpstreamFault | PubmedRefusedError {
  if (/rate limit/i.test(text)) {
    return new UpstreamFault(text, { code: 'PUBMED_RATE_LIMITED', isTransient: true });
  }
  // Its own words may repeat the key.
  if (isRefusedKey(text)) return toRefusedKey('an error in HTTP 200 is about the API key');
  if (LASTING.test(text)) return new UpstreamFault(text, { code: 'PUBMED_BAD_RESPONSE', isTransient: false });
  return new UpstreamFault(text, { code: 'PUBMED_UNAVAILABLE', isTransient: true });
}

export function isRefusedKey(text: string): boolean {
  return /api key/i.test(text);
}

export function toRefusedKey(message: string): PubmedRefusedError {
  return new PubmedRefusedError(
    'NCBI refuses the API key: set BIO_MCP_PUBMED_API_KEY right, or unset it.',
    message,
  );
}
