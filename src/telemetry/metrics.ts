/** Where a request came in. `cli` and `stdio`: through the socket of whoever has the data folder. */
export type RequestSurface = 'http' | 'mcp' | 'stdio' | 'cli';

export interface CountedRequest {
  /** As the caller named it; `null`: the request is about none. */
  tool: string | null;
  surface: RequestSurface;
  /** Of the error table; `null`: it was answered. */
  errorCode: string | null;
  latencyMs: number;
}

/** How one attempt at NCBI ended; `cancelled`: nobody waited for it any more. */
export type NcbiOutcome =
  | 'ok'
  | 'rate_limited'
  | 'unavailable'
  | 'timeout'
  | 'bad_response'
  | 'blocked'
  | 'refused'
  | 'cancelled';

/**
 * Hears what happens, for whoever counts it. Each method costs next to nothing and never throws; a name that
 * is not known counts as `unknown`, whoever sent it.
 */
export interface Metrics {
  countRequest(request: CountedRequest): void;
  /** A job came to its end in this process: succeeded (`null`), failed for good, or cancelled. */
  countEndedJob(job: { tool: string; errorCode: string | null }): void;
  countNcbiRequest(request: { endpoint: string; outcome: NcbiOutcome }): void;
  /** How long a request to NCBI waited for its start. */
  observeNcbiStartWait(waitMs: number): void;
  countArchivePutFailure(): void;
  countIndexWriteFailure(): void;
  /** Lines of the log that nobody took. */
  countDroppedLines(lines: number): void;
}
