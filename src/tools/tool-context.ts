import type { Logger } from '../telemetry/logger.ts';

/** What the process can say about itself. */
export interface ProcessFacts {
  version: string;
  /** Seconds since the process started. */
  uptimeSeconds(): number;
}

/** Everything the tools of the catalogue need, made once by `compose.ts`. A tool asks for the part it uses. */
export interface CorpusServices {
  readonly process: ProcessFacts;
}

/** What a tool gets with its parameters. `Services` is the part of `CorpusServices` that the tool uses. */
export interface ToolContext<Services = CorpusServices> {
  readonly services: Services;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** 32 hexadecimal digits: the same in the answer and in every log line of the call. */
  readonly traceId: string;
  /** Carries the trace id and the tool's name already. */
  readonly logger: Logger;
  /** Over HTTP a caller must never make the server read its own disk or network. */
  readonly surface: 'cli' | 'http';
}
