/** What watchers ask again and again: always answered, and only logged where it fails. */
export function isWatching(path: string): boolean {
  return isProbe(path) || path === '/metrics';
}

/** What a load balancer or an orchestrator asks, always answered and only logged where it fails. */
export function isProbe(path: string): boolean {
  return path === '/livez' || path === '/healthz' || path === '/readyz';
}
