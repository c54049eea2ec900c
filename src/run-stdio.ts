import type { Config } from './config/config.ts';
import type { CallOptions } from './domain/call-options.ts';
import { serveMcpStdio } from './mcp/serve-stdio.ts';
import type { Logger } from './telemetry/logger.ts';
import type { Catalogue } from './tools/catalogue.ts';
import type { ToolCaller } from './tools/tool-caller.ts';

export interface RunStdioParts {
  config: Config;
  catalogue: Catalogue;
  /** Opens the corpus at its first call, or works through the process that has it. */
  session: ToolCaller;
  version: string;
  /** Writes to stderr: stdout is the client's. */
  logger: Logger;
}

/** Serves MCP on the standard streams until the client closes the input or `signal` aborts. */
export async function runStdio(
  { config, catalogue, session, version, logger }: RunStdioParts,
  options: CallOptions,
): Promise<void> {
  const { stdin, stdout } = process;
  const naming = config.mcp.toolNaming;
  await serveMcpStdio({ catalogue, caller: session, naming, version, logger, stdin, stdout }, options);
}
