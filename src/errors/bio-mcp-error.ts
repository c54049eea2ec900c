/** What bio-mcp uses and somebody else runs, or may run. */
export type Dependency = 'pubmed' | 'database' | 'archive' | 'queue' | 'index' | 'embedder';

interface ErrorKind {
  httpStatus: number;
  /** Whether the same call may succeed later without anybody changing anything. */
  retryable: boolean;
  /** The dependency that failed; `null` where none did. */
  concerns: Dependency | null;
  meaning: string;
  /** What a caller is told where nothing more is known than the code; `null` where something always is. */
  hint: string | null;
  /** What an operator can do where nothing more is known; `null` where there is nothing to do. */
  remedy: string | null;
}

/** Codes are public API: never renamed, only added or retired. docs/errors.md is made of this table. */
export const ERROR_CODES = {
  VALIDATION: {
    httpStatus: 400,
    retryable: false,
    concerns: null,
    meaning: 'The request is at fault; the message names each field and what it must be.',
    hint: null,
    remedy: 'Nothing is wrong with the service: the caller corrects the request.',
  },
  UNAUTHENTICATED: {
    httpStatus: 401,
    retryable: false,
    concerns: null,
    meaning: 'No credential came with the request, or none that holds.',
    hint: 'Send a valid credential as `Authorization: Bearer <token>`; the operator of this server gives out tokens.',
    remedy: 'See in the log why the credential was refused; `bio-mcp token create` makes a new one.',
  },
  FORBIDDEN: {
    httpStatus: 403,
    retryable: false,
    concerns: null,
    meaning:
      'The request may not be made: it names a foreign host or origin, or needs a scope that its credential does not have.',
    hint: null,
    remedy:
      'Name the host in BIO_MCP_HTTP_ALLOWED_HOSTS where it is a right one; give the caller a credential with the scope.',
  },
  NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    concerns: null,
    meaning: 'There is no such document, job or result, or no such address.',
    hint: null,
    remedy: null,
  },
  TOOL_NOT_FOUND: {
    httpStatus: 404,
    retryable: false,
    concerns: null,
    meaning: 'There is no tool of that name; the message names the nearest.',
    hint: null,
    remedy: null,
  },
  METHOD_NOT_ALLOWED: {
    httpStatus: 405,
    retryable: false,
    concerns: null,
    meaning: 'The address is right and the method is not; `Allow` and the message name those it answers.',
    hint: null,
    remedy: null,
  },
  TOOL_REQUIRES_JOB: {
    httpStatus: 409,
    retryable: false,
    concerns: null,
    meaning: 'The tool runs too long for one request; the message names the job to post.',
    hint: null,
    remedy: null,
  },
  IDEMPOTENCY_CONFLICT: {
    httpStatus: 409,
    retryable: false,
    concerns: null,
    meaning: 'The idempotency key stands for an earlier call with other parameters.',
    hint: null,
    remedy: null,
  },
  JOB_FINISHED: {
    httpStatus: 409,
    retryable: false,
    concerns: null,
    meaning: 'The job has ended, so it cannot be cancelled.',
    hint: null,
    remedy: null,
  },
  JOB_NOT_FINISHED: {
    httpStatus: 409,
    retryable: true,
    concerns: null,
    meaning: 'The job has no result yet.',
    hint: null,
    remedy: null,
  },
  CANCELLED: {
    httpStatus: 409,
    retryable: false,
    concerns: null,
    meaning: 'Somebody cancelled the job; the code stands in the job, and answers whoever waits for it.',
    hint: null,
    remedy: null,
  },
  RATE_LIMITED: {
    httpStatus: 429,
    retryable: true,
    concerns: null,
    meaning: 'More than 100 wrong credentials came from this address within a minute.',
    hint: 'Too many wrong credentials came from this address; correct the credential and try again later.',
    remedy:
      'Find the caller by the address in the log; name a proxy in BIO_MCP_HTTP_TRUST_PROXY to tell apart who is behind it.',
  },
  TOOL_BUSY: {
    httpStatus: 429,
    retryable: true,
    concerns: null,
    meaning: 'As many calls of the tool, or requests or streams in all, run as the limit allows.',
    hint: null,
    remedy: 'Raise `BIO_MCP_TOOL_LIMIT_<TOOL>` or BIO_MCP_HTTP_MAX_CONCURRENCY, or start another process.',
  },
  SHUTTING_DOWN: {
    httpStatus: 503,
    retryable: true,
    concerns: null,
    meaning: 'The process ends, and could wait for the request no longer.',
    hint: 'The service is being stopped; send the request again in a moment.',
    remedy:
      'Raise BIO_MCP_SHUTDOWN_SECONDS where requests need longer, and the grace time of whatever stops the process.',
  },
  PUBMED_BAD_RESPONSE: {
    httpStatus: 502,
    retryable: true,
    concerns: 'pubmed',
    meaning: 'PubMed answered with something that is no valid answer, or refuses this installation.',
    hint: 'PubMed answered with something that is no valid answer; try again later.',
    remedy:
      'See whether this machine may reach NCBI (a proxy or firewall?), and whether BIO_MCP_PUBMED_BASE_URL leads to it.',
  },
  PUBMED_BLOCKED: {
    httpStatus: 503,
    retryable: false,
    concerns: 'pubmed',
    meaning: 'NCBI has blocked this installation for possible misuse; nothing is asked again by itself.',
    hint: 'NCBI has blocked this installation for possible misuse, and asking again does not help: whoever runs it writes to info@ncbi.nlm.nih.gov.',
    remedy:
      'Stop the syncs, and write to info@ncbi.nlm.nih.gov, as NCBI asks on its page for blocked callers, from the address in BIO_MCP_PUBMED_EMAIL, naming the tool bio-mcp and the public IP address of this machine; once the block is lifted, set BIO_MCP_PUBMED_API_KEY and lower BIO_MCP_PUBMED_SHARE where others ask NCBI from here too.',
  },
  PUBMED_RATE_LIMITED: {
    httpStatus: 503,
    retryable: true,
    concerns: 'pubmed',
    meaning: 'PubMed asks for fewer requests, or ours wait in a queue longer than the call may take.',
    hint: 'PubMed asks for fewer requests; try again after a pause.',
    remedy: 'See whether others share the key or the address, and lower BIO_MCP_PUBMED_SHARE.',
  },
  PUBMED_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'pubmed',
    meaning: 'PubMed cannot be reached or cannot answer.',
    hint: 'PubMed cannot be reached or cannot answer at present; try again later.',
    remedy:
      'See whether this machine may reach NCBI (a proxy or firewall?), and whether BIO_MCP_PUBMED_BASE_URL leads to it.',
  },
  PUBMED_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    concerns: 'pubmed',
    meaning: 'PubMed did not answer in time.',
    hint: 'PubMed did not answer in time; try again later.',
    remedy:
      'See whether this machine may reach NCBI (a proxy or firewall?), and whether BIO_MCP_PUBMED_BASE_URL leads to it.',
  },
  WEAVIATE_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'index',
    meaning: 'Weaviate, which holds the search index, does not answer or refuses the call.',
    hint: 'Weaviate, which holds the search index, does not answer; try again later.',
    remedy: 'Start Weaviate, or correct BIO_MCP_WEAVIATE_URL and BIO_MCP_WEAVIATE_GRPC_URL.',
  },
  WEAVIATE_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    concerns: 'index',
    meaning: 'Weaviate did not answer in time.',
    hint: 'Weaviate did not answer in time; try again later.',
    remedy:
      'See in the log of Weaviate what it is busy with, and whether it has memory and disk left; a load that imports much slows its searches.',
  },
  INDEX_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'index',
    meaning: 'The search index does not answer.',
    hint: 'The search index does not answer; try again later.',
    remedy:
      'See whether the data folder can be read, and build the index again with `bio-mcp reindex`; with Weaviate, see whether it is up.',
  },
  DB_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'database',
    meaning: 'The database does not answer.',
    hint: 'The database did not answer; try again later.',
    remedy:
      'Start PostgreSQL, or correct host and port in BIO_MCP_DATABASE_URL; without that setting, see whether the data folder can be written and its disk has space.',
  },
  DB_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    concerns: 'database',
    meaning: 'The database did not answer in time.',
    hint: 'The database did not answer in time; try again later.',
    remedy:
      'See in pg_stat_activity what PostgreSQL is busy with or waits for; start it where it does not answer at all, and raise BIO_MCP_DATABASE_STATEMENT_TIMEOUT_SECONDS where a statement needs longer.',
  },
  QUEUE_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'queue',
    meaning: 'The queue that announces jobs does not answer.',
    hint: 'The job queue did not answer; try again later.',
    remedy:
      'See whether SQS can be reached, and whether BIO_MCP_JOBS_QUEUE_URL and BIO_MCP_JOBS_DLQ_URL lead to it.',
  },
  ARCHIVE_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'archive',
    meaning: 'The archive cannot be read or written.',
    hint: 'The archive cannot be reached or answers with a failure; try again in a minute.',
    remedy:
      'See whether the S3 store is up, and whether BIO_MCP_S3_ENDPOINT and AWS_REGION lead to it; with an archive in files, whether its disk is mounted, has space and can be written.',
  },
  ARCHIVE_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    concerns: 'archive',
    meaning: 'The archive did not answer in time.',
    hint: 'The archive did not answer in time; try again in a minute.',
    remedy: 'See whether the S3 store is up, and whether BIO_MCP_S3_ENDPOINT and AWS_REGION lead to it.',
  },
  EMBEDDINGS_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    concerns: 'embedder',
    meaning: 'The model that makes the vectors cannot be used.',
    hint: 'The embedding service did not answer; try again later.',
    remedy:
      'See whether the embedding service is up, and whether BIO_MCP_OPENAI_BASE_URL leads to it; with a model on this machine, whether the files of BIO_MCP_ONNX_MODEL can be read.',
  },
  EMBEDDINGS_TIMEOUT: {
    httpStatus: 504,
    retryable: true,
    concerns: 'embedder',
    meaning: 'The service that makes the vectors did not answer in time.',
    hint: 'The embedding service did not answer in time; try again later.',
    remedy: 'See whether the embedding service is up, and whether BIO_MCP_OPENAI_BASE_URL leads to it.',
  },
  ARCHIVE_CORRUPT: {
    httpStatus: 500,
    retryable: false,
    concerns: 'archive',
    meaning: 'An archived record is damaged; `bio-mcp archive verify` names it, loading it again mends it.',
    hint: null,
    remedy: 'Run `bio-mcp archive verify`, and load the records that it names again.',
  },
  INTERNAL: {
    httpStatus: 500,
    retryable: false,
    concerns: null,
    meaning: 'Our fault; the log has the details under the trace id.',
    hint: null,
    remedy: 'Look for the trace id in the log.',
  },
} as const satisfies Record<string, ErrorKind>;

/** Whether an answer with that code says when to ask again; every 429 and 503 does. */
export function tellsWhenToAskAgain(code: ErrorCode): boolean {
  const { httpStatus, retryable }: ErrorKind = ERROR_CODES[code];
  return retryable || httpStatus === 429 || httpStatus === 503;
}

export type ErrorCode = keyof typeof ERROR_CODES;

/** For a code that was read: from a row, or from the answer of another process. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_CODES, code);
}

/** The codes that say enough by themselves. */
export type SilentCode = {
  [Code in ErrorCode]: (typeof ERROR_CODES)[Code]['hint'] extends string ? Code : never;
}[ErrorCode];

/**
 * A failure that somebody can act on. `message` is for operators and stays in the log; `hint` is our own
 * words, one sentence that is safe for any caller and names what to do: it holds no path, query, stack or
 * upstream text. `null` for it says that nothing is known of the cause: then the table's words stand.
 */
export class BioMcpError extends Error {
  readonly code: ErrorCode;
  readonly hint: string;
  /** What an operator can do about it. */
  readonly remedy: string;

  constructor(code: SilentCode, hint: string | null, options?: ErrorDetail);
  constructor(code: ErrorCode, hint: string, options?: ErrorDetail);
  constructor(code: ErrorCode, hint: string | null, { message, cause }: ErrorDetail = {}) {
    const kind: ErrorKind = ERROR_CODES[code];
    const told = hint ?? kind.hint ?? kind.meaning;
    super(message ?? told, { cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = told;
    this.remedy = hint ?? kind.remedy ?? told;
  }
}

export interface ErrorDetail {
  message?: string;
  cause?: unknown;
}

/** The caller's input is at fault; `hint` names the field and what would be right. */
export class ValidationError extends BioMcpError {
  constructor(hint: string, options?: ErrorDetail) {
    super('VALIDATION', hint, options);
  }
}

export class NotFoundError extends BioMcpError {
  constructor(hint: string) {
    super('NOT_FOUND', hint);
  }
}
