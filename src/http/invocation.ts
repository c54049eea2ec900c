import { z } from 'zod';
import { ValidationError } from '../errors/bio-mcp-error.ts';
import type { Tool } from '../tools/define-tool.ts';
import { parseParams } from '../tools/params/parse-params.ts';

const MOST_NAME_CHARACTERS = 100;

const params = z.record(z.string(), z.unknown());

/** The body of a call, inline or as a job; clients write `null` for what they leave out. */
export const invocation = z.strictObject({
  tool: z.string().min(1).max(MOST_NAME_CHARACTERS).describe('The dotted name of the tool: "rag.search".'),
  params: params
    .nullable()
    .default({})
    .transform((given) => given ?? {})
    .pipe(params)
    .describe('As the tool’s input schema says.'),
  idempotency_key: z
    .string()
    .regex(/^[\x20-\x7e]{1,200}$/, { error: 'must have 1 to 200 printable ASCII characters' })
    .nullish()
    .describe(
      'The same key stands for the same call of the tool, however often it is sent: as a job for as long as that is kept (90 days after its end unless set otherwise), for 24 h where a tool that writes answers in the call.',
    ),
});
export type Invocation = z.output<typeof invocation>;

/** The body where it is one at first sight, as almost all are; `null` where `invocation` has to say so. */
export function findPlainInvocation(body: unknown): Invocation | null {
  const tool = findToolName(body);
  if (tool === null) return null;
  for (const name in body as object) if (name !== 'tool' && name !== 'params') return null;
  const { params = {} } = body as { params?: unknown }; // it has a tool
  if (typeof params !== 'object' || params === null || Array.isArray(params)) return null;
  return { tool, params: params as Record<string, unknown> };
}

const MOST_SHOWN_CHARACTERS = 2000;

/** For the log and the error envelope, also where the rest of the body is wrong. */
export function findToolName(body: unknown): string | null {
  if (typeof body !== 'object' || body === null || !('tool' in body)) return null;
  const { tool } = body;
  return typeof tool === 'string' && tool !== '' && tool.length <= MOST_NAME_CHARACTERS ? tool : null;
}

/**
 * The body of `POST /v1/jobs` that runs the tool, with the caller's own words where they are right and
 * fit a line.
 */
export function toJobBody(tool: Tool<never>, { params, idempotency_key }: Invocation): string {
  const key =
    typeof idempotency_key !== 'string' ? '' : `,"idempotency_key":${JSON.stringify(idempotency_key)}`;
  return `{"tool":"${tool.name}","params":${toShownParams(tool, params) ?? '{…}'}${key}}`;
}

/** `null` where the parameters are wrong (they may be nested beyond what JSON can write) or long. */
function toShownParams(tool: Tool<never>, params: Record<string, unknown>): string | null {
  try {
    parseParams(tool, params);
  } catch (error) {
    if (error instanceof ValidationError) return null;
    throw error;
  }
  const text = JSON.stringify(params);
  return text.length > MOST_SHOWN_CHARACTERS ? null : text;
}
