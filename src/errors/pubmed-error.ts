import { BioMcpError, ERROR_CODES, type ErrorCode, isErrorCode } from './bio-mcp-error.ts';

export type PubmedErrorCode = Extract<ErrorCode, `PUBMED_${string}`>;

export function isPubmedErrorCode(code: string): code is PubmedErrorCode {
  return isErrorCode(code) && ERROR_CODES[code].concerns === 'pubmed';
}

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

/** Nobody lifts a block within minutes. */
const BLOCKED_MS = 3_600_000;

/** NCBI has blocked this installation: whoever gets this asks no more, until an operator has acted. */
export class PubmedBlockedError extends PubmedError {
  constructor({ message }: { message: string }) {
    super('PUBMED_BLOCKED', { message, retryAfterMs: BLOCKED_MS });
  }
}

/**
 * NCBI refuses this installation (bad key, denied address): asking again changes nothing, an
 * operator must act.
 */
export class PubmedRefusedError extends BioMcpError {
  constructor(hint: string, message: string) {
    super('PUBMED_BAD_RESPONSE', hint, { message });
  }
}
