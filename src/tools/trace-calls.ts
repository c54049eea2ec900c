import { toCallFacts } from '../telemetry/span-facts.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { Catalogue } from './catalogue.ts';
import type { ToolInvoker } from './tool-invoker.ts';

/** The same caller, whose calls are spans of the trace that the caller named. */
export function traceCalls(
  invoker: ToolInvoker,
  { catalogue, tracer }: { catalogue: Catalogue<never>; tracer: Tracer },
): ToolInvoker {
  return {
    ...invoker,
    async call(call, options) {
      const { name: tool } = catalogue.get(call.tool);
      const from = { traceId: call.traceId, parentId: call.parentSpanId ?? null };
      return tracer.enter(toCallFacts({ tool, surface: call.surface }), from, () =>
        invoker.call(call, options),
      );
    },
  };
}
