import { BioMcpError } from './bio-mcp-error.ts';

/**
 * The embedder answered, and made no vectors of what it was given: one of the texts may be why, or the
 * embedder as a whole. Whoever asked for several can tell by asking again for fewer.
 */
export class TextRefusedError extends BioMcpError {
  /** What the embedder said, as data for a person: without secrets, cut to a line. */
  readonly reason: string;

  constructor(hint: string | null, reason: string, options?: { message?: string; cause?: unknown }) {
    super('EMBEDDINGS_UNAVAILABLE', hint, options);
    this.reason = reason;
  }
}
