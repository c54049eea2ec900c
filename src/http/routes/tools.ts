import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { mayUse } from '../../domain/caller.ts';
import { ERROR_CODES, type ErrorCode } from '../../errors/bio-mcp-error.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import type { ToolInvoker } from '../../tools/tool-invoker.ts';
import { callTool } from '../call-tool.ts';
import { toCallerSignal } from '../caller-signal.ts';
import { findToolName, type Invocation, invocation } from '../invocation.ts';
import { sendError } from '../plugins/error-answers.ts';
import { ERROR_RESPONSES } from '../route-schema.ts';

export interface ToolRoutesOptions<Services> {
  catalogue: Catalogue<Services>;
  /** Refuses what is over a limit. */
  invoker: Pick<ToolInvoker, 'call'>;
  logger: Logger;
}

const listing = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['short', 'long']),
      scope: z.enum(['read', 'sync', 'admin']),
      title: z.string(),
      description: z.string(),
      annotations: z.record(z.string(), z.boolean()),
      input_schema: z.record(z.string(), z.unknown()).describe('JSON Schema, draft 2020-12.'),
      output_schema: z.record(z.string(), z.unknown()).describe('JSON Schema, draft 2020-12.'),
    }),
  ),
});

const answer = z.object({
  ok: z.literal(true),
  tool: z.string(),
  result: z.unknown().describe('As the tool’s output schema says.'),
  trace_id: z.string(),
});

/** Only jobs end with these, or no route is reached. */
const NOT_OF_CALLS: readonly ErrorCode[] = [
  'JOB_FINISHED',
  'JOB_NOT_FINISHED',
  'CANCELLED',
  'METHOD_NOT_ALLOWED',
];
const CALL_CODES = (Object.keys(ERROR_CODES) as ErrorCode[]).filter((code) => !NOT_OF_CALLS.includes(code));

const tags = ['tools'];
const listSchema = {
  operationId: 'listTools',
  tags,
  summary: 'The tools, with their input and output schemas',
  answers: { 200: 'The tools that the caller may call.' },
  response: { 200: listing, ...ERROR_RESPONSES },
};
const invokeSchema = {
  operationId: 'invokeTool',
  tags,
  summary: 'Call a short tool and wait for its answer',
  description:
    'A long tool is answered with TOOL_REQUIRES_JOB, which names the job to post instead. Hanging up cancels the call. Under an idempotency key a tool that writes answers the same call for 24 h with its first success, and 429 while that runs.',
  body: invocation,
  errorCodes: CALL_CODES,
  answers: { 200: 'What the tool answered.' },
  response: { 200: answer, ...ERROR_RESPONSES },
};

export async function toolRoutes<Services>(
  app: FastifyInstance,
  { catalogue, invoker, logger }: ToolRoutesOptions<Services>,
): Promise<void> {
  app.get('/v1/mcp/tools', { schema: listSchema }, async ({ by }) => ({
    tools: catalogue.describe().filter(({ scope }) => by !== null && mayUse(by, scope)),
  }));

  app.post<{ Body: Invocation }>(
    '/v1/mcp/invoke',
    {
      schema: invokeSchema,
      config: { scope: 'read' },
      preValidation: (request, _reply, done) => {
        request.toolName = findToolName(request.body);
        done();
      },
    },
    async (request, reply) => {
      const traceId = request.id;
      const signal = toCallerSignal(reply);
      try {
        const result = await callTool({ catalogue, invoker }, request, request.body, { signal });
        // Its tool has checked it; once more costs as much as a short call. Who serialises names the type.
        reply.serializer(JSON.stringify).type('application/json; charset=utf-8');
        return { ok: true, tool: request.body.tool, result, trace_id: traceId };
      } catch (error) {
        if (signal.aborted) return reply.hijack();
        return sendError(error, { request, reply, logger });
      }
    },
  );
}
