import { BioMcpError } from './bio-mcp-error.ts';

/** Wrong credentials came too often. */
export class RateLimitedError extends BioMcpError {
  /** Until one more is looked at. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super('RATE_LIMITED', null);
    this.retryAfterMs = retryAfterMs;
  }
}
