import { createHash } from 'node:crypto';
import { toCanonicalJson } from '../domain/canonical-json.ts';

/** SHA-256 of the RFC 8785 form: the same call, however its JSON was written. */
export function toParamsHash(params: Record<string, unknown>): string {
  return createHash('sha256').update(toCanonicalJson(params)).digest('hex');
}
