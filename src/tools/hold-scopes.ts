import type { ToolCaller } from './tool-caller.ts';

/**
 * The same caller for a surface where others ask: a call that names nobody is a fault of ours, and goes no
 * further.
 */
export function holdScopes(caller: ToolCaller): ToolCaller {
  return {
    ...caller,
    async call(call, options) {
      if (call.by === undefined) throw new TypeError(`a call of ${call.tool} names nobody who asks`);
      return caller.call(call, options);
    },
  };
}
