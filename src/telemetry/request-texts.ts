import type { RequestFacts } from './logger.ts';
import { isPlain } from './plain-fields.ts';

/** The text of a line on both sides of its latency. */
interface Frame {
  readonly facts: RequestFacts;
  readonly before: string;
  readonly after: string;
}

/** One a tool, but callers name any. */
const MOST_FRAMES = 100;
const MOST_TENTHS = 1_000;

/** Most requests about a tool differ in trace and latency alone: the rest of their text is made once. */
export class RequestTexts {
  readonly #frames = new Map<string | undefined, Frame>();
  readonly #latencies: string[] = [];

  /** The fields as JSON after others; `null` where they hold what is to be cut or to be hidden. */
  find(facts: RequestFacts): string | null {
    let frame = this.#frames.get(facts.tool);
    if (frame === undefined || !isAlike(frame.facts, facts)) {
      if (!isPlain(facts)) return null;
      frame = toFrame(facts);
      if (this.#frames.size >= MOST_FRAMES) this.#frames.clear();
      this.#frames.set(facts.tool, frame);
    }
    return `,"trace_id":"${facts.trace_id}"${frame.before}${this.#toNumber(facts.latency_ms)}${frame.after}`;
  }

  /** Making the text of a fraction costs as much as all else of a line. */
  #toNumber(latencyMs: number): string {
    const tenths = Math.round(latencyMs * 10);
    if (!(tenths >= 0 && tenths < MOST_TENTHS && tenths / 10 === latencyMs)) return JSON.stringify(latencyMs);
    const known = this.#latencies[tenths];
    if (known !== undefined) return known;
    const text = JSON.stringify(latencyMs);
    this.#latencies[tenths] = text;
    return text;
  }
}

function isAlike(one: RequestFacts, other: RequestFacts): boolean {
  return (
    one.status === other.status &&
    one.error_code === other.error_code &&
    one.method === other.method &&
    one.path === other.path &&
    one.by === other.by
  );
}

function toFrame(facts: RequestFacts): Frame {
  const { tool, error_code, method, path, status, by } = facts;
  return {
    facts,
    before: `,${toInner({ tool, error_code, method, path, status })},"latency_ms":`,
    after: by === undefined ? '' : `,${toInner({ by })}`,
  };
}

function toInner(fields: object): string {
  return JSON.stringify(fields).slice(1, -1);
}
