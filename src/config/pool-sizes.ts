/** What a process does at once, as its limits say. */
export interface Load {
  toolLimits: Readonly<Record<string, number>>;
  http: { maxConcurrency: number };
  worker: { maxConcurrency: number };
}

/**
 * A call holds a connection for a statement only, of a millisecond or two: one connection answers 50 calls
 * that come at once in a tenth of a second.
 */
const CALLS_A_CONNECTION = 50;
const LEAST_FOR_CALLS = 2;
/** A job's commit may hold one while its heartbeat needs another. */
const CONNECTIONS_A_JOB = 2;
/** PostgreSQL itself allows 100 in all unless told otherwise. */
const MOST_CONNECTIONS = 80;
/** Every server of HTTP/2 should allow as many streams on one connection (RFC 9113, 6.5.2). */
const STREAMS_A_CHANNEL = 100;
/** A hybrid search asks by words and by vector at once. */
const STREAMS_A_SEARCH = 2;

/** Connections to PostgreSQL for as many calls and jobs as the limits let in at once. */
export function toDatabasePoolSize({ toolLimits, http, worker }: Load): number {
  const ofTools = Object.values(toolLimits).reduce((sum, limit) => sum + limit, 0);
  const calls = Math.min(http.maxConcurrency, ofTools);
  const forCalls = Math.max(Math.ceil(calls / CALLS_A_CONNECTION), LEAST_FOR_CALLS);
  return Math.min(forCalls + worker.maxConcurrency * CONNECTIONS_A_JOB, MOST_CONNECTIONS);
}

/** Searches that fit at once into the one channel that a process has to Weaviate. */
export const SEARCHES_A_CHANNEL = STREAMS_A_CHANNEL / STREAMS_A_SEARCH;
