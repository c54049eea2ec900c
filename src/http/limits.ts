import type { Caller } from '../domain/caller.ts';
import { BioMcpError } from '../errors/bio-mcp-error.ts';
import { CallerShares } from './caller-shares.ts';

export interface LimitOptions {
  /** Requests that are answered at once; probes and streams of events do not count. */
  maxConcurrency: number;
  /** The share of the streams, and of the waits, that one caller may hold. Default: all of them. */
  callerShare?: number;
  /** Calls at once, by a tool's dotted name; a tool that is not named has no limit of its own. */
  toolLimits: Readonly<Record<string, number>>;
}

/**
 * How much this process does at once. Each method takes a slot, which the caller disposes of once, or
 * throws `TOOL_BUSY` at once: nothing waits here.
 */
export interface Limits {
  enterRequest(): Disposable;
  enterTool(name: string): Disposable;
  /**
   * A call that only waits takes no slot of its tool, so that others can look meanwhile: there is a second
   * lot of them, as many. `null` where these are taken, for the call to be answered without waiting. Throws
   * where `by` has his share of them, since one who asks again at once would gain nothing by an answer.
   */
  enterWait(name: string, by: Caller | null): Disposable | null;
  /** A stream of events, which stays open as long as its job runs; `by` is who listens. */
  enterStream(by: Caller | null): Disposable;
}

export function createLimits({ maxConcurrency, callerShare = 1, toolLimits }: LimitOptions): Limits {
  const requests = createSlots(
    maxConcurrency,
    `The server answers ${maxConcurrency} requests already, its limit; try again shortly.`,
  );
  const streams = createSlots(
    maxConcurrency,
    `${maxConcurrency} callers listen already, the limit; ask from time to time instead, or try again later.`,
  );
  const listening = new CallerShares(maxConcurrency, callerShare);

  function enterStream(by: Caller | null): Disposable {
    const told = `You listen to ${listening.most} streams already, the most that one credential may: close one, or ask from time to time instead.`;
    return takeWithin(listening, by, told, streams);
  }

  const tools = new Map(
    Object.entries(toolLimits).map(([name, limit]) => [
      name,
      createSlots(limit, `${limit} calls of ${name} run already, its limit; try again shortly.`),
    ]),
  );
  const waits = new Map(
    Object.entries(toolLimits).map(([name, limit]) => [
      name,
      { slots: new Slots(limit), shares: new CallerShares(limit, callerShare) },
    ]),
  );

  function enterWait(name: string, by: Caller | null): Disposable | null {
    const ofTool = waits.get(name);
    if (ofTool === undefined) return NO_SLOT;
    const { slots, shares } = ofTool;
    const told = `You wait in ${shares.most} calls of ${name} already, the most that one credential may: ask without waiting, or try again later.`;
    return takeWithin(shares, by, told, () => slots.take());
  }

  return {
    enterRequest: requests,
    enterStream,
    enterTool: (name) => tools.get(name)?.() ?? NO_SLOT,
    enterWait,
  };
}

const NO_SLOT: Disposable = { [Symbol.dispose]() {} };

/**
 * A slot within the caller's share: both are free again at once. Throws `sentence` where he has all of his.
 */
function takeWithin<Slot extends Disposable | null>(
  shares: CallerShares,
  by: Caller | null,
  sentence: string,
  take: () => Slot,
): Slot | Disposable {
  const share = by === null ? NO_SLOT : shares.take(by);
  if (share === null) throw new BioMcpError('TOOL_BUSY', sentence);
  let slot: Slot | null = null;
  try {
    slot = take();
  } finally {
    if (slot === null) share[Symbol.dispose]();
  }
  if (slot === null) return slot;
  const taken: Disposable = slot;
  return {
    [Symbol.dispose]() {
      taken[Symbol.dispose]();
      share[Symbol.dispose]();
    },
  };
}

function createSlots(limit: number, sentence: string): () => Disposable {
  const slots = new Slots(limit);
  return () => {
    const slot = slots.take();
    if (slot === null) throw new BioMcpError('TOOL_BUSY', sentence);
    return slot;
  };
}

class Slots {
  readonly #limit: number;
  readonly #taken = { count: 0 };

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** `null` where all are taken. */
  take(): Disposable | null {
    if (this.#taken.count >= this.#limit) return null;
    this.#taken.count += 1;
    return new Slot(this.#taken);
  }
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
