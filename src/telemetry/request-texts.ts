import type { RequestFacts } from './logger.ts';
import { isPlain } from './plain-fields.ts';

/** The text of a line on both sides of its latency. */
export interface Frame {
  readonly facts: RequestFacts;
  readonly before: string;
  readonly after: string;
  /** Whether it is ASCII without the sign of a credential. */
  readonly isPlain: boolean;
}

/** A line from its trace on: `traceId`, `frame.before`, `latency`, `frame.after`. */
export interface RequestText {
  readonly traceId: string;
  readonly frame: Frame;
  readonly latency: string;
}

/** One a tool, but callers name any. */
const MOST_FRAMES = 100;
const MOST_TENTHS = 1_000;

/** Most requests about a tool differ in trace and latency alone: the rest of their text is made once. */
export class RequestTexts {
  readonly #frames = new Map<string | undefined, Frame>();
  readonly #latencies: string[] = [];

  /** `null` where the fields hold what is to be cut or to be hidden. */
  find(facts: RequestFacts): RequestText | null {
    let frame = this.#frames.get(facts.tool);
    if (frame === undefined || !isAlike(frame.facts, facts)) {
      if (!isPlain(facts)) return null;
      frame = toFrame(facts);
      if (this.#frames.size >= MOST_FRAMES) this.#frames.clear();
      this.#frames.set(facts.tool, frame);
    }
    return { traceId: facts.trace_id, frame, latency: this.#toNumber(facts.latency_ms) };
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
  const before = `",${toInner({ tool, error_code, method, path, status })},"latency_ms":`;
  const after = `${by === undefined ? '' : `,${toInner({ by })}`},"msg":"request"}\n`;
  return { facts, before, after, isPlain: isPlainText(before) && isPlainText(after) };
}

function toInner(fields: object): string {
  return JSON.stringify(fields).slice(1, -1);
}

const PLAIN_TEXT = /^[\n\x20-\x3f\x41-\x7e]*$/;

/** Whether it is ASCII without the sign of a credential, so that a line needs no second look. */
export function isPlainText(text: string): boolean {
  return PLAIN_TEXT.test(text);
}
