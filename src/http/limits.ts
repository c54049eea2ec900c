import { BioMcpError } from '../errors/bio-mcp-error.ts';

export interface LimitOptions {
  /** Requests that are answered at once; probes and streams of events do not count. */
  maxConcurrency: number;
  /** Calls at once, by a tool's dotted name; a tool that is not named has no limit of its own. */
  toolLimits: Readonly<Record<string, number>>;
}

/**
 * How much this process does at once. Each method takes a slot, which the caller disposes of once, or throws `TOOL_BUSY`
 * at once: nothing waits here.
 */
export interface Limits {
  enterRequest(): Disposable;
  enterTool(name: string): Disposable;
  /** A stream of events, which stays open as long as its job runs. */
  enterStream(): Disposable;
}

export function createLimits({ maxConcurrency, toolLimits }: LimitOptions): Limits {
  const requests = createSlots(
    maxConcurrency,
    `The server answers ${maxConcurrency} requests already, its limit; try again shortly.`,
  );
  const streams = createSlots(
    maxConcurrency,
    `${maxConcurrency} callers follow events already, the limit; ask GET /v1/jobs/{id} instead, or try again later.`,
  );
  const tools = new Map(
    Object.entries(toolLimits).map(([name, limit]) => [
      name,
      createSlots(limit, `${limit} calls of ${name} run already, its limit; try again shortly.`),
    ]),
  );
  return {
    enterRequest: requests,
    enterStream: streams,
    enterTool: (name) => tools.get(name)?.() ?? NO_SLOT,
  };
}

const NO_SLOT: Disposable = { [Symbol.dispose]() {} };

function createSlots(limit: number, sentence: string): () => Disposable {
  const taken = { count: 0 };
  return () => {
    if (taken.count >= limit) throw new BioMcpError('TOOL_BUSY', sentence);
    taken.count += 1;
    return new Slot(taken);
  };
}

class Slot implements Disposable {
  readonly #taken: { count: number };
  #isHeld = true;

  constructor(taken: { count: number }) {
    this.#taken = taken;
  }

  [Symbol.dispose](): void {
    if (this.#isHeld) this.#taken.count -= 1;
    this.#isHeld = false;
  }
}
