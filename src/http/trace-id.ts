import { randomUUID } from 'node:crypto';
import { findTraceId } from '../domain/traceparent.ts';

/** The caller's trace id when `traceparent` is a valid one, else a new one: 32 hexadecimal digits either way. */
export function toTraceId(traceparent: string | string[] | undefined): string {
  const given = typeof traceparent === 'string' ? findTraceId(traceparent) : null;
  return given ?? createTraceId();
}

/** 122 random bits: Node draws those of many UUIDs at once, which costs a fifth of drawing 16 bytes each time. */
export function createTraceId(): string {
  return randomUUID().replaceAll('-', '');
}
