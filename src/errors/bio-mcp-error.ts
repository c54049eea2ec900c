/**
 * Codes are public API: never renamed, only added or retired. `retryable` says whether the same call may succeed later
 * without anybody changing anything.
 */
export const ERROR_CODES = {
  VALIDATION: { httpStatus: 400, retryable: false },
  FORBIDDEN: { httpStatus: 403, retryable: false },
  NOT_FOUND: { httpStatus: 404, retryable: false },
  TOOL_NOT_FOUND: { httpStatus: 404, retryable: false },
  METHOD_NOT_ALLOWED: { httpStatus: 405, retryable: false },
  TOOL_REQUIRES_JOB: { httpStatus: 409, retryable: false },
  IDEMPOTENCY_CONFLICT: { httpStatus: 409, retryable: false },
  JOB_FINISHED: { httpStatus: 409, retryable: false },
  JOB_NOT_FINISHED: { httpStatus: 409, retryable: true },
  CANCELLED: { httpStatus: 409, retryable: false },
  TOOL_BUSY: { httpStatus: 429, retryable: true },
  PUBMED_BAD_RESPONSE: { httpStatus: 502, retryable: true },
  PUBMED_RATE_LIMITED: { httpStatus: 503, retryable: true },
  PUBMED_UNAVAILABLE: { httpStatus: 503, retryable: true },
  PUBMED_TIMEOUT: { httpStatus: 504, retryable: true },
  WEAVIATE_UNAVAILABLE: { httpStatus: 503, retryable: true },
  WEAVIATE_TIMEOUT: { httpStatus: 504, retryable: true },
  INDEX_UNAVAILABLE: { httpStatus: 503, retryable: true },
  DB_UNAVAILABLE: { httpStatus: 503, retryable: true },
  QUEUE_UNAVAILABLE: { httpStatus: 503, retryable: true },
  ARCHIVE_UNAVAILABLE: { httpStatus: 503, retryable: true },
  ARCHIVE_TIMEOUT: { httpStatus: 504, retryable: true },
  EMBEDDINGS_UNAVAILABLE: { httpStatus: 503, retryable: true },
  EMBEDDINGS_TIMEOUT: { httpStatus: 504, retryable: true },
  DB_TIMEOUT: { httpStatus: 504, retryable: true },
  ARCHIVE_CORRUPT: { httpStatus: 500, retryable: false },
  INTERNAL: { httpStatus: 500, retryable: false },
} as const satisfies Record<string, { httpStatus: number; retryable: boolean }>;

export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * A failure that somebody can act on. `message` is for operators and stays in the log; `hint` is our own words, one
 * sentence that is safe for any caller and names what to do: it holds no path, query, stack or upstream text.
 */
export class BioMcpError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;

  constructor(code: ErrorCode, hint: string, { message, cause }: { message?: string; cause?: unknown } = {}) {
    super(message ?? hint, { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = hint;
  }
}

/** The caller's input is at fault; `hint` names the field and what would be right. */
export class ValidationError extends BioMcpError {
  constructor(hint: string, options?: { message?: string; cause?: unknown }) {
    super('VALIDATION', hint, options);
  }
}

export class NotFoundError extends BioMcpError {
  constructor(hint: string) {
    super('NOT_FOUND', hint);
  }
}
