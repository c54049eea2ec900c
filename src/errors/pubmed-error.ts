import { BioMcpError, type ErrorCode } from './bio-mcp-error.ts';

export type PubmedErrorCode = Extract<ErrorCode, `PUBMED_${string}`>;

export interface PubmedErrorDetail {
  /** For operators: endpoint, status, what NCBI wrote; already without key and address. */
  message: string;
  /** When the source can be asked again, in milliseconds; `null` when nothing is known. */
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** NCBI failed us. Everything that could be tried again within the call's deadline was. */
export class PubmedError extends BioMcpError {
  readonly retryAfterMs: number | null;

  constructor(code: PubmedErrorCode, { message, retryAfterMs = null, cause }: PubmedErrorDetail) {
    super(code, null, { message, cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * NCBI refuses this installation (bad key, blocked address): asking again changes nothing, an
 * operator must act.
 */
export class PubmedRefusedError extends BioMcpError {
  constructor(hint: string, message: string) {
    super('PUBMED_BAD_RESPONSE', hint, { message });
  }
}
