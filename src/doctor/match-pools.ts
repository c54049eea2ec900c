import type { Config } from '../config/config.ts';
import { SEARCHES_A_CHANNEL, toDatabasePoolSize } from '../config/pool-sizes.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { CONNECTIONS_BESIDE_POOL } from '../store/database/database.ts';

/** What a process opens at most. Throws where the server does not take as many. */
export function requireConnections(poolSize: number, most: number): number {
  const ofProcess = poolSize + CONNECTIONS_BESIDE_POOL;
  if (ofProcess <= most) return ofProcess;
  throw new BioMcpError(
    'DB_UNAVAILABLE',
    `A process opens up to ${ofProcess} connections, and the server takes ${most} of all processes: raise its max_connections, or set BIO_MCP_DATABASE_POOL_SIZE to ${Math.max(most - CONNECTIONS_BESIDE_POOL, 2)} or less.`,
  );
}

/** That calls and jobs wait for connections: no failure, where somebody means it. */
export function noteSmallPool(poolSize: number, config: Config): string[] {
  const wanted = toDatabasePoolSize(config);
  if (poolSize >= wanted) return [];
  return [
    `BIO_MCP_DATABASE_POOL_SIZE is ${poolSize}, and the limits on calls and jobs ask for ${wanted}: at full load they wait for each other`,
  ];
}

/** The same of searches, which share one channel to Weaviate. */
export function noteManySearches({ toolLimits }: Pick<Config, 'toolLimits'>): string[] {
  const limit = toolLimits['rag.search'] ?? 0;
  if (limit <= SEARCHES_A_CHANNEL) return [];
  return [
    `BIO_MCP_TOOL_LIMIT_RAG_SEARCH is ${limit}, and one channel to Weaviate is sure to take ${SEARCHES_A_CHANNEL} searches at once: more may wait for each other`,
  ];
}
