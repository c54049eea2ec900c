/** Said once: by a service when it starts, by any other process with its first request to NCBI. */
export const MISSING_EMAIL =
  'BIO_MCP_PUBMED_EMAIL is not set: NCBI asks for an address to write to before it blocks a caller.';
