import type { ToolInvoker } from './tool-invoker.ts';

/**
 * The same caller for a surface where others ask: a call that names nobody is a fault of ours, and goes no
 * further.
 */
export function holdScopes(invoker: ToolInvoker): ToolInvoker {
  return {
    ...invoker,
    call(call, options) {
      if (call.by !== undefined) return invoker.call(call, options);
      return Promise.reject(new TypeError(`a call of ${call.tool} names nobody who asks`));
    },
  };
}
