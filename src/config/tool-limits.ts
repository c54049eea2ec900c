/** What a setting of a tool's own needs to know of it; the catalogue holds them. */
export interface LimitedTool {
  /** Dotted. */
  readonly name: string;
  /** How many calls of it run at once where nothing is set. */
  readonly limit: number;
}

/** `rag.search` → `BIO_MCP_TOOL_LIMIT_RAG_SEARCH`. */
export function toToolLimitName(tool: string): `BIO_MCP_TOOL_LIMIT_${string}` {
  return `BIO_MCP_TOOL_LIMIT_${tool.replaceAll('.', '_').toUpperCase()}`;
}
