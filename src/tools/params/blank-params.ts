import { z } from 'zod';

/**
 * The parameters without those that need not be there and hold nothing: clients with a form send `""` or
 * `null` for every field that its user left empty. Goes one object down (`filters`), and leaves required and
 * unknown ones for the schema to refuse.
 */
export function dropBlankParams(
  { shape }: z.ZodObject,
  params: Readonly<Record<string, unknown>>,
  depth = 1,
): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [name, value] of Object.entries(params)) {
    const field = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (field !== undefined && isBlank(value) && field.safeParse(undefined).success) continue;
    kept.push([name, depth > 0 && isObject(value) ? dropInside(field, value, depth) : value]);
  }
  return Object.fromEntries(kept);
}

function dropInside(
  field: z.core.$ZodType | undefined,
  value: Record<string, unknown>,
  depth: number,
): Record<string, unknown> {
  let inner = field;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.unwrap();
  }
  return inner instanceof z.ZodObject ? dropBlankParams(inner, value, depth - 1) : value;
}

function isBlank(value: unknown): boolean {
  return value === null || (typeof value === 'string' && value.trim() === '');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
