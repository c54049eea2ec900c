import { BioMcpError, ERROR_CODES, type ErrorCode, tellsWhenToAskAgain } from './bio-mcp-error.ts';
import { PubmedError } from './pubmed-error.ts';
import { RateLimitedError } from './rate-limited-error.ts';

/** The same on every surface: an HTTP body, the command line's `--json`. */
export interface ErrorEnvelope {
  ok: false;
  error_code: ErrorCode;
  /** Safe for any caller: no stack, query, path or upstream text. */
  message: string;
  trace_id: string;
  /** The tool that was asked for; `null` where the failure is about no tool. */
  tool: string | null;
}

export interface ErrorAnswer {
  status: number;
  body: ErrorEnvelope;
  /** Whole seconds, wherever the same call may succeed later, and with every 429 and 503; else `null`. */
  retryAfterSeconds: number | null;
}

/** As long as a readiness answer is kept: asking again sooner would be told the same. */
const RETRY_AFTER_SECONDS = 5;
const UNKNOWN_FAILURE = 'Something went wrong on our side; the log has the details under this trace id.';

/**
 * What a caller is told of `error`. Anything but a `BioMcpError` is `INTERNAL` and says nothing of itself:
 * whoever answers logs the error with its stack under the same trace id.
 */
export function toErrorEnvelope(
  error: unknown,
  { traceId, tool }: { traceId: string; tool: string | null },
): ErrorAnswer {
  const code = error instanceof BioMcpError ? error.code : 'INTERNAL';
  const message = error instanceof BioMcpError ? error.hint : UNKNOWN_FAILURE;
  const status = ERROR_CODES[code].httpStatus;
  return {
    status,
    body: {
      ok: false,
      error_code: code,
      // Names that the caller sent stand in both, and half of a sign could not be written as UTF-8.
      message: message.toWellFormed(),
      trace_id: traceId,
      tool: tool?.toWellFormed() ?? null,
    },
    retryAfterSeconds: tellsWhenToAskAgain(code) ? toRetryAfterSeconds(error) : null,
  };
}

function toRetryAfterSeconds(error: unknown): number {
  if (error instanceof RateLimitedError) return Math.max(1, Math.ceil(error.retryAfterMs / 1_000));
  if (!(error instanceof PubmedError) || error.retryAfterMs === null) return RETRY_AFTER_SECONDS;
  return Math.max(1, Math.ceil(error.retryAfterMs / 1_000));
}
