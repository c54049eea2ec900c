/** For a connection, or for a free one among those that are open. */
export const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A process that is paused or cut off within a transaction does not keep its locks from others
 * longer than this.
 */
export const IDLE_IN_TRANSACTION_MS = 45_000;
/** Of silence; ten probes follow, a second apart. */
const KEEPALIVE_AFTER_MS = 10_000;

/** Of every connection that lasts: one that leads nowhere any more is noticed, also while it is idle. */
export const CONNECTION_SETTINGS = {
  connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEPALIVE_AFTER_MS,
} as const;
