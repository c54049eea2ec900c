import { randomBytes } from 'node:crypto';

/** https://www.w3.org/TR/trace-context/#traceparent-header; a version above 00 may carry more fields. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ALL_ZEROS = /^0+$/;

/** The trace id of a valid `traceparent`, 32 hexadecimal digits; else `null`. */
export function findTraceId(traceparent: string): string | null {
  const [, version, traceId, parentId, rest] = TRACEPARENT.exec(traceparent.trim()) ?? [];
  const isValid =
    traceId !== undefined &&
    parentId !== undefined &&
    version !== 'ff' &&
    !(version === '00' && rest !== undefined) &&
    !ALL_ZEROS.test(traceId) &&
    !ALL_ZEROS.test(parentId);
  return isValid ? traceId : null;
}

/** The span that a valid `traceparent` of this very trace names as its parent; else `undefined`. */
export function findParentSpan(traceparent: unknown, traceId: string): string | undefined {
  if (typeof traceparent !== 'string' || findTraceId(traceparent) !== traceId) return undefined;
  return TRACEPARENT.exec(traceparent.trim())?.[3];
}

/** Passes a trace on: its id, and that of the span that speaks; a new one where there is none. */
export function toTraceparent(traceId: string, spanId: string = randomBytes(8).toString('hex')): string {
  return `00-${traceId}-${spanId}-01`;
}

/**
 * The trace id of whoever calls, where what it sent is a valid `traceparent`, else a new one: 32 hexadecimal
 * digits either way.
 */
export function toTraceId(traceparent: unknown): string {
  const given = typeof traceparent === 'string' ? findTraceId(traceparent) : null;
  return given ?? createTraceId();
}

const TRACE_ID_CHARACTERS = 32;
/** Drawn at once: 16 bytes each time cost twenty times as much. */
const DRAWN_IDS = 128;
let drawn = '';
let nextAt = 0;

export function createTraceId(): string {
  if (nextAt === drawn.length) {
    drawn = randomBytes((DRAWN_IDS * TRACE_ID_CHARACTERS) / 2).toString('hex');
    nextAt = 0;
  }
  const startsAt = nextAt;
  nextAt += TRACE_ID_CHARACTERS;
  return drawn.slice(startsAt, nextAt);
}
