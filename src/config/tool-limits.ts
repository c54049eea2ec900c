const SHORT_TOOL_LIMIT = 50;

/**
 * How many calls of a tool run at once where nothing is set: of a short one in an API process, of a long one as jobs in a
 * worker. A sync waits for NCBI most of the time; a load keeps the cores busy.
 */
export const DEFAULT_TOOL_LIMITS: Readonly<Record<string, number>> = {
  ping: SHORT_TOOL_LIMIT,
  'pubmed.search': SHORT_TOOL_LIMIT,
  'pubmed.get': SHORT_TOOL_LIMIT,
  'pubmed.related': SHORT_TOOL_LIMIT,
  'pubmed.cite': SHORT_TOOL_LIMIT,
  'pubmed.sync': 8,
  'pubmed.sync.incremental': 2,
  'pubmed.load': 2,
  'corpus.reindex': 2,
  'rag.search': SHORT_TOOL_LIMIT,
  'rag.get': SHORT_TOOL_LIMIT,
  'corpus.checkpoint.create': SHORT_TOOL_LIMIT,
  'corpus.checkpoint.get': SHORT_TOOL_LIMIT,
  'corpus.checkpoint.list': SHORT_TOOL_LIMIT,
  'corpus.checkpoint.diff': SHORT_TOOL_LIMIT,
  'corpus.checkpoint.delete': SHORT_TOOL_LIMIT,
  'corpus.status': SHORT_TOOL_LIMIT,
  'jobs.get': SHORT_TOOL_LIMIT,
  'jobs.list': SHORT_TOOL_LIMIT,
};

/** `rag.search` → `BIO_MCP_TOOL_LIMIT_RAG_SEARCH`. */
export function toToolLimitName(tool: string): `BIO_MCP_TOOL_LIMIT_${string}` {
  return `BIO_MCP_TOOL_LIMIT_${tool.replaceAll('.', '_').toUpperCase()}`;
}
