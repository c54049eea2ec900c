/** The process that has the publish lock, for whoever waits for it. */
export interface LockHolder {
  host: string;
  pid: number;
  /** `bio-mcp worker`. */
  command: string;
}

/** "bio-mcp worker (process 4711 on node-1), since 2026-03-01T00:00:00Z". */
export function describeHolder({ host, pid, command }: LockHolder, since: Date | string): string {
  return `${command} (process ${pid} on ${host}), since ${new Date(since).toISOString()}`;
}
