import { randomUUID } from 'node:crypto';

/** https://www.w3.org/TR/trace-context/#traceparent-header; a version above 00 may carry more fields. */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;
const ALL_ZEROS = /^0+$/;

/** The caller's trace id when `traceparent` is a valid one, else a new one: 32 hexadecimal digits either way. */
export function toTraceId(traceparent: string | string[] | undefined): string {
  const [, version, traceId, parentId, rest] =
    (typeof traceparent === 'string' && TRACEPARENT.exec(traceparent.trim())) || [];
  const isValid =
    traceId !== undefined &&
    parentId !== undefined &&
    version !== 'ff' &&
    !(version === '00' && rest !== undefined) &&
    !ALL_ZEROS.test(traceId) &&
    !ALL_ZEROS.test(parentId);
  return isValid ? traceId : createTraceId();
}

/** 122 random bits: Node draws those of many UUIDs at once, which costs a fifth of drawing 16 bytes each time. */
export function createTraceId(): string {
  return randomUUID().replaceAll('-', '');
}
