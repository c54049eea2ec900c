import { z } from 'zod';

export type Json = Record<string, unknown>;

/**
 * `io`: what callers send, or what is answered. Without the `$schema` that OpenAPI 3.1 has for
 * the whole document.
 */
export function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}

/** One parameter for each field; a field of a query is text that stands for what the schema makes of it. */
export function toQueryParameters(schema: unknown, place: 'path' | 'query' | 'header'): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output' });
  return Object.entries(schema.shape).map(([name, field]) => {
    const { description, ...rest } = properties[name] as Json; // a field of an object has a schema, never a boolean
    return {
      name,
      in: place,
      required: !(field as z.ZodType).safeParse(undefined).success, // a shape holds schemas
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}
