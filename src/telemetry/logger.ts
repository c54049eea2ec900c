/**
 * The facts of a log line, under the names the documentation gives: trace_id, tool, pmid,
 * status, latency_ms, …
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** What is told of a request on any surface, in the order of its line. */
export interface RequestFacts {
  /** 32 hexadecimal digits. */
  trace_id: string;
  tool: string | undefined;
  error_code: string | undefined;
  method?: string;
  path?: string;
  status: number | string;
  /** To a tenth: `toLatency` rounds. */
  latency_ms: number;
  by?: string | undefined;
}

/** What the rooms need of a logger. An `err` field holds an `Error`: its stack and causes go to the log. */
export interface Logger {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  /** A logger whose every line carries `fields` too. */
  child(fields: LogFields): Logger;
  /** The line of a request, at `info`; cheaper than others, since every request pays for it. */
  request(facts: RequestFacts): void;
}
