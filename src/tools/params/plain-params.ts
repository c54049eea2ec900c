import { z } from 'zod';
import { findInner, hasReading } from './lenient-params.ts';

/**
 * The type of the values of which reading them as the schema's own would change none; `null`: no such one.
 */
type PlainType = 'string' | 'number' | 'boolean' | null;

const plainTypes = new WeakMap<z.core.$ZodType, PlainType>();

/**
 * Whether the parameters are written as the schema has them already, each under its own name and none blank,
 * so that there is nothing to read into them: what most programs send. Reading costs more than a short call.
 */
export function arePlain({ shape }: z.ZodObject, rawParams: unknown): rawParams is Record<string, unknown> {
  if (typeof rawParams !== 'object' || rawParams === null || Array.isArray(rawParams)) return false;
  for (const [name, value] of Object.entries(rawParams)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field === undefined || typeof value !== findPlainType(field)) return false;
    if (typeof value === 'string' && value.trim() === '') return false;
  }
  return true;
}

function findPlainType(field: z.core.$ZodType): PlainType {
  let type = plainTypes.get(field);
  if (type === undefined) {
    type = toPlainType(field);
    plainTypes.set(field, type);
  }
  return type;
}

function toPlainType(schema: z.core.$ZodType): PlainType {
  if (hasReading(schema)) return null;
  const inner = findInner(schema);
  if (inner !== null) return toPlainType(inner);
  if (schema instanceof z.ZodString) return 'string';
  if (schema instanceof z.ZodNumber) return 'number';
  return schema instanceof z.ZodBoolean ? 'boolean' : null;
}
