import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { type ErrorCode, ValidationError } from '../errors/bio-mcp-error.ts';
import { describeIssues, REPORTING } from '../errors/describe-issues.ts';

declare module 'fastify' {
  interface FastifySchema {
    /** Unique; clients that are generated from the OpenAPI page call the operation so. */
    operationId?: string;
    summary?: string;
    description?: string;
    tags?: readonly string[];
    /** The codes of the error table that this route can answer beside those that every route can. */
    errorCodes?: readonly ErrorCode[];
    /** Of the answer that is no error, where it is not JSON. */
    contentType?: string;
    /** What each status means that is no error, and its headers: `{ 202: 'The job.' }`. */
    answers?: Readonly<Record<number, string>>;
    answerHeaders?: Readonly<Record<string, string>>;
  }
}

export const errorEnvelope = z.object({
  ok: z.literal(false),
  error_code: z.string(),
  message: z.string().describe('What is wrong and what to do; safe to show to anybody.'),
  trace_id: z.string().describe('The log has the details under this id.'),
  tool: z.string().nullable().describe('The tool that was asked for; null: the failure is about none.'),
});

/** Of every route, beside its own answers. */
export const ERROR_RESPONSES = { '4xx': errorEnvelope, '5xx': errorEnvelope } as const;

/** What is wrong with the place that a schema is about, as it is told. */
const NOUNS: Readonly<Record<string, string>> = {
  body: 'field',
  querystring: 'parameter',
  params: 'parameter',
};

/** What the schema would make of data that is right at first sight; `null`: the schema has to look. */
export type FindPlain = (data: unknown) => unknown;

/**
 * The zod schemas of a route check its requests and its answers; what breaks its own schema is `INTERNAL`.
 * `plain` spares those that almost all requests meet, where looking costs as much as a short call.
 */
export function checkWithZod(
  app: FastifyInstance,
  { plain = new Map() }: { plain?: ReadonlyMap<z.ZodType, FindPlain> } = {},
): void {
  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => {
    const findPlain = plain.get(schema);
    return (data) => {
      const found = findPlain?.(data) ?? null;
      if (found !== null) return { value: found };
      const parsed = schema.safeParse(data ?? {}, REPORTING);
      if (parsed.success) return { value: parsed.data };
      const knownNames = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
      const noun = NOUNS[httpPart ?? ''] ?? 'field';
      const twice = httpPart === 'querystring' ? findRepeated(data, knownNames) : null;
      if (twice !== null) return { error: new ValidationError(`\`${twice}\` is given twice: give it once.`) };
      return { error: new ValidationError(describeIssues(parsed.error.issues, { noun, knownNames })) };
    };
  });
  app.setSerializerCompiler<z.ZodType>(({ schema, url, httpStatus }) => (data) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return JSON.stringify(parsed.data);
    throw new Error(`${url} answered ${httpStatus} against its schema: ${z.prettifyError(parsed.error)}`);
  });
}

/** The known parameter that stands twice in a query string: each of ours takes one value. */
function findRepeated(query: unknown, knownNames: readonly string[]): string | null {
  const given = new Map(Object.entries(query ?? {}));
  return knownNames.find((name) => Array.isArray(given.get(name))) ?? null;
}
