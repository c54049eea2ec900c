import asyncHooks, { AsyncLocalStorage, AsyncResource, type HookCallbacks } from 'node:async_hooks';

/**
 * Loaded before a test file by run-tests.ts, and before `node:test`: 5 to 18 % of the CPU less.
 * Node's runner asks an asynchronous hook which test an error belongs to, and so is called for the beginning
 * and the end of every promise. It gets its answer here from an AsyncLocalStorage, which costs nothing a
 * promise. See docs/decisions/0021-which-test-an-error-belongs-to.md.
 */
const { createHook, executionAsyncId } = asyncHooks;
/** The asynchronous id of the test that runs, by which the runner knows it. */
const running = new AsyncLocalStorage<number>();
/** The runner's own, while its hook is enabled. */
let init: HookCallbacks['init'];

/** What the runner's class `Test` extends. */
class TestResource extends AsyncResource {
  constructor(type: string) {
    super(type);
    init?.(this.asyncId(), type, executionAsyncId(), this);
  }

  override runInAsyncScope<This, Result>(
    fn: (this: This, ...args: never[]) => Result,
    thisArg?: This,
    ...args: unknown[]
  ): Result {
    // Within the scope, since that brings back the storage of whoever made the test.
    return super.runInAsyncScope(() =>
      running.run(this.asyncId(), () => Reflect.apply(fn, thisArg, args) as Result),
    );
  }
}

Object.assign(asyncHooks, {
  AsyncResource: TestResource,
  executionAsyncId: () => running.getStore() ?? executionAsyncId(),
  createHook: (callbacks: HookCallbacks) => ({
    enable() {
      init = callbacks.init;
    },
    disable() {
      init = undefined;
    },
  }),
});
await import('node:test');
Object.assign(asyncHooks, { AsyncResource, executionAsyncId, createHook });
