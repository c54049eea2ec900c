import { BioMcpError, type ErrorCode } from './bio-mcp-error.ts';

export type PubmedErrorCode = Extract<ErrorCode, `PUBMED_${string}`>;

export interface PubmedErrorDetail {
  /** For operators: endpoint, status, what NCBI wrote; already without key and address. */
  message: string;
  /** When the source can be asked again, in milliseconds; `null` when nothing is known. */
  retryAfterMs?: number | null;
  cause?: unknown;
}

const HINTS: Record<PubmedErrorCode, string> = {
  PUBMED_BAD_RESPONSE: 'PubMed answered with something that is no valid answer; try again later.',
  PUBMED_RATE_LIMITED: 'PubMed asks for fewer requests; try again after a pause.',
  PUBMED_UNAVAILABLE: 'PubMed cannot be reached or cannot answer at present; try again later.',
  PUBMED_TIMEOUT: 'PubMed did not answer in time; try again later.',
};

/** NCBI failed us. Everything that could be tried again within the call's deadline was. */
export class PubmedError extends BioMcpError {
  readonly retryAfterMs: number | null;

  constructor(code: PubmedErrorCode, { message, retryAfterMs = null, cause }: PubmedErrorDetail) {
    super(code, HINTS[code], { message, cause });
    this.retryAfterMs = retryAfterMs;
  }
}

/** NCBI refuses this installation (bad key, blocked address): asking again changes nothing, an operator must act. */
export class PubmedRefusedError extends BioMcpError {
  constructor(hint: string, message: string) {
    super('PUBMED_BAD_RESPONSE', hint, { message });
  }
}
