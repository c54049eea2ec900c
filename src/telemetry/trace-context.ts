import { AsyncLocalStorage } from 'node:async_hooks';

/** Follows the work of a call through everything that it awaits. */
const traces = new AsyncLocalStorage<string>();

/** Each line that is logged while `work` runs carries the id, whoever logs it: a client of NCBI, a store. */
export function inTrace<T>(traceId: string, work: () => T): T {
  return traces.run(traceId, work);
}

/** 32 hexadecimal digits; `undefined` outside of calls and jobs. */
export function findTrace(): string | undefined {
  return traces.getStore();
}
