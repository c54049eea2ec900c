import { awaitEvent } from '../awaited.ts';

type Gate = PromiseWithResolvers<void>;

/**
 * The next such call of that method waits until it is let go; `done` resolves when it has ended,
 * however it did.
 */
export function holdCall<Part extends object>(
  part: Part,
  method: keyof Part & string,
  isMeant: (args: unknown[]) => boolean = () => true,
) {
  const [reached, opened, ended] = [0, 1, 2].map(() => Promise.withResolvers<void>()) as [Gate, Gate, Gate];
  const call: unknown = part[method];
  if (typeof call !== 'function') throw new TypeError(`no method: ${method}`);
  const held = (...args: unknown[]) => {
    if (!isMeant(args)) return call.apply(part, args);
    Object.assign(part, { [method]: call });
    reached.resolve();
    const waited = opened.promise.then(() => call.apply(part, args));
    waited.then(ended.resolve, ended.resolve);
    // An iterable is held before its first item.
    return Object.assign(waited, {
      async *[Symbol.asyncIterator]() {
        yield* await waited;
      },
    });
  };
  Object.assign(part, { [method]: held });
  return {
    get reached() {
      return awaitEvent(reached.promise, { what: `a call of ${method}` });
    },
    open: () => opened.resolve(),
    get done() {
      return awaitEvent(ended.promise, { what: `the end of a call of ${method}` });
    },
  };
}
