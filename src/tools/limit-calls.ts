import type { Caller } from '../domain/caller.ts';
import type { Catalogue } from './catalogue.ts';
import { findWait } from './find-wait.ts';
import type { ToolInvoker } from './tool-invoker.ts';

/** How many calls of one tool run at once; the other surfaces of the process count with the same. */
export interface CallLimits {
  /** Throws `TOOL_BUSY` at once where there is no slot. */
  enterTool(name: string): Disposable;
  /**
   * For a call that only waits; `null` where too many wait. Throws `TOOL_BUSY` where `by` waits in too many.
   */
  enterWait(name: string, by: Caller | null): Disposable | null;
}

/**
 * The same caller, which refuses calls of short tools over the limit: a long one becomes a job, and jobs wait
 * their turn. A wait over the limit is answered without waiting.
 */
export function limitCalls(
  invoker: ToolInvoker,
  { catalogue, limits }: { catalogue: Catalogue<never>; limits: CallLimits },
): ToolInvoker {
  return {
    ...invoker,
    async call(call, options) {
      const tool = catalogue.get(call.tool);
      if (tool.kind === 'long') return invoker.call(call, options);
      const atOnce = findWait(tool, call.params);
      const wait = atOnce === null ? null : limits.enterWait(call.tool, call.by ?? null);
      // Held until the tool has really ended, however early its client left; `using` costs more
      // than the slot.
      const slot = wait ?? limits.enterTool(call.tool);
      try {
        const isCut = atOnce !== null && wait === null;
        return await invoker.call(isCut ? { ...call, params: atOnce } : call, options);
      } finally {
        slot[Symbol.dispose]();
      }
    },
  };
}
