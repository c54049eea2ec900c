/**
 * The facts of a log line, under the names the documentation gives: trace_id, tool, pmid,
 * status, latency_ms, …
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** What the rooms need of a logger. An `err` field holds an `Error`: its stack and causes go to the log. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose every line carries `fields` too. */
  child(fields: LogFields): Logger;
}
