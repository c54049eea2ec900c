import { BioMcpError, type ErrorDetail } from './bio-mcp-error.ts';

/** The index cannot be written to; what it holds can be searched. */
export class IndexFullError extends BioMcpError {
  constructor(detail: ErrorDetail) {
    super(
      'INDEX_UNAVAILABLE',
      'The disk that holds the search index is full: free some space on it and run the same command again.',
      detail,
    );
  }
}
