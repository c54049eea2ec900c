import { BioMcpError } from '../errors/bio-mcp-error.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { ToolInvoker } from './tool-invoker.ts';

/** The same caller, whose calls are counted: of commands and of `stdio`, which are other processes. */
export function countCalls(invoker: ToolInvoker, metrics: Pick<Metrics, 'countRequest'>): ToolInvoker {
  return {
    ...invoker,
    async call(call, options) {
      const startedAt = performance.now();
      const count = (errorCode: string | null) =>
        metrics.countRequest({
          tool: call.tool,
          // Over MCP a call may name no more than over HTTP.
          surface: call.surface === 'cli' ? 'cli' : 'stdio',
          errorCode,
          latencyMs: performance.now() - startedAt,
        });
      try {
        const answer = await invoker.call(call, options);
        count(null);
        return answer;
      } catch (error) {
        const isAbandoned = options.signal.aborted || options.leaving?.aborted === true;
        count(isAbandoned ? null : error instanceof BioMcpError ? error.code : 'INTERNAL');
        throw error;
      }
    },
  };
}
