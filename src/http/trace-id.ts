import { randomBytes } from 'node:crypto';
import { findTraceId } from '../domain/traceparent.ts';

/** The caller's trace id when `traceparent` is a valid one, else a new one: 32 hexadecimal digits either way. */
export function toTraceId(traceparent: string | string[] | undefined): string {
  const given = typeof traceparent === 'string' ? findTraceId(traceparent) : null;
  return given ?? createTraceId();
}

export function createTraceId(): string {
  return randomBytes(16).toString('hex');
}
