import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { BioMcpError, ValidationError } from '../../errors/bio-mcp-error.ts';
import { describeIssues } from '../../errors/describe-issues.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Catalogue } from '../../tools/catalogue.ts';
import { parseParams, runTool, type Tool } from '../../tools/define-tool.ts';
import { sendError } from '../plugins/error-answers.ts';

export interface ToolRoutesOptions<Services> {
  catalogue: Catalogue<Services>;
  services: Services;
  logger: Logger;
}

const invocation = z.strictObject({
  tool: z.string().min(1).max(100),
  params: z.record(z.string(), z.unknown()).default({}),
  idempotency_key: z.string().min(1).max(200).optional(),
});
const MOST_SHOWN_CHARACTERS = 2000;
const INVOCATION_FIELDS = Object.keys(invocation.shape);

export async function toolRoutes<Services>(
  app: FastifyInstance,
  { catalogue, services, logger }: ToolRoutesOptions<Services>,
): Promise<void> {
  app.get('/v1/mcp/tools', async () => ({ tools: catalogue.describe() }));

  app.post('/v1/mcp/invoke', async (request, reply) => {
    const traceId = request.id;
    request.toolName = findToolName(request.body);
    // Nobody waits any more once the connection is gone before the answer is out.
    const abandoned = new AbortController();
    reply.raw.once('close', () => {
      if (!reply.raw.writableEnded) abandoned.abort();
    });
    try {
      const { tool: name, params } = parseInvocation(request.body);
      const tool = catalogue.get(name);
      if (tool.kind === 'long') throw toRequiresJob(tool, params);
      const result = await runTool(tool, params, {
        services,
        signal: abandoned.signal,
        traceId,
        logger: logger.child({ trace_id: traceId, tool: name }),
        surface: 'http',
      });
      return { ok: true, tool: name, result, trace_id: traceId };
    } catch (error) {
      if (abandoned.signal.aborted) return reply.hijack();
      return sendError(error, { request, reply, logger });
    }
  });
}

function parseInvocation(body: unknown): z.output<typeof invocation> {
  const parsed = invocation.safeParse(body ?? {}, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ValidationError(
    describeIssues(parsed.error.issues, { noun: 'field', knownNames: INVOCATION_FIELDS }),
  );
}

/** For the log and the envelope, also where the rest of the body is wrong. */
function findToolName(body: unknown): string | null {
  const parsed = invocation.pick({ tool: true }).strip().safeParse(body);
  return parsed.success ? parsed.data.tool : null;
}

/** Names the command that does run the tool, with the caller's own parameters where they are right and fit a line. */
function toRequiresJob(tool: Tool<never>, params: Record<string, unknown>): BioMcpError {
  const command = `bio-mcp invoke ${tool.name} --params ${quoteParams(tool, params) ?? "'{…}'"}`;
  return new BioMcpError(
    'TOOL_REQUIRES_JOB',
    `${tool.name} runs longer than a request may. Run it on the command line: ${command}`,
  );
}

/** For a POSIX shell; `null` where the parameters are wrong (they may be nested beyond what JSON can write) or long. */
function quoteParams(tool: Tool<never>, params: Record<string, unknown>): string | null {
  try {
    parseParams(tool, params);
  } catch (error) {
    if (error instanceof ValidationError) return null;
    throw error;
  }
  const text = JSON.stringify(params);
  return text.length > MOST_SHOWN_CHARACTERS ? null : `'${text.replaceAll("'", "'\\''")}'`;
}
