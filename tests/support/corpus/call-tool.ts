import type { z } from 'zod';
import type { Corpus } from '../../../src/compose.ts';
import { runTool, type Tool } from '../../../src/tools/define-tool.ts';
import { silentLogger } from '../telemetry/silent-logger.ts';

/** As every surface calls it: parameters and answer are held to the tool's schemas. */
export function callTool<Output extends z.ZodType>(
  { services }: Corpus,
  tool: Tool<Corpus['services'], Output> | Tool<never, Output>,
  params: Record<string, unknown>,
): Promise<z.output<Output>> {
  return runTool(tool as Tool<Corpus['services'], Output>, params, {
    services,
    signal: new AbortController().signal,
    traceId: '0'.repeat(32),
    logger: silentLogger(),
    surface: 'cli',
  });
}
