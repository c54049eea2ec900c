import { BioMcpError, type ErrorCode } from '../../errors/bio-mcp-error.ts';

/** A folder or file that cannot be had. The hint names it, never its address: that is in `message`. */
export class BulkSourceError extends BioMcpError {
  constructor(
    code: ErrorCode,
    name: string,
    problem: string,
    { detail, cause }: { detail?: string; cause?: unknown } = {},
  ) {
    const hint = `${name}: ${problem}`;
    super(code, hint, { message: detail === undefined ? hint : `${hint} (${detail})`, cause });
  }
}

/** One attempt failed in a way that may pass. */
export class BulkFault extends Error {
  readonly code: 'PUBMED_RATE_LIMITED' | 'PUBMED_UNAVAILABLE' | 'PUBMED_TIMEOUT' | 'PUBMED_BAD_RESPONSE';
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    {
      code,
      retryAfterMs = null,
      cause,
    }: { code: BulkFault['code']; retryAfterMs?: number | null; cause?: unknown },
  ) {
    super(message, { cause });
    this.name = 'BulkFault';
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}
